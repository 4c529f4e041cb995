// @ts-check
/** Quick hire from the host's side: composing an offer, the running ones, who won. */
import { Problem, newKey, send } from "../../lib/api.js";
import { clone, fill, find, need, on } from "../../lib/dom.js";
import { Attempt, collect } from "../../lib/fields.js";
import { busy } from "../../lib/form.js";
import { notify } from "../../lib/notice.js";
import { t } from "../../lib/texts.js";
import { formatCountdown } from "../../lib/time.js";

/** @typedef {import("../../live/state.js").RoomState} RoomState */
/** @typedef {import("../../live/state.js").OfferCard} OfferCard */

export class HostOffers {
  /** @param {{room: string, me: string, people: {person: string, name: string}[], jobs: () => import("../../live/state.js").JobCard[], now: () => number}} parts */
  constructor({ room, me, people, jobs, now }) {
    this.room = room;
    this.jobs = jobs;
    this.now = now;
    this.form = /** @type {HTMLFormElement} */ (need("#composer"));
    this.job = /** @type {HTMLSelectElement} */ (need("#offer-job"));
    this.attempt = new Attempt(newKey);
    /** @type {RoomState | null} */
    this.state = null;
    this.chosen = "";
    const interviewer = /** @type {HTMLSelectElement} */ (need("#offer-interviewer"));
    interviewer.replaceChildren(...people.map(({ person, name }) => new Option(person === me ? t("%(name)s (you)", { name }) : name, person, person === me, person === me)));
    this.job.addEventListener("change", () => {
      this.chosen = this.job.value;
      this.suggest();
    });
    this.form.addEventListener("change", () => this.shape());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.open();
    });
    on(document, "click", "[data-close-offer]", (_event, button) => void this.close(button.dataset.closeOffer ?? ""));
    this.shape();
    setInterval(() => this.tick(), 500);
  }

  /** The interviewer is asked for interviews only. */
  shape() {
    const kind = new FormData(this.form).get("kind");
    need("#offer-interviewer").hidden = kind !== "interview";
  }

  body() {
    const data = new FormData(this.form);
    const text = (/** @type {string} */ name) => String(data.get(name) ?? "");
    const fields = ["job", "kind", "interviewer"].filter((name) => name !== "interviewer" || text("kind") === "interview").map((name) => ({ name, value: text(name) }));
    const terms = [{ name: "work_place", value: text("work_place") }, ...["pay_min", "pay_max"].map((name) => ({ name, value: text(name), type: "number" }))].filter(({ value }) => value);
    return collect([...fields, ...terms, ...["places", "seconds"].map((name) => ({ name, value: text(name), type: "number" }))]);
  }

  async open() {
    const body = this.body();
    const error = need("#composer-error");
    error.textContent = "";
    const button = find(this.form, "[data-testid=offer-open]");
    if (!(button instanceof HTMLButtonElement) || button.getAttribute("aria-busy")) return;
    if (!body.job) return void (error.textContent = t("Choose a job first."));
    if (!Number.isInteger(body.places)) return void (error.textContent = t("Say how many places there are."));
    const restore = busy(button, t("Opening…"));
    try {
      await send("POST", `/api/rooms/${this.room}/offers`, body, { key: this.attempt.keyFor(JSON.stringify(body)) });
      this.attempt.settle();
      document.getElementById("tab-offers-tab")?.click();
    } catch (problem) {
      if (problem instanceof Problem && problem.status < 500) this.attempt.settle();
      if (problem instanceof Problem) error.textContent = Object.values(problem.fields)[0] ?? problem.detail;
      else if (problem instanceof TypeError) error.textContent = t("No connection. Nothing was lost; please try again.");
      else throw problem;
    } finally {
      restore();
    }
  }

  /** @param {string} offer */
  async close(offer) {
    try {
      await send("DELETE", `/api/offers/${offer}`);
    } catch (error) {
      if (error instanceof Problem) notify(error.detail, { kind: "bad" });
      else if (error instanceof TypeError) notify(t("No connection. Nothing was lost; please try again."), { kind: "bad" });
      else throw error;
    }
  }

  /** @param {RoomState} state */
  show(state) {
    const before = this.state;
    this.state = state;
    if (before?.bag !== state.bag || before?.pinned !== state.pinned) this.drawJobs(state);
    for (const control of this.form.elements) if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement || control instanceof HTMLButtonElement) control.disabled = state.phase === "ended";
    if (before && before.offers === state.offers && before.winners === state.winners) return;
    const offers = Object.values(state.offers).sort((a, b) => Number(a.closed) - Number(b.closed) || b.opens_at - a.opens_at);
    need("#offers-empty").hidden = offers.length > 0;
    need("#offer-list").replaceChildren(...offers.map((offer) => this.line(offer)));
    this.tick();
  }

  /** The pinned job is offered unless the host chose another. @param {RoomState} state */
  drawJobs({ pinned }) {
    const jobs = this.jobs();
    const wanted = jobs.some(({ id }) => id === this.chosen) ? this.chosen : (pinned?.id ?? jobs[0]?.id ?? "");
    this.job.replaceChildren(...jobs.map(({ id, title }) => new Option(title, id, false, id === wanted)));
    if (jobs.length === 0) this.job.append(new Option(t("No open posting"), ""));
    this.suggest();
  }

  /** What the posting says stands in the fields for other terms, until something else is written. */
  suggest() {
    const job = this.jobs().find(({ id }) => id === this.job.value);
    const posted = { pay_min: job?.pay_min, pay_max: job?.pay_max, work_place: job?.place };
    for (const [name, value] of Object.entries(posted)) {
      const input = this.form.elements.namedItem(name);
      if (input instanceof HTMLInputElement) input.placeholder = String(value ?? "");
    }
  }

  /**
   * @param {OfferCard} offer
   * @returns {HTMLElement}
   */
  line(offer) {
    const line = clone("t-offer");
    line.dataset.offer = offer.id;
    line.classList.toggle("offer-over", offer.closed);
    const kind = offer.kind === "hire" ? t("Provisional place") : t("Interview by %(name)s", { name: offer.interviewer });
    const names = (this.state?.winners ?? []).filter((winner) => winner.offer === offer.id).map(({ name }) => name);
    const standing = offer.waiting ? t("%(n)s stand by", { n: offer.waiting }) : "";
    fill(line, { title: offer.job_title, kind, count: `${offer.claimed} / ${offer.places}`, winners: names.join("、"), standing });
    const bar = /** @type {HTMLProgressElement} */ (need("progress", line));
    [bar.max, bar.value] = [offer.places, offer.claimed];
    bar.setAttribute("aria-label", t("Places claimed"));
    const close = need("[data-close-offer]", line);
    close.dataset.closeOffer = offer.id;
    close.hidden = offer.closed;
    return line;
  }

  tick() {
    for (const line of document.querySelectorAll("[data-offer]")) {
      const offer = line instanceof HTMLElement ? this.state?.offers[line.dataset.offer ?? ""] : undefined;
      if (offer && line instanceof HTMLElement) fill(line, { left: offer.closed ? (offer.claimed >= offer.places ? t("all taken") : t("over")) : formatCountdown(offer.closes_at - this.now()) });
    }
  }
}
