/** Shows who one is, and lets a visitor to the demo become one of the invented people. */

const ROLES = {
  staff: "Medarbetare",
  manager: "Chef",
  hr: "HR",
  safety_rep: "Skyddsombud",
  security: "Säkerhet",
  admin: "Administratör",
};
const LINK_PROBLEM = "Det gick inte att hämta en kod just nu. Försök igen om en liten stund.";
const NOBODY = "Inte inloggad: inget sparas";

/**
 * @typedef {{id: string, name: string, role: string, unit: string}} Person
 * @typedef {object} Identity
 * @property {Person | null} person
 * @property {boolean} demo whether one may be an invented person
 * @property {string | null} login where one logs in as oneself
 * @property {string[]} linked what the channels are called that one links by a code
 */

/** @returns {Promise<Identity>} */
export async function whoAmI() {
  return (await request("/me")).json();
}

/** @returns {Promise<Person[]>} */
export async function demoPeople() {
  return (await request("/demo/people")).json();
}

/** @param {string | null} conversation one that is left as nobody, and then forgotten */
export async function logIn(id, conversation) {
  await request("/login", { person: id, conversation });
}

/** @returns {Promise<{code: string, expires: string}>} */
export async function linkCode() {
  return (await request("/link-code", {})).json();
}

/** @returns {Promise<string | null>} where one can log out from the municipality's login too */
export async function logOut() {
  const response = await request("/logout", {});
  return response.status === 200 ? (await response.json()).elsewhere : null;
}

async function request(path, body) {
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, { cache: "no-store", ...options });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response;
}

/**
 * Fill a list with one button per person.
 * @param {HTMLElement} list
 * @param {Person[]} people
 * @param {(person: Person) => void} onPick
 */
export function showPeople(list, people, onPick) {
  list.replaceChildren(...people.map((person) => {
    const button = element("button", "person", element("span", "person-name", person.name), element("span", "person-place", place(person)));
    button.type = "button";
    button.addEventListener("click", () => onPick(person));
    return element("li", "", button);
  }));
}

function place({ role, unit }) {
  return [ROLES[role] ?? role, unit].filter(Boolean).join(" · ");
}

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** The button at the top that says who one is, and the small menu under it. */
export class AccountMenu {
  #root;
  #button;
  #label;
  #menu;
  #actions;

  /**
   * @param {{onLogIn: (person: Person) => Promise<void>, onLogOut: () => Promise<void>}} actions
   */
  constructor(actions) {
    this.#root = document.getElementById("account");
    this.#button = document.getElementById("account-button");
    this.#label = document.getElementById("account-label");
    this.#menu = document.getElementById("account-menu");
    this.#actions = actions;
    this.#button.addEventListener("click", () => this.#toggle(this.#menu.hidden));
    this.#root.addEventListener("keydown", (event) => this.#onKey(event));
    this.#root.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && this.#closeIfOutside(relatedTarget));
    document.addEventListener("pointerdown", ({ target }) => this.#closeIfOutside(target));
  }

  /**
   * @param {Identity} identity
   * @param {Person[]} people the demo people, or none
   */
  show({ person, login, linked = [] }, people) {
    const others = people.filter(({ id }) => id !== person?.id);
    this.#label.replaceChildren(...(person ? personLabel(person) : [NOBODY]));
    this.#menu.replaceChildren(...this.#menuNodes(person, others, { login, linked }));
    this.#button.disabled = this.#menu.childElementCount === 0;
    this.#button.hidden = false;
    this.#toggle(false);
  }

  #menuNodes(person, others, { login, linked }) {
    const nodes = [];
    if (person) nodes.push(this.#logOutNode(person), ...linked.map((title) => this.#linkNode(title)));
    else if (login) nodes.push(logInNode(login));
    if (others.length > 0) nodes.push(element("h2", "menu-title", person ? "Byt påhittad person" : "Prova som en påhittad person"), this.#listNode(others));
    return nodes;
  }

  #logOutNode(person) {
    const button = element("button", "quiet-button", "Logga ut");
    button.type = "button";
    button.addEventListener("click", () => this.#run(this.#actions.onLogOut()));
    const link = element("a", "menu-link", "Händelser att ta hand om");
    link.href = "/handelser";
    return element("div", "menu-me", element("p", "menu-who", element("strong", "", person.name), element("span", "", place(person))), link, button);
  }

  /** A button that shows a code, to be written in a chat on another platform. */
  #linkNode(title) {
    const button = element("button", "quiet-button", `Koppla ${title}`);
    const told = element("p", "menu-code");
    told.setAttribute("role", "status");
    button.type = "button";
    button.addEventListener("click", async () => {
      try {
        const { code } = await linkCode();
        told.replaceChildren(`Skriv det här till Lotsen i ${title} inom en kvart: `, element("strong", "", `/link ${code}`));
      } catch {
        told.textContent = LINK_PROBLEM;
      }
    });
    return element("div", "menu-me", button, told);
  }

  #listNode(people) {
    const list = element("ul", "people");
    showPeople(list, people, (person) => this.#run(this.#actions.onLogIn(person)));
    return list;
  }

  #run(work) {
    this.#toggle(false);
    this.#button.focus();
    return work;
  }

  #toggle(isOpen) {
    this.#menu.hidden = !isOpen;
    this.#button.setAttribute("aria-expanded", String(isOpen));
  }

  #onKey(event) {
    if (event.key !== "Escape" || this.#menu.hidden) return;
    this.#toggle(false);
    this.#button.focus();
  }

  #closeIfOutside(node) {
    if (!this.#root.contains(node)) this.#toggle(false);
  }
}

function logInNode(address) {
  const link = element("a", "menu-link", "Logga in");
  link.href = address;
  return link;
}

function personLabel(person) {
  const role = ROLES[person.role] ?? person.role;
  return [element("span", "account-name", person.name), element("span", "unseen", ", "), element("span", "account-role", role)];
}
