/** Keeps the conversation alive on a poor network: what is said is queued, resent with the same id and shown once. */

const LONGEST_WAIT_MS = 15_000;
const ANSWER_LIMIT_MS = 12_000;
const STEADY_AFTER_MS = 5_000;
const STALE_AFTER_HIDDEN_MS = 60_000;
const LEFT = 1000;
const MEMORY_KEY = "lotsen.conversation";

/**
 * Back-off with jitter: about 1, 2, 4, 8, 15, 15 … seconds.
 * @param {number} attempt 0 for the first wait
 * @returns {number} milliseconds
 */
export function waitBefore(attempt) {
  const wait = Math.min(1000 * 2 ** attempt, LONGEST_WAIT_MS);
  return wait * (0.8 + 0.4 * Math.random());
}

/**
 * @typedef {object} Entry something the person has sent that the server is not yet done with
 * @property {{type: "say" | "choose", id: string, text?: string, payload?: string}} frame
 * @property {boolean} isSent on the present socket
 * @property {boolean} isAcked the server has it and it is safe
 * @property {boolean} isRefused the server answered with an error
 */
export class Connection {
  #onFrame;
  #onState;
  #socket = null;
  #isReady = false;
  #isWanted = false;
  #attempt = 0;
  #retryTimer = 0;
  #answerTimer = 0;
  #steadyTimer = 0;
  #hiddenSince = 0;
  #conversation = recall();
  #asked = null;
  #seen = 0;
  #shown = new Set();
  /** @type {Entry[]} */
  #outbox = [];

  /**
   * @param {object} handlers
   * @param {(frame: object) => void} handlers.onFrame each new frame; a welcome also has `isFresh`
   * @param {(state: "open" | "lost") => void} handlers.onState
   */
  constructor({ onFrame, onState }) {
    this.#onFrame = onFrame;
    this.#onState = onState;
    window.addEventListener("online", () => this.#renew());
    window.addEventListener("offline", () => this.#socket && this.#lose());
    window.addEventListener("pageshow", () => this.#wake());
    document.addEventListener("visibilitychange", () => this.#noticeVisibility());
  }

  get isOpen() {
    return this.#isReady;
  }

  /** @returns {string | null} */
  get conversation() {
    return this.#conversation;
  }

  /** True while the server works on something it has received. */
  get awaitsReply() {
    return this.#isReady && this.#outbox.some((entry) => entry.isAcked && !entry.isRefused);
  }

  /** @returns {Entry[]} what has not been confirmed as received, oldest first */
  get unacked() {
    return this.#outbox.filter((entry) => !entry.isAcked);
  }

  /** @returns {Entry[]} what the server is not done with, oldest first */
  get pending() {
    return [...this.#outbox];
  }

  /** Asked twice, it does not cut a wait short. */
  open() {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#attempt = 0;
    this.#connect();
  }

  /** @param {number} [code] */
  close(code) {
    this.#isWanted = false;
    this.#dropSocket(code);
    clearTimeout(this.#retryTimer);
  }

  /** @returns {string} the id of the message */
  say(text) {
    return this.#queue({ type: "say", id: newId(), text });
  }

  /** @returns {string} the id of the choice */
  choose(payload) {
    return this.#queue({ type: "choose", id: newId(), payload });
  }

  /** Send a refused message again, with the id it had. */
  retry(id) {
    const entry = this.#find(id);
    if (!entry) return;
    entry.isSent = entry.isRefused = false;
    this.#flush();
  }

  /**
   * Leave this conversation for good, as when another person logs in.
   * @returns {string[]} typed texts that never reached the server
   */
  forget() {
    const unsent = this.unacked.map((entry) => entry.frame.text).filter(Boolean);
    this.close(LEFT);
    this.#outbox = [];
    this.#restartNumbers();
    this.#remember(null, false);
    return unsent;
  }

  #queue(frame) {
    this.#outbox.push({ frame, isSent: false, isAcked: false, isRefused: false });
    this.#flush();
    return frame.id;
  }

  #flush() {
    if (!this.#isReady) return;
    for (const entry of this.#outbox.filter((each) => !each.isSent)) {
      this.#send(entry.frame);
      entry.isSent = true;
      entry.isRefused = false;
    }
    this.#watchForAnswer();
  }

  #send(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  #find(id) {
    return this.#outbox.find((entry) => entry.frame.id === id);
  }

  // --- the socket ---------------------------------------------------------

  #connect() {
    if (!this.#isWanted || this.#socket) return;
    clearTimeout(this.#retryTimer);
    const url = new URL("/chat", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    socket.onopen = () => this.#greet();
    socket.onmessage = (event) => this.#hear(event.data);
    socket.onclose = () => this.#lose();
    this.#socket = socket;
    this.#watchForAnswer();
  }

  #greet() {
    this.#asked = this.#conversation;
    this.#send({ type: "hello", conversation: this.#asked, seen: this.#seen });
  }

  /** @param {number} [code] 1000 if the conversation is left for good; without it, contact was lost */
  #dropSocket(code) {
    const socket = this.#socket;
    this.#socket = null;
    this.#isReady = false;
    clearTimeout(this.#answerTimer);
    clearTimeout(this.#steadyTimer);
    for (const entry of this.#outbox) entry.isSent = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code);
  }

  #lose() {
    this.#dropSocket();
    if (!this.#isWanted) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#connect(), waitBefore(this.#attempt));
    this.#attempt += 1;
    this.#onState("lost");
  }

  /** Replace a socket that may be dead without knowing it (a phone that slept, a changed network). */
  #renew() {
    if (!this.#isWanted) return;
    this.#dropSocket();
    this.#onState("lost");
    this.#connect();
  }

  #wake() {
    if (this.#isWanted && !this.#socket) this.#connect();
  }

  #noticeVisibility() {
    if (document.hidden) {
      this.#hiddenSince = Date.now();
    } else if (Date.now() - this.#hiddenSince > STALE_AFTER_HIDDEN_MS) {
      this.#renew();
    } else {
      this.#wake();
    }
  }

  /** A mobile network can swallow frames without closing the socket, so silence counts as loss. */
  #watchForAnswer() {
    clearTimeout(this.#answerTimer);
    const isExpecting = !this.#isReady || this.#outbox.some((entry) => entry.isSent && !entry.isAcked && !entry.isRefused);
    if (isExpecting) this.#answerTimer = setTimeout(() => this.#lose(), ANSWER_LIMIT_MS);
  }

  // --- what the server says -----------------------------------------------

  #hear(data) {
    const frame = parse(data);
    if (!frame) return;
    if (frame.type === "welcome") return this.#enter(frame);
    if (frame.type === "ack") this.#settle(frame.id, { isAcked: true, isRefused: false });
    if (frame.type === "error") this.#settle(frame.id, { isRefused: true });
    if (frame.type === "done") this.#outbox = this.#outbox.filter((entry) => entry.frame.id !== frame.id);
    this.#watchForAnswer();
    if (this.#isNew(frame)) this.#onFrame(frame);
  }

  #enter(frame) {
    const isFresh = this.#asked !== null && this.#asked !== frame.conversation;
    if (isFresh) this.#restartNumbers();
    this.#remember(frame.conversation, !frame.anonymous);
    this.#isReady = true;
    this.#steadyTimer = setTimeout(() => { this.#attempt = 0; }, STEADY_AFTER_MS);
    this.#onFrame({ ...frame, isFresh });
    this.#flush();
    this.#watchForAnswer();
    this.#onState("open");
  }

  #settle(id, change) {
    const entry = this.#find(id);
    if (entry) Object.assign(entry, change);
  }

  #isNew({ number }) {
    if (number === undefined) return true;
    if (this.#shown.has(number)) return false;
    this.#shown.add(number);
    this.#seen = Math.max(this.#seen, number);
    return true;
  }

  #restartNumbers() {
    this.#shown.clear();
    this.#seen = 0;
  }

  /** Nobody's conversation is not remembered beyond the life of the page. */
  #remember(conversation, isKept) {
    this.#conversation = conversation;
    try {
      if (isKept) sessionStorage.setItem(MEMORY_KEY, conversation);
      else sessionStorage.removeItem(MEMORY_KEY);
    } catch {
      // Storage is switched off: the conversation still works, but a reload starts a new one.
    }
  }
}

function recall() {
  try {
    return sessionStorage.getItem(MEMORY_KEY);
  } catch {
    return null;
  }
}

function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

/** `crypto.randomUUID` is missing on plain http, where a demo may well run. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
