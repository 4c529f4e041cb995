// @ts-check
/** The interviewer's view of the candidate before they are let in: here or not, in line or not. */
import { read, send } from "../../lib/api.js";
import { confirm } from "../../lib/dialog.js";
import { fill, find, need, on } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";
import { CHIME, play } from "../../live/sound.js";
import { tell } from "./refusal.js";

const EVERY_MS = 3000;

export class Guest {
  /**
   * @param {string} room
   * @param {string} name
   */
  constructor(room, name) {
    this.room = room;
    this.name = name;
    this.hasArrived = false;
    this.isHere = false;
    this.isWatching = false;
    /** The interviewer is ready: whoever joins the line comes in at once. */
    this.isReady = false;
    this.button = need("[data-admit]");
    this.button.addEventListener("click", () => this.press());
    on(document, "click", "[data-end]", () => void this.end());
    setInterval(() => void this.look(), EVERY_MS);
  }

  /** @param {boolean} on whether anyone looks at this */
  watch(on) {
    this.isWatching = on;
    void this.look();
  }

  /** Presence comes by the socket at once; the place in the line is asked for. */
  async look() {
    if (!this.isWatching || document.hidden) return;
    try {
      const shown = await read(`/api/interviews/${this.room}`);
      this.show(shown.is_here, shown.arrived_at !== null);
    } catch {
      // asked again in a moment; the socket's own state says when the network is away
    }
  }

  /**
   * @param {boolean} isHere
   * @param {boolean} hasArrived
   */
  show(isHere, hasArrived = this.hasArrived) {
    const isNew = hasArrived && isHere && !(this.hasArrived && this.isHere);
    if (hasArrived && !this.hasArrived && isHere) void play(CHIME);
    this.isHere = isHere;
    this.hasArrived = hasArrived;
    const card = need("#guest");
    const badge = need("[data-guest-badge]", card);
    const { name } = this;
    const [tone, words, note] = !hasArrived
      ? isHere
        ? ["brand", t("Getting ready"), t("%(name)s is checking camera and microphone.", { name })]
        : ["neutral", t("Not here yet"), this.isReady ? t("The room opens as soon as they join the line.") : t("You can let them in when they have joined the line. A sound tells you.")]
      : isHere
        ? ["ok", t("Here now"), t("%(name)s waits for you to open the room.", { name })]
        : ["warn", t("Away just now"), t("%(name)s joined the line and has left the page; the place is kept.", { name })];
    badge.className = `badge badge-${tone}`;
    if (badge.textContent !== words) badge.textContent = words;
    if (find(card, "[data-fill='note']")?.textContent !== note) fill(card, { note });
    const does = hasArrived ? t("Let in") : this.isReady ? t("Ready, waiting…") : t("Let in when they come");
    if (find(this.button, "span")?.textContent !== does) need("span", this.button).textContent = does;
    this.button.setAttribute("aria-pressed", String(this.isReady && !hasArrived));
    if (isNew && this.isReady) void this.letIn();
  }

  /** Who is in line comes in; who is not will, as soon as they join it. */
  press() {
    if (this.hasArrived) return void this.letIn();
    this.isReady = !this.isReady;
    this.show(this.isHere);
  }

  async letIn() {
    const { button } = this;
    this.isReady = false;
    button.setAttribute("aria-busy", "true");
    try {
      await send("POST", `/api/interviews/${this.room}/admission`);
    } catch (error) {
      tell(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  async end() {
    const sure = await confirm(t("Close this interview without holding it? The candidate is told."), t("Close it"), true);
    if (!sure) return;
    try {
      await send("POST", `/api/interviews/${this.room}/end`);
    } catch (error) {
      tell(error);
    }
  }
}
