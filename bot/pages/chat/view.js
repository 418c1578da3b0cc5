/** Draws the conversation: bubbles, answers to tap, and a log that stays where the reader wants it. */

import { format } from "./format.js";

const STANDING = ["/acknowledge", "/show"];
const REPLAY_MS = 800;
const TURN_PAUSE_MS = 4000;
const TURN_MARGIN_PX = 14;
const OWN_SHARE = 0.35; // of the height, so that a long text of one's own leaves room for the answer
const STATE_TEXTS = { sending: "Skickas …", waiting: "Väntar på kontakt", refused: "Inte framme än" };

/** @typedef {{title: string, payload: string}} Choice */
/** @typedef {{title: string, url: string}} File */
/** @typedef {"sending" | "waiting" | "refused" | "done"} State */

export class View {
  #log = document.getElementById("log");
  #typing = document.getElementById("typing");
  #scroll = new Scroll();
  #onChoose;
  #onRetry;
  #onTapped;
  /** The newest question; its answers are the only ones that can be tapped. */
  #question = null;
  /** Own lines of this page by message id. */
  #own = new Map();
  /** Own lines whose number is not known yet, oldest first. */
  #unnumbered = [];
  #lastLineAt = 0;

  /**
   * @param {object} handlers
   * @param {(payload: string, title: string) => string} handlers.onChoose gives the id of what was sent
   * @param {(id: string) => void} handlers.onRetry
   * @param {() => void} handlers.onTapped after a choice by mouse or finger
   */
  constructor({ onChoose, onRetry, onTapped }) {
    this.#onChoose = onChoose;
    this.#onRetry = onRetry;
    this.#onTapped = onTapped;
  }

  /** Earlier lines are about to come in a burst: show the end, not the beginning. */
  expectReplay() {
    this.#scroll.replayUntil = Date.now() + REPLAY_MS;
  }

  /**
   * @param {string} id
   * @param {string} text the person's own words, shown as they are
   * @param {boolean} isTyped false when it is the title of a tapped answer
   */
  addOwn(id, text, isTyped = true) {
    const line = this.#addOwnLine(text);
    const note = element("div", "note");
    note.setAttribute("aria-live", "off");
    line.append(note);
    this.#own.set(id, { line, note, text, isTyped });
    this.#unnumbered.push({ id, text });
    return line;
  }

  /** The server repeats an own line: it is either on the page already or from before a reload. */
  addSaid({ id, text }) {
    const index = this.#unnumbered.findIndex((own) => own.id === id || isSame(own.text, text));
    if (index >= 0) return void this.#unnumbered.splice(index, 1);
    this.#question?.settle(text);
    this.#addOwnLine(text);
  }

  addMessage({ text = "", choices = [], multiple = false, image, files = [] }) {
    const line = this.#addLine("from-bot", "Lotsen: ", () => format(text));
    const picture = image && imageNode(image);
    if (picture) line.querySelector(".bubble").append(picture);
    const links = files.map(fileNode).filter(Boolean);
    if (links.length > 0) line.append(element("div", "files", ...links));
    if (choices.length > 0) this.#ask(line, choices, multiple);
    this.#arrive(line);
  }

  addError(text) {
    this.#arrive(this.#addLine("from-bot problem-line", "Lotsen: ", () => format(text)));
  }

  /** A quiet line from the page itself, optionally with something to do. */
  addNotice(text, action) {
    const line = element("div", "notice", element("p", "", text));
    if (action) line.append(button("quiet-button", action.title, () => { line.remove(); action.run(); }));
    this.#log.append(line);
    this.#arrive(line);
  }

  /** @param {State} state */
  setState(id, state) {
    const own = this.#own.get(id);
    if (!own || own.state === state) return;
    own.state = state;
    own.note.replaceChildren(STATE_TEXTS[state] ?? "");
    if (state === "refused") own.note.append(" ", button("again", "Försök igen", () => this.#onRetry(id)));
    own.line.dataset.state = state;
    this.#scroll.follow();
  }

  setTyping(isTyping) {
    if (this.#typing.hidden === !isTyping) return;
    this.#typing.hidden = !isTyping;
    this.#scroll.follow();
  }

  /** Texts that the person typed on this page and that the server has received. */
  get sentTexts() {
    return [...this.#own.values()].filter((own) => own.isTyped && own.state === "done").map((own) => own.text);
  }

  get isEmpty() {
    return this.#log.childElementCount === 0;
  }

  /**
   * Start over with an empty log.
   * @param {string[]} keptIds own lines that are still on their way and go on to the new log
   */
  clear(keptIds = []) {
    const kept = keptIds.map((id) => [id, this.#own.get(id)]).filter(([, own]) => own);
    this.#log.replaceChildren(...kept.map(([, own]) => own.line));
    this.#own = new Map(kept);
    this.#unnumbered = kept.map(([id, own]) => ({ id, text: own.text }));
    this.#question = null;
    this.#scroll.restart();
  }

  #addOwnLine(text) {
    const line = this.#addLine("from-me", "Du: ", () => text);
    this.#scroll.startTurnAt(line);
    return line;
  }

  #addLine(className, sender, body) {
    const line = element("div", `line ${className}`, element("div", "bubble", element("span", "unseen", sender), body()));
    this.#log.append(line);
    return line;
  }

  #arrive(line) {
    const isNewTurn = Date.now() - this.#lastLineAt > TURN_PAUSE_MS && this.#typing.hidden;
    this.#lastLineAt = Date.now();
    if (isNewTurn || this.#scroll.isReplay) this.#scroll.continueTurnAt(line);
    this.#scroll.follow();
  }

  #ask(line, choices, multiple) {
    const question = new Question(choices, multiple, (payload, title) => this.#answer(question, payload, title));
    line.append(question.node);
    if (question.isStanding) return;
    this.#question?.close();
    this.#question = question;
  }

  #answer(question, payload, title) {
    const isByKeyboard = question.node.querySelector(":focus-visible") !== null;
    const id = this.#onChoose(payload, title);
    question.answered();
    if (isByKeyboard) focusQuietly(this.#own.get(id).line);
    else this.#onTapped();
  }
}

/** The answers under one message. */
class Question {
  node = element("div", "choices");
  isStanding;
  #choices;
  #buttons;
  #ready = null;
  #onAnswer;

  /**
   * @param {Choice[]} choices
   * @param {boolean} isMultiple several may hold; ”Klar” sends them together
   * @param {(payload: string, title: string) => void} onAnswer
   */
  constructor(choices, isMultiple, onAnswer) {
    this.#choices = choices;
    this.#onAnswer = onAnswer;
    this.isStanding = choices.every(({ payload }) => STANDING.some((start) => payload.startsWith(start)));
    this.#buttons = choices.map((choice, index) => this.#choiceButton(choice, index, isMultiple));
    this.node.setAttribute("role", "group");
    this.node.setAttribute("aria-label", isMultiple ? "Välj ett eller flera svar" : "Svar att välja på");
    this.node.append(...this.#buttons);
    if (isMultiple) this.#addReady();
  }

  close() {
    for (const each of this.node.querySelectorAll("button")) each.disabled = true;
  }

  /** After a tap: an ordinary question is over, a manager's prompt stays open. */
  answered() {
    if (!this.isStanding) this.close();
  }

  /** Show a question from before a reload as it was left. */
  settle(said) {
    const chosen = this.#ready ? this.#chosenInList(said) : this.#choices.map(({ title }) => isSame(title, said));
    if (!chosen.includes(true)) return;
    chosen.forEach((isOn, index) => press(this.#buttons[index], isOn));
    this.close();
  }

  /** Which titles ”Hot, Våld” is made of; none if anything is left over. */
  #chosenInList(said) {
    let rest = `${plain(said)}, `;
    const chosen = this.#choices.map(({ title }) => {
      const part = `${plain(title)}, `;
      if (!rest.startsWith(part)) return false;
      rest = rest.slice(part.length);
      return true;
    });
    return rest === "" ? chosen : [];
  }

  #choiceButton({ title, payload }, index, isMultiple) {
    const node = button("choice", title, () => (isMultiple ? this.#toggle(node) : this.#tap(node, payload, title)));
    press(node, false);
    return node;
  }

  #tap(node, payload, title) {
    if (isRepeatedTap(node)) return;
    press(node, true);
    this.#onAnswer(payload, title);
  }

  #toggle(node) {
    press(node, !isPressed(node));
    this.#ready.disabled = !this.#buttons.some(isPressed);
    if (!this.#ready.disabled) this.#ready.scrollIntoView({ block: "nearest" });
  }

  #addReady() {
    this.#ready = button("choice ready", "Klar", () => this.#sendAll());
    this.#ready.disabled = true;
    this.node.append(this.#ready);
    this.node.classList.add("several");
  }

  #sendAll() {
    const chosen = this.#choices.filter((_, index) => isPressed(this.#buttons[index]));
    this.#onAnswer(chosen.map(({ payload }) => payload).join(" "), chosen.map(({ title }) => title).join(", "));
  }
}

/** Follows the conversation, but never past the start of what has not been read, and never against the reader. */
class Scroll {
  replayUntil = 0;
  #area = document.getElementById("scroller");
  #jump = document.getElementById("jump");
  #isFollowing = true;
  #isAtEnd = false;
  #turn = null;
  #frame = 0;

  constructor() {
    const end = document.getElementById("end");
    new IntersectionObserver(([entry]) => this.#noticeEnd(entry.isIntersecting), { root: this.#area, rootMargin: "0px 0px 24px 0px" }).observe(end);
    new ResizeObserver(() => this.#isAtEnd && this.#hasLines && this.#go(this.#bottom, "instant")).observe(this.#area);
    for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      this.#area.addEventListener(type, (event) => this.#noticeReader(event), { passive: true });
    }
    this.#jump.addEventListener("click", () => this.#jumpToEnd());
  }

  get isReplay() {
    return Date.now() < this.replayUntil;
  }

  get #hasLines() {
    return document.getElementById("log").childElementCount > 0;
  }

  /** The person said something: whatever comes now is the answer, and is read from here. */
  startTurnAt(line) {
    this.#isFollowing = true;
    this.continueTurnAt(line);
    this.follow();
  }

  continueTurnAt(line) {
    this.#turn = line;
  }

  follow() {
    if (!this.#isFollowing) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#go(this.#target, "smooth"));
  }

  restart() {
    this.#turn = null;
    this.#isFollowing = true;
  }

  get #bottom() {
    return this.#area.scrollHeight - this.#area.clientHeight;
  }

  /** The start of the turn, but the person's own line gives way if the whole answer then fits. */
  get #target() {
    const answer = this.#turn?.nextElementSibling;
    const isRoomy = answer && this.#bottom <= this.#scrollTopFor(answer.getBoundingClientRect().top);
    return isRoomy ? this.#bottom : Math.min(this.#bottom, this.#turnTop);
  }

  get #turnTop() {
    if (!this.#turn) return Infinity;
    const { top, bottom } = this.#turn.getBoundingClientRect();
    const isOwn = this.#turn.classList.contains("from-me");
    return this.#scrollTopFor(isOwn ? Math.max(top, bottom - OWN_SHARE * this.#area.clientHeight) : top);
  }

  /** Where to scroll so that what is now at this height comes to the top. */
  #scrollTopFor(height) {
    return this.#area.scrollTop + height - this.#area.getBoundingClientRect().top - TURN_MARGIN_PX;
  }

  /** Long ways are taken at once: a page that rushes past is no help to anyone. */
  #go(top, behavior) {
    const isLong = Math.abs(top - this.#area.scrollTop) > this.#area.clientHeight;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#area.scrollTo({ top, behavior: isLong || isCalm || this.isReplay ? "instant" : behavior });
  }

  /** Scrolling by hand stops the following; tapping an answer does not. */
  #noticeReader({ type, target, key }) {
    const isScroll = type === "wheel" || type === "touchmove" || target === this.#area || /^(Arrow|Page|Home|End)/.test(key ?? "");
    if (isScroll) this.#isFollowing = this.#isAtEnd;
  }

  #noticeEnd(isAtEnd) {
    this.#isAtEnd = isAtEnd;
    this.#jump.hidden = isAtEnd;
    if (isAtEnd) this.#isFollowing = true;
  }

  #jumpToEnd() {
    this.#isFollowing = true;
    this.#turn = null;
    this.#go(this.#bottom, "smooth");
    this.#area.focus({ preventScroll: true });
  }
}

/** From the own line, Tab goes on to the answers of the next question. */
function focusQuietly(line) {
  line.tabIndex = -1;
  line.focus({ preventScroll: true });
}

/** Only pictures from our own server: an address elsewhere would tell others that someone is here. */
function imageNode(address) {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) return null;
  const image = element("img", "picture");
  image.src = url.href;
  image.alt = "Bild till meddelandet";
  return image;
}

/**
 * Something to take along; from our own server only, as it opens with the person's login.
 * What kind of file it is goes without saying for eyes (an arrow), and is said to ears.
 * @param {File} file
 */
function fileNode({ title, url }) {
  const address = new URL(url, location.href);
  if (address.origin !== location.origin) return null;
  const kind = address.pathname.split(".").at(-1).toUpperCase();
  const link = element("a", "file", title, element("span", "unseen", ` (${kind})`));
  link.href = address.href;
  link.download = "";
  return link;
}

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

function button(className, title, onClick) {
  const node = element("button", className, title);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

function press(node, isOn) {
  node.setAttribute("aria-pressed", String(isOn));
}

function isPressed(node) {
  return node.getAttribute("aria-pressed") === "true";
}

/** Shaking hands tap twice. */
function isRepeatedTap(node) {
  const now = Date.now();
  const isRepeated = now - Number(node.dataset.tappedAt ?? 0) < 1000;
  node.dataset.tappedAt = String(now);
  return isRepeated;
}

function isSame(one, other) {
  return plain(one) === plain(other);
}

function plain(text) {
  return text.normalize("NFC").replace(/\s+/g, " ").trim();
}
