// @ts-check
/** The job bag (beside the picture and in the sheet) and the 讲解中 card; applying takes two taps. */
import { Problem } from "../../lib/api.js";
import { clone, fill, find, need, on } from "../../lib/dom.js";
import { payOf, typeOf } from "../../live/jobwords.js";
import { applied, openApply } from "../apply.js";

/** @typedef {import("../../live/state.js").RoomState} RoomState */
/** @typedef {import("../../live/state.js").JobCard} JobCard */

export class Jobs {
  /** @param {{room: string, mayApply: boolean, signedIn: boolean, signIn: () => void}} parts */
  constructor({ room, mayApply, signedIn, signIn }) {
    this.room = room;
    this.mayApply = mayApply;
    this.signedIn = signedIn;
    this.signIn = signIn;
    /** Jobs this person has an application for. @type {Set<string>} */
    this.applied = new Set();
    /** @type {JobCard[]} */
    this.bag = [];
    /** @type {JobCard | null} */
    this.pinned = null;
    on(document, "click", "[data-job] [data-apply], [data-job] [data-testid=apply]", (_event, button) => {
      const job = button.closest("[data-job]");
      if (job instanceof HTMLElement) this.apply(job.dataset.job ?? "");
    });
  }

  /** @param {RoomState} state */
  show({ bag, pinned }) {
    if (this.bag === bag && this.pinned === pinned) return;
    this.bag = bag;
    this.pinned = pinned;
    this.draw();
  }

  draw() {
    for (const list of document.querySelectorAll("[data-bag]")) list.replaceChildren(...this.bag.map((job) => this.row(job)));
    for (const note of document.querySelectorAll("[data-bag-empty]")) if (note instanceof HTMLElement) note.hidden = this.bag.length > 0;
    for (const count of document.querySelectorAll("[data-bag-count]")) count.textContent = String(this.bag.length);
    need("#pinned").replaceChildren(...(this.pinned ? [this.card(this.pinned)] : []));
  }

  /**
   * @param {JobCard} job
   * @returns {HTMLElement}
   */
  row(job) {
    const row = clone("t-bag-item");
    row.dataset.job = job.id;
    if (job.id === this.pinned?.id) row.setAttribute("aria-current", "true");
    fill(row, { title: job.title, pay: payOf(job), place: `${job.place} · ${typeOf(job)}` });
    this.mark(row, job.id, "[data-apply]");
    return row;
  }

  /**
   * @param {JobCard} job
   * @returns {HTMLElement}
   */
  card(job) {
    const card = clone("t-pinned");
    card.dataset.job = job.id;
    fill(card, { title: job.title, pay: payOf(job), place: job.place });
    this.mark(card, job.id, "[data-testid=apply]");
    return card;
  }

  /**
   * @param {HTMLElement} root
   * @param {string} job
   * @param {string} button
   */
  mark(root, job, button) {
    if (this.applied.has(job)) find(root, button)?.replaceWith(clone("t-applied"));
    else if (!this.mayApply) find(root, button)?.remove();
  }

  /** Marks what this person has applied for already. */
  async start() {
    if (!this.signedIn || !this.mayApply) return;
    try {
      this.applied = new Set([...this.applied, ...(await applied())]);
      this.draw();
    } catch (error) {
      if (!(error instanceof Problem || error instanceof TypeError)) throw error; // the house still refuses a second one
    }
  }

  /** @param {string} id */
  apply(id) {
    const job = this.bag.find((one) => one.id === id) ?? this.pinned;
    if (!job) return;
    if (!this.signedIn) return this.signIn();
    void openApply({ job: id, title: job.title, employer: job.employer, room: this.room, onDone: () => this.done(id) });
  }

  /** @param {string} job */
  done(job) {
    this.applied.add(job);
    this.draw();
  }
}
