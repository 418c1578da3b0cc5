/** Turns Lotsen's plain text into DOM nodes, so that no text can ever become markup or script. */

const GAP = "[ \\u00a0\\u202f]";
const URL_TEXT = "(?<url>https?://[^\\s<>\"”»]+)";
const STRONG = "(?<![\\p{L}\\p{N}*])\\*(?<strong>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*(?![\\p{L}\\p{N}*])";
const SHORT_NUMBER = `112(?!${GAP}*(?:kr|kronor|procent|%|§))|114${GAP}?14|116${GAP}?\\d{3}`;
const LONG_NUMBER = `(?:\\+46${GAP}?[1-9]\\d{0,2}|0[1-9]\\d{0,2})(?:[-–]|${GAP})\\d{2,3}(?:${GAP}?\\d{2,3}){1,3}`;
const MOBILE_NUMBER = "07\\d{8}";
const PHONE = `(?<!§${GAP})(?<![\\p{L}\\p{N}+§/:.,–-])(?<phone>${LONG_NUMBER}|${MOBILE_NUMBER}|${SHORT_NUMBER})(?![\\p{L}\\p{N}]|[-–/:.,]\\d)`;

const INLINE = new RegExp(`${URL_TEXT}|${STRONG}|${PHONE}`, "gu");
const BULLET = /^\s*•\s+/u;
const GOES_ON = /^ {2}(?=\S)/u;
const CLOCK = /(?<=\bkl\.) (?=\d)/gu;
const URL_END = /[.,;:!?'*]+$/u;

/**
 * @param {string} text plain text as sent by the server
 * @returns {DocumentFragment} paragraphs and lists
 */
export function format(text) {
  const fragment = document.createDocumentFragment();
  for (const block of text.replace(/\r\n?/g, "\n").trim().split(/\n\s*\n/u)) {
    fragment.append(...blockNodes(block.split("\n")));
  }
  return fragment;
}

/** Group the lines of a block into runs of list items and runs of ordinary lines; an indented line goes on an item. */
function blockNodes(lines) {
  const runs = [];
  for (const line of lines) {
    if (runs.at(-1)?.isItem && GOES_ON.test(line)) {
      runs.at(-1).lines.push(`${runs.at(-1).lines.pop()}\n${line.trim()}`);
      continue;
    }
    const isItem = BULLET.test(line);
    if (runs.at(-1)?.isItem !== isItem) runs.push({ isItem, lines: [] });
    runs.at(-1).lines.push(line.replace(BULLET, ""));
  }
  return runs.map((run) => (run.isItem ? listNode(run.lines) : paragraphNode(run.lines)));
}

function listNode(lines) {
  const list = document.createElement("ul");
  for (const line of lines) {
    const item = document.createElement("li");
    appendLines(item, line.split("\n"));
    list.append(item);
  }
  return list;
}

function paragraphNode(lines) {
  const paragraph = document.createElement("p");
  appendLines(paragraph, lines);
  return paragraph;
}

function appendLines(node, lines) {
  lines.forEach((line, index) => {
    if (index > 0) node.append(document.createElement("br"));
    node.append(...inlineNodes(line));
  });
}

/** @returns {(string | Node)[]} the pieces of one line */
function inlineNodes(line) {
  const pieces = [];
  let end = 0;
  for (const match of line.matchAll(INLINE)) {
    pieces.push(line.slice(end, match.index), ...matchNodes(match.groups));
    end = match.index + match[0].length;
  }
  const all = [...pieces, line.slice(end)].filter((piece) => piece !== "");
  return all.map((piece) => (typeof piece === "string" ? piece.replace(CLOCK, "\u00a0") : piece));
}

function matchNodes({ url, strong, phone }) {
  if (url) return urlNodes(url);
  if (phone) return [phoneNode(phone)];
  const node = document.createElement("strong");
  node.append(...inlineNodes(strong));
  return [node];
}

/** Only https becomes a link; a full stop or bracket that ends the sentence is not part of the address. */
function urlNodes(found) {
  let address = found.replace(URL_END, "");
  if (address.endsWith(")") && !address.includes("(")) address = address.slice(0, -1).replace(URL_END, "");
  const rest = found.slice(address.length);
  return [isSafeUrl(address) ? linkNode(address) : address, rest];
}

/** An address with a user name in it is dressed up to look like another site. */
function isSafeUrl(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" && url.username === "" && url.password === "";
  } catch {
    return false;
  }
}

function linkNode(address) {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = address;
  return link;
}

function phoneNode(shown) {
  const link = document.createElement("a");
  link.href = `tel:${shown.replace(/[^\d+]/g, "")}`;
  link.className = "phone";
  link.textContent = shown;
  return link;
}
