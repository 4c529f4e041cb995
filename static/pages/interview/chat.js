// @ts-check
/** The interview's chat: lines as they come, once each; sending keeps the text until it is safe. */
import { Problem, newKey, send } from "../../lib/api.js";
import { clone, fill, find, need } from "../../lib/dom.js";
import { notify } from "../../lib/notice.js";
import { t } from "../../lib/texts.js";

/** @typedef {{id: string, person: string, name: string, role: string, text: string, at: number, deleted: boolean}} Message */

const NEAR_END_PX = 48;

export class Chat {
  /**
   * @param {HTMLElement} root holds the log and the form
   * @param {string} room
   * @param {string} me
   */
  constructor(root, room, me) {
    this.root = root;
    this.room = room;
    this.me = me;
    this.log = need("[data-testid='chat-log']", root);
    this.form = need("form", root);
    this.seen = new Set();
    this.key = newKey();
    /** @type {(message: Message) => void} called for every line of the other that is new */
    this.heard = () => {};
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.say();
    });
  }

  /**
   * The whole history, after a fresh start.
   * @param {Message[]} messages
   */
  show(messages) {
    for (const message of messages) this.add(message);
  }

  /**
   * @param {Message} message
   * @param {boolean} [isNew] it was said just now
   */
  add(message, isNew = false) {
    if (this.seen.has(message.id) || message.deleted) return;
    this.seen.add(message.id);
    const isAtEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END_PX;
    const line = fill(clone(message.role === "crew" ? "line-host" : "line"), {
      name: message.person === this.me ? this.root.dataset.you : message.name,
      text: message.text,
    });
    this.log.append(line);
    if (isAtEnd || message.person === this.me) this.toEnd();
    if (isNew && message.person !== this.me) this.heard(message);
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  focus() {
    find(this.form, "input")?.focus();
  }

  close() {
    this.form.hidden = true;
  }

  async say() {
    const input = this.form.querySelector("input");
    const text = input?.value.trim() ?? "";
    if (!input || !text || input.readOnly) return;
    input.readOnly = true;
    try {
      this.add(await send("POST", `/api/rooms/${this.room}/messages`, { text }, { key: this.key }));
      input.value = "";
      this.key = newKey();
    } catch (error) {
      // A definite refusal ends the attempt; without an answer the same key is used again.
      if (error instanceof Problem) {
        this.key = newKey();
        notify(error.fields.text ?? error.detail, { kind: "bad" });
      } else notify(t("Not sent yet: no connection. Your words are still there."), { kind: "bad" });
    } finally {
      input.readOnly = false;
      input.focus();
    }
  }
}
