// @ts-check
/**
 * A room's chat: lines as they come, a box to write in. Room-agnostic; needs <template id="t-line">.
 *
 *   const chat = new Chat({root, room, me, tools});
 *   chat.show(state.messages)    after every change; lines are kept, deleted ones lose their text
 *   chat.close(words)            nobody can write any more
 * Own lines show at once as pending and turn into the real ones when the room tells them; what was not
 * taken goes back into the box with the reason. Scrolled up, the log stays where it is and says so.
 * `tools(line, message)` may add something to a line (the host's menu).
 */
import { Problem, newKey, send } from "../lib/api.js";
import { clone, el, fill, find, need } from "../lib/dom.js";
import { notify } from "../lib/notice.js";
import { t } from "../lib/texts.js";

/** @typedef {import("./state.js").Message} Message */
/** @typedef {{line: HTMLElement, text: string, key: string, id: string}} Pending */

const LINES_KEPT = 300;
const END_PX = 48;

export class Chat {
  /** @param {{root: HTMLElement, form: HTMLFormElement | null, room: string, me: string, tools?: (line: HTMLElement, message: Message) => void}} parts */
  constructor({ root, form, room, me, tools = () => {} }) {
    this.log = need("[role=log]", root);
    this.newer = need("[data-newer]", root);
    this.form = form;
    this.room = room;
    this.me = me;
    this.tools = tools;
    /** @type {Map<string, HTMLElement>} */
    this.lines = new Map();
    /** @type {Pending[]} */
    this.pending = [];
    this.isAtEnd = true;
    this.log.addEventListener("scroll", () => this.look());
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(this.log);
    this.newer.addEventListener("click", () => this.toEnd());
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.post();
    });
  }

  /** @param {Message[]} messages */
  show(messages) {
    let isNew = false;
    for (const message of messages) {
      const line = this.lines.get(message.id);
      if (line) {
        if (message.deleted) this.blank(line);
      } else {
        this.add(message);
        isNew = true;
      }
    }
    if (!isNew) return;
    if (this.isAtEnd) {
      this.trim();
      this.toEnd();
    } else this.newer.hidden = false;
  }

  /** @param {Message} message */
  add(message) {
    const mine = this.pending.find(({ id, text }) => id === message.id || (message.person === this.me && text === message.text));
    if (mine) this.drop(mine);
    const line = clone("t-line");
    line.dataset.message = message.id;
    line.classList.toggle("line-host", message.role === "crew");
    line.classList.toggle("line-own", message.person === this.me);
    fill(line, { name: message.person === this.me ? t("Me") : message.name, text: message.text });
    if (message.role === "crew") need("[data-fill=name]", line).prepend(el("span", { class: "line-mark" }, t("Host side")), " ");
    if (message.deleted) this.blank(line);
    else this.tools(line, message);
    this.lines.set(message.id, line);
    this.log.insertBefore(line, this.pending[0]?.line ?? null);
  }

  /** @param {HTMLElement} line */
  blank(line) {
    if (line.classList.contains("line-gone")) return;
    line.className = "line line-gone";
    line.replaceChildren(el("span", { class: "line-body" }, el("span", { class: "line-text" }, t("Message removed"))));
  }

  async post() {
    const box = this.form?.elements.namedItem("text");
    if (!(box instanceof HTMLInputElement)) return;
    const text = box.value.trim();
    if (!text) return box.focus();
    box.value = "";
    const line = clone("t-line");
    line.classList.add("line-pending", "line-own");
    fill(line, { name: t("Me"), text });
    const mine = { line, text, key: newKey(), id: "" };
    this.pending.push(mine);
    this.log.append(line);
    this.toEnd();
    await this.deliver(mine);
  }

  /** @param {Pending} mine */
  async deliver(mine) {
    try {
      const message = await send("POST", `/api/rooms/${this.room}/messages`, { text: mine.text }, { key: mine.key });
      mine.id = message.id;
      if (this.lines.has(message.id)) this.drop(mine);
    } catch (error) {
      if (error instanceof TypeError || (error instanceof Problem && error.status >= 500)) return this.offerAgain(mine);
      this.drop(mine);
      const box = this.form?.elements.namedItem("text");
      if (box instanceof HTMLInputElement && !box.value) box.value = mine.text;
      if (error instanceof Problem) notify(error.detail, { kind: "bad" });
      else throw error;
    }
  }

  /** Nobody knows whether it arrived: the same key makes a second try safe.
   * @param {Pending} mine */
  offerAgain(mine) {
    const again = el("button", { type: "button", class: "linkish", onclick: () => {
      again.remove();
      void this.deliver(mine);
    } }, t("Not sent. Try again"));
    mine.line.append(again);
  }

  /** @param {Pending} mine */
  drop(mine) {
    mine.line.remove();
    this.pending = this.pending.filter((one) => one !== mine);
  }

  /** @param {string} words */
  close(words) {
    if (this.form) this.form.replaceWith(el("p", { class: "chat-closed" }, words));
    this.form = null;
  }

  look() {
    this.isAtEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < END_PX;
    if (this.isAtEnd) this.newer.hidden = true;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.isAtEnd = true;
    this.newer.hidden = true;
  }

  trim() {
    for (const [id, line] of this.lines) {
      if (this.lines.size <= LINES_KEPT) return;
      line.remove();
      this.lines.delete(id);
    }
  }
}

/**
 * @param {ParentNode} root
 * @returns {HTMLFormElement | null}
 */
export function chatForm(root) {
  const form = find(root, "form[data-chat]");
  return form instanceof HTMLFormElement ? form : null;
}
