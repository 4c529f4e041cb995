// @ts-check
/** The host's hand in the chat: a menu on each line, and the list of muted people. */
import { clone, el, icon, need, on } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";

/** @typedef {import("../../live/state.js").Message} Message */
/** @typedef {import("./runsheet.js").Act} Act */

/**
 * @param {Act} act
 * @param {string} me
 * @returns {(line: HTMLElement, message: Message) => void} puts the menu on a line
 */
export function lineTools(act, me) {
  return (line, message) => {
    const menu = clone("t-line-menu");
    line.append(menu);
    on(menu, "click", "[data-delete]", () => void act("DELETE", `/messages/${message.id}`));
    on(menu, "click", "[data-mute]", () => {
      menu.removeAttribute("open");
      void act("PUT", `/mutes/${message.person}`);
    });
    if (message.role === "crew" || message.person === me) need("[data-mute-row]", menu).remove();
  };
}

export class Muted {
  /** @param {Act} act */
  constructor(act) {
    this.act = act;
    /** @type {Record<string, string>} */
    this.people = {};
  }

  /** @param {Record<string, string>} people person → name */
  show(people) {
    if (this.people === people) return;
    this.people = people;
    const all = Object.entries(people);
    const opener = need("#muted-open");
    opener.hidden = all.length === 0;
    need("span", opener).textContent = t("Muted (%(n)s)", { n: all.length });
    need("#muted-list").replaceChildren(...all.map(([person, name]) => {
      const button = el("button", { type: "button", class: "btn btn-sm", onclick: () => void this.act("DELETE", `/mutes/${person}`) }, el("span", {}, t("Let write again")));
      return el("li", { class: "split gap-3" }, el("span", {}, icon("user"), " ", name), button);
    }));
    const dialog = document.getElementById("muted");
    if (all.length === 0 && dialog instanceof HTMLDialogElement) dialog.close();
  }
}
