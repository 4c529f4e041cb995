// @ts-check
/** The room's own furniture: what covers the picture, the banner, the timer, the side, the notes. */
import { fill, find, need, on } from "../../lib/dom.js";
import { chooseTab } from "../../lib/tabs.js";
import { formatCountdown } from "../../lib/time.js";

/** @param {{text: string, isBusy: boolean} | null} note */
export function showNote(note) {
  const cover = need("#call-note");
  cover.hidden = note === null;
  if (!note) return;
  need(".spinner", cover).hidden = !note.isBusy;
  if (find(cover, "[data-fill='text']")?.textContent !== note.text) fill(cover, { text: note.text });
}

/** @param {{text: string, isBusy: boolean, way: "" | "write" | "return"} | null} said */
export function showBanner(said) {
  const banner = need("#call-state");
  banner.hidden = said === null;
  if (!said) return;
  if (find(banner, "[data-fill='text']")?.textContent !== said.text) fill(banner, { text: said.text });
  need(".spinner", banner).hidden = !said.isBusy;
  need("[data-write]", banner).hidden = said.way !== "write";
  need("[data-take-back]", banner).hidden = said.way !== "return";
}

/**
 * @param {number} seconds since the candidate was let in
 * @param {number} planned_min
 */
export function showTime(seconds, planned_min) {
  const timer = need("#timer");
  fill(timer, { time: formatCountdown(Math.floor(Math.max(0, seconds))) });
  timer.classList.toggle("late", seconds > planned_min * 60);
}

/** The column (desk) or sheet (phone) with chat and notes; counts what came while it was shut. */
export class Side {
  /** @param {{opened: () => void}} heard */
  constructor(heard) {
    this.call = need("#call");
    this.button = need("#side-button");
    this.heard = heard;
    this.unread = 0;
    this.button.addEventListener("click", () => this.set(!this.isOpen));
    need("#side-close").addEventListener("click", () => this.set(false));
    on(document, "click", "[data-write]", () => {
      chooseTab("panel-chat");
      this.set(true);
    });
    this.call.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen) this.set(false);
    });
  }

  get isOpen() {
    return this.call.dataset.side === "open";
  }

  /** @param {boolean} open */
  set(open) {
    if (open) this.call.dataset.side = "open";
    else delete this.call.dataset.side;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) {
      this.count(0);
      this.heard.opened();
    } else this.button.focus();
  }

  /** A line came; counted when nobody looks at it. */
  tell() {
    if (!this.isOpen) this.count(this.unread + 1);
  }

  /** @param {number} unread */
  count(unread) {
    this.unread = unread;
    const badge = need("#unread");
    badge.textContent = String(unread);
    badge.hidden = unread === 0;
  }
}

/**
 * The interviewer's notes: on this device only, the same text in every field of them.
 * @param {string} room
 */
export function startNotes(room) {
  const key = `daigang.notes.${room}`;
  const fields = [...document.querySelectorAll("textarea[data-notes]")].filter((field) => field instanceof HTMLTextAreaElement);
  const write = (/** @type {string} */ text) => {
    for (const field of fields) if (field.value !== text) field.value = text;
  };
  write(localStorage.getItem(key) ?? "");
  for (const field of fields) {
    field.addEventListener("input", () => {
      localStorage.setItem(key, field.value);
      write(field.value);
    });
  }
}
