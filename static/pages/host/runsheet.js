// @ts-check
/** The run-sheet: the bag in its order, then the other open postings; pinned by button or by key. */
import { clone, fill, icon, need, on } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";
import { payOf } from "../../live/jobwords.js";

/** @typedef {import("../../live/state.js").RoomState} RoomState */
/** @typedef {import("../../live/state.js").JobCard} JobCard */
/** @typedef {(method: string, path: string, body?: unknown) => Promise<any>} Act */

export class RunSheet {
  /** @param {{open: JobCard[], act: Act}} parts act: asks the room's API and tells the host when it refuses */
  constructor({ open, act }) {
    this.open = open;
    this.act = act;
    /** Rows keep their place, so that a key stays with its job. @type {JobCard[]} */
    this.shown = [];
    /** @type {RoomState | null} */
    this.state = null;
    on(document, "click", "[data-testid=pin-job]", (_event, button) => void this.pin(button.dataset.job ?? ""));
    on(document, "click", "[data-testid=unpin-job]", () => void this.unpin());
    on(need("#run"), "click", "[data-bag]", (_event, button) => void this.toggle(button.dataset.job ?? ""));
    document.addEventListener("keydown", (event) => this.press(event));
  }

  /** @param {RoomState} state */
  show(state) {
    const before = this.state;
    this.state = state;
    const { bag, pinned, applications, phase } = state;
    if (before && before.bag === bag && before.pinned === pinned && before.applications === applications && before.phase === phase) return;
    const all = new Map([...this.open, ...bag].map((job) => [job.id, job]));
    const order = new Set([...this.shown, ...bag, ...this.open].map(({ id }) => id));
    this.shown = [...order].flatMap((id) => all.get(id) ?? []);
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset : {};
    need("#run").replaceChildren(...this.shown.map((job, n) => this.row(job, n + 1)));
    need("#run-empty").hidden = this.shown.length > 0;
    this.restore(focused);
  }

  /**
   * @param {JobCard} job
   * @param {number} n
   * @returns {HTMLElement}
   */
  row(job, n) {
    const { bag, pinned, applications, phase } = /** @type {RoomState} */ (this.state);
    const row = clone("t-run");
    const isBagged = bag.some(({ id }) => id === job.id);
    const isPinned = pinned?.id === job.id;
    const applied = applications[job.id] ?? 0;
    row.dataset.job = job.id;
    if (isPinned) row.setAttribute("aria-current", "true");
    row.classList.toggle("run-out", !isBagged);
    const notes = [payOf(job), isBagged ? "" : t("not in the bag"), applied ? t("%(n)s applied", { n: applied }) : ""];
    fill(row, { n: n <= 9 ? n : "", title: job.title, note: notes.filter(Boolean).join(" · ") });
    for (const button of row.querySelectorAll("button")) {
      button.dataset.job = job.id;
      button.disabled = phase === "ended";
    }
    need("[data-testid=pin-job]", row).hidden = isPinned;
    need("[data-testid=unpin-job]", row).hidden = !isPinned;
    const toggle = need("[data-bag]", row);
    const words = isBagged ? t("Take out of the bag") : t("Put into the bag");
    toggle.append(icon(isBagged ? "minus" : "plus"));
    toggle.setAttribute("aria-label", `${words}: ${job.title}`);
    toggle.title = words;
    return row;
  }

  /** The list is drawn anew; the focus stays on the same job's button.
   * @param {DOMStringMap} focused */
  restore({ job, testid, bag }) {
    if (!job || (testid === undefined && bag === undefined)) return;
    const row = need("#run").querySelector(`[data-job="${CSS.escape(job)}"]`);
    const button = row?.querySelector(bag === undefined ? "[data-testid]:not([hidden])" : "[data-bag]");
    if (button instanceof HTMLElement) button.focus();
  }

  /** @param {string} job */
  pin(job) {
    return this.act("PUT", "/pin", { job });
  }

  async unpin() {
    if (this.state?.pinned) await this.act("DELETE", "/pin");
  }

  /** @param {string} job */
  toggle(job) {
    const isBagged = this.state?.bag.some(({ id }) => id === job);
    return this.act(isBagged ? "DELETE" : "PUT", `/bag/${job}`);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || document.querySelector("dialog[open], details[open]")) return;
    if (target instanceof HTMLElement && target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === "Escape") void this.unpin();
    const job = /^[1-9]$/.test(event.key) ? this.shown[Number(event.key) - 1] : undefined;
    if (job) void this.pin(job.id);
  }
}
