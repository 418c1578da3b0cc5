/** The text box: it grows with the text, knows when Enter means send, and never drops what was typed. */

const LONGEST = 8000;
const COUNT_FROM = 7500;
const LIMIT_TEXTS = {
  fine: () => "",
  near: (left) => `${count(left)} tecken kvar`,
  over: (extra) => `Texten är ${count(extra)} tecken för lång för ett meddelande. Den är kvar här. Dela upp den på två meddelanden, så kommer allt med.`,
};
const touchOnly = matchMedia("(hover: none), (pointer: coarse)");

export class Composer {
  #box = document.getElementById("text");
  #send = document.getElementById("send");
  #limit = document.getElementById("limit");
  #spoken = document.getElementById("limit-spoken");
  #level = "fine";
  #onSend;

  /** @param {(text: string) => void} onSend given trimmed text of a length the server takes */
  constructor(onSend) {
    this.#onSend = onSend;
    this.#box.form.addEventListener("submit", (event) => this.#submit(event));
    this.#box.addEventListener("input", () => this.#refresh());
    this.#box.addEventListener("keydown", (event) => this.#onKey(event));
    this.#send.addEventListener("mousedown", (event) => event.preventDefault()); // keeps focus, and a phone's keyboard, where it is
    window.addEventListener("resize", () => this.#refresh());
    this.#refresh();
  }

  get isEmpty() {
    return this.#box.value.trim() === "";
  }

  clear() {
    this.#box.value = "";
    this.#refresh();
  }

  /** Whether the browser may keep the text, so that it is there after a crash or a restart. */
  allowRestoring(isAllowed) {
    this.#box.autocomplete = isAllowed ? "on" : "off";
  }

  /** Put text back in the box, before whatever is there. */
  restore(texts) {
    this.#box.value = [...texts, this.#box.value].filter((text) => text.trim() !== "").join("\n\n");
    this.#refresh();
  }

  /** On a touch screen focus opens the keyboard over the answers, so there it is left alone. */
  focusIfRoomy() {
    if (!touchOnly.matches) this.#box.focus({ preventScroll: true });
  }

  focus() {
    this.#box.focus();
  }

  #onKey(event) {
    const wantsLine = event.shiftKey || (touchOnly.matches && !event.ctrlKey && !event.metaKey);
    if (event.key !== "Enter" || event.isComposing || wantsLine) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#box.value.trim();
    if (text === "" || length(text) > LONGEST) return this.focus();
    this.clear();
    this.#onSend(text);
    this.focusIfRoomy();
  }

  #refresh() {
    this.#box.style.height = "auto";
    const border = this.#box.offsetHeight - this.#box.clientHeight;
    this.#box.style.height = `${this.#box.scrollHeight + border}px`;
    this.#send.disabled = this.isEmpty;
    this.#count(length(this.#box.value.trim()));
  }

  #count(characters) {
    const level = characters > LONGEST ? "over" : characters > COUNT_FROM ? "near" : "fine";
    const text = LIMIT_TEXTS[level](Math.abs(LONGEST - characters));
    this.#limit.hidden = level === "fine";
    this.#limit.textContent = text;
    this.#limit.dataset.level = level;
    this.#box.setAttribute("aria-invalid", String(level === "over"));
    this.#send.setAttribute("aria-disabled", String(level === "over"));
    if (level !== this.#level) this.#spoken.textContent = text; // read out once, not at every key
    this.#level = level;
  }
}

function count(number) {
  return number.toLocaleString("sv-SE");
}

/** Characters as the server counts them: code points, not UTF-16 code units. */
function length(text) {
  return Array.from(text).length;
}
