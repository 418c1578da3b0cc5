/** Wires the page together: who one is, the connection, the text box and the log. */

import { Composer } from "./composer.js";
import { Connection, waitBefore } from "./connection.js";
import { AccountMenu, demoPeople, logIn, logOut, showPeople, whoAmI } from "./people.js";
import { View } from "./view.js";

const STATUS_DELAY_MS = 400;
const BACK_AGAIN_MS = 2500;
const TYPING_LIMIT_MS = 60_000;
const KEYBOARD_PX = 80;
const LOST_TEXT = "Ingen kontakt just nu. Det du skrivit är kvar, jag försöker igen.";
const BACK_TEXT = "Kontakten är tillbaka.";
const LOGIN_PROBLEM = "Det gick inte att logga in just nu. Försök igen om en liten stund.";
const LOGOUT_PROBLEM = "Det gick inte att logga ut just nu. Försök igen om en liten stund.";

const welcome = document.getElementById("welcome");
const problem = document.getElementById("welcome-problem");
const statusLine = document.getElementById("status");
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("lotsen") : null;

const view = new View({ onChoose: choose, onRetry: retry, onTapped: () => composer.focusIfRoomy() });
const connection = new Connection({ onFrame: receive, onState: showContact });
const composer = new Composer(say);
const account = new AccountMenu({ onLogIn: becomePerson, onLogOut: becomeNobody });

/** @type {import("./people.js").Identity} */
let identity = { person: null, demo: false, login: null };
let people = [];
let isIdentityKnown = false;
let hasContact = true;
let typingTimer = 0;
let isTypingTold = false;
let statusTimer = 0;
let unread = 0;

// --- what the person does -------------------------------------------------

function say(text) {
  const id = connection.say(text);
  view.addOwn(id, text);
  showProgress();
  if (isIdentityKnown) enter();
}

function choose(payload, title) {
  const id = connection.choose(payload);
  view.addOwn(id, title, false);
  showProgress();
  return id;
}

function retry(id) {
  connection.retry(id);
  showProgress();
}

// --- what the server says -------------------------------------------------

function receive(frame) {
  handlers[frame.type]?.(frame);
  showProgress();
}

const handlers = {
  welcome({ isFresh, resumed, anonymous }) {
    composer.allowRestoring(!anonymous);
    if (resumed) view.expectReplay();
    if (isFresh) startOver();
  },
  ack({ id }) {
    view.setState(id, "done");
  },
  typing() {
    isTypingTold = true;
    clearTimeout(typingTimer);
    typingTimer = setTimeout(stopTyping, TYPING_LIMIT_MS);
  },
  message(frame) {
    isTypingTold &&= connection.awaitsReply;
    view.addMessage(frame);
    countUnread();
  },
  said(frame) {
    view.addSaid(frame);
  },
  done({ id }) {
    isTypingTold = false;
    view.setState(id, "done");
  },
  error({ text }) {
    isTypingTold = false;
    view.addError(text);
    countUnread();
  },
};

/** The server no longer has the conversation; what is on its way goes into a new one. */
function startOver() {
  const hadLines = !view.isEmpty;
  view.clear(connection.pending.map(({ frame }) => frame.id));
  if (hadLines) view.addNotice("Det förra samtalet är avslutat. Här börjar ett nytt.");
  learnIdentity();
}

function stopTyping() {
  isTypingTold = false;
  showProgress();
}

/** Bring the typing sign and the small notes under own bubbles up to date. */
function showProgress() {
  view.setTyping(connection.isOpen && (isTypingTold || connection.awaitsReply));
  for (const { frame, isRefused } of connection.unacked) {
    view.setState(frame.id, isRefused ? "refused" : hasContact ? "sending" : "waiting");
  }
}

function countUnread() {
  if (!document.hidden) return;
  unread += 1;
  document.title = unread === 1 ? "1 nytt meddelande – Lotsen" : `${unread} nya meddelanden – Lotsen`;
}

function showRead() {
  if (document.hidden) return;
  unread = 0;
  document.title = "Lotsen";
}

// --- contact --------------------------------------------------------------

/** A gap too short to notice is not worth worrying anyone about. */
function showContact(state) {
  hasContact = state === "open";
  if (!hasContact) {
    isTypingTold = false;
    statusTimer ||= setTimeout(() => showStatus(LOST_TEXT, "lost"), STATUS_DELAY_MS);
  } else {
    clearTimeout(statusTimer);
    statusTimer = 0;
    if (statusLine.dataset.kind === "lost") showStatus(BACK_TEXT, "back");
  }
  showProgress();
}

function showStatus(text, kind) {
  statusLine.textContent = text;
  statusLine.dataset.kind = kind;
  if (kind !== "lost") setTimeout(() => statusLine.dataset.kind === kind && showStatus("", ""), kind === "back" ? BACK_AGAIN_MS : 8000);
}

// --- who one is -----------------------------------------------------------

async function start() {
  await learnIdentity();
  const isUndecided = mayLogIn() && !connection.conversation && view.isEmpty;
  if (isUndecided) showWelcome();
  else enter();
}

/** Ask until there is an answer; meanwhile one can already write. */
async function learnIdentity() {
  for (let attempt = 0; ; attempt += 1) {
    try {
      identity = await whoAmI();
      people = identity.demo ? await demoPeople() : [];
      break;
    } catch {
      showContact("lost");
      await pause(waitBefore(attempt));
    }
  }
  isIdentityKnown = true;
  if (!connection.isOpen) showContact("open");
  account.show(identity, people);
}

function mayLogIn() {
  return !identity.person && (identity.demo || identity.login !== null);
}

function showWelcome() {
  const link = document.getElementById("log-in");
  link.hidden = identity.login === null;
  if (identity.login) link.href = identity.login;
  document.getElementById("people-title").hidden = !identity.demo;
  showPeople(document.getElementById("people"), people, becomePerson);
  problem.textContent = "";
  welcome.hidden = false;
}

/** Go from the welcome card to the conversation. */
function enter() {
  welcome.hidden = true;
  connection.open();
}

async function becomePerson(person) {
  await changePerson(() => logIn(person.id, connection.conversation), LOGIN_PROBLEM);
}

async function becomeNobody() {
  if (hasUnsent() && !(await isLeavingAnyway())) return;
  let elsewhere = null;
  const isOut = await changePerson(async () => { elsewhere = await logOut(); }, LOGOUT_PROBLEM);
  if (isOut) composer.clear();
  if (elsewhere) offerLogoutElsewhere(elsewhere);
}

/** On a shared computer the next person would otherwise be let in without a question. */
function offerLogoutElsewhere(address) {
  problem.replaceChildren("Du är utloggad ur Lotsen, men kommunens inloggning är kvar i webbläsaren. ");
  const link = document.createElement("a");
  link.href = address;
  link.textContent = "Logga ut där också";
  problem.append(link);
}

/** @returns {Promise<boolean>} whether the change was made */
async function changePerson(request, problemText) {
  const wasInConversation = welcome.hidden;
  connection.close();
  try {
    await request();
  } catch {
    if (wasInConversation) connection.open();
    tellProblem(problemText);
    return false;
  }
  tabs?.postMessage("person changed");
  await meetNewPerson();
  return true;
}

function tellProblem(text) {
  if (welcome.hidden) showStatus(text, "problem");
  else problem.textContent = text;
}

/** Start a clean conversation; text that has not been sent goes back to the box. */
async function meetNewPerson() {
  const before = identity.person;
  const sent = view.sentTexts;
  const unsent = connection.forget();
  view.clear();
  composer.restore(unsent);
  await learnIdentity();
  if (mayLogIn()) return showWelcome();
  if (!before && sent.length > 0) offerBack(sent);
  enter();
  composer.focusIfRoomy();
}

/** Who tells everything and only then logs in should not have to tell it twice. */
function offerBack(texts) {
  view.addNotice("Det du skrev innan du loggade in är inte sparat. Vill du ha tillbaka texten?", {
    title: "Lägg texten i textrutan",
    run() {
      composer.restore(texts);
      composer.focus();
    },
  });
}

function hasUnsent() {
  return !composer.isEmpty || connection.unacked.some(({ frame }) => frame.type === "say");
}

function isLeavingAnyway() {
  const dialog = document.getElementById("ask");
  dialog.returnValue = "stay";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "leave"), { once: true });
  });
}

// --- the window -----------------------------------------------------------

/** iOS lays its keyboard over the page, so the page is made as high as what is seen. */
function fitToKeyboard() {
  const { height, offsetTop, scale } = window.visualViewport;
  const isCovered = scale < 1.05 && window.innerHeight - height > KEYBOARD_PX;
  const { style } = document.documentElement;
  if (isCovered) {
    style.setProperty("--seen-height", `${height}px`);
    style.setProperty("--seen-top", `${offsetTop}px`);
  } else {
    style.removeProperty("--seen-height");
    style.removeProperty("--seen-top");
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}

document.getElementById("go-on").addEventListener("click", () => {
  enter();
  composer.focusIfRoomy();
});
document.addEventListener("visibilitychange", showRead);
window.addEventListener("beforeunload", (event) => hasUnsent() && event.preventDefault());
window.visualViewport?.addEventListener("resize", fitToKeyboard);
window.visualViewport?.addEventListener("scroll", fitToKeyboard);
tabs?.addEventListener("message", () => meetNewPerson());
start();
