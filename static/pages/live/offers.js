// @ts-check
/** Quick-hire offers over the picture: places left, time left, one tap, and what became of it. */
import { Problem, newKey, read, send } from "../../lib/api.js";
import { confirm } from "../../lib/dialog.js";
import { clone, el, fill, find, need } from "../../lib/dom.js";
import { notify } from "../../lib/notice.js";
import { t } from "../../lib/texts.js";
import { formatCountdown } from "../../lib/time.js";
import { Claims } from "../../live/claims.js";
import { payOf } from "../../live/jobwords.js";
import { isOver, mayStandBy } from "../../live/places.js";

/** @typedef {import("../../live/state.js").RoomState} RoomState */
/** @typedef {import("../../live/state.js").OfferCard} OfferCard */

/** A card that nobody here claimed leaves this long after its end. */
const SHOWN_AFTER_END_MS = 20_000;
const TICK_MS = 250;

export class Offers {
  /**
   * @param {{root: HTMLElement, mayClaim: boolean, signedIn: boolean, now: () => number, signIn: () => void, apply: (job: string) => void, claimed: (job: string) => void}} parts
   * now: Unix seconds by the server's clock
   */
  constructor({ root, mayClaim, signedIn, now, signIn, apply, claimed }) {
    this.root = root;
    this.mayClaim = mayClaim;
    this.signedIn = signedIn;
    this.now = now;
    this.signIn = signIn;
    this.apply = apply;
    this.claimed = claimed;
    /** @type {Record<string, OfferCard>} */
    this.offers = {};
    /** @type {import("../../live/state.js").JobCard[]} */
    this.jobs = [];
    /** @type {Map<string, HTMLElement>} */
    this.cards = new Map();
    /** When each was first seen closed here. @type {Map<string, number>} */
    this.endedAtMs = new Map();
    /** @type {Set<string>} */
    this.dismissed = new Set();
    this.claims = new Claims({ send, newKey, store: sessionStorage, changed: (offer) => this.draw(offer) });
    setInterval(() => this.tick(), TICK_MS);
  }

  /** Goes on with claims in doubt, and asks for places taken in another browser. */
  async start() {
    if (!this.signedIn || !this.mayClaim) return;
    void this.claims.resume();
    for (const offer of Object.values(this.offers)) if (!this.claims.of(offer.id) || this.stands(offer.id)) void this.ask(offer.id);
  }

  /** @param {string} offer */
  async ask(offer) {
    try {
      this.claims.learn(offer, await read(`/api/offers/${offer}/claims/mine`));
    } catch (error) {
      if (!(error instanceof Problem || error instanceof TypeError)) throw error;
    }
  }

  /** @param {RoomState} state */
  show(state) {
    const before = this.offers;
    this.offers = state.offers;
    this.jobs = state.bag;
    for (const id of Object.keys(state.offers)) {
      if (before[id] === state.offers[id]) continue;
      this.draw(id);
      if (before[id] && before[id]?.waiting !== state.offers[id]?.waiting && this.stands(id)) void this.ask(id);
    }
  }

  /**
   * Whether the person stands by; every change of the line may be theirs.
   * @param {string} id
   */
  stands(id) {
    return this.claims.of(id)?.status === "standing";
  }

  /** @param {string} id */
  draw(id) {
    const offer = this.offers[id];
    if (!offer) return;
    const claim = this.claims.of(id);
    const wasOpen = this.cards.has(id);
    const over = isOver(offer, this.now());
    if (this.dismissed.has(id) || (over && !wasOpen && !claim)) return this.remove(id);
    const card = this.cards.get(id) ?? this.make(offer);
    const left = Math.max(0, offer.places - offer.claimed);
    fill(card, { places_left: left, places: offer.places });
    const bar = find(card, "[data-claimed]");
    if (bar instanceof HTMLProgressElement) [bar.max, bar.value] = [offer.places, left];
    this.act(card, offer, claim);
    if (over && !this.endedAtMs.has(id)) this.endedAtMs.set(id, Date.now());
    this.count(card, offer);
  }

  /**
   * @param {OfferCard} offer
   * @returns {HTMLElement}
   */
  make(offer) {
    const card = clone(`t-offer-${offer.kind}`);
    card.dataset.offer = offer.id;
    const job = offer.pay_min ? offer : this.jobs.find(({ id }) => id === offer.job);
    fill(card, { title: offer.job_title, pay: job ? payOf(job) : "", work_place: offer.work_place ?? "" });
    this.cards.set(offer.id, card);
    this.root.prepend(card);
    return card;
  }

  /**
   * The tap, or what became of it.
   * @param {HTMLElement} card
   * @param {OfferCard} offer
   * @param {import("../../live/claims.js").Claim | null} claim
   */
  act(card, offer, claim) {
    const place = need("[data-action]", card);
    const over = isOver(offer, this.now());
    const free = this.mayClaim ? (offer.closed ? "standby" : "claim") : "watch";
    const shown = claim?.status ?? (over ? "over" : free);
    const drawn = [shown, claim?.position ?? offer.waiting, over].join(":");
    if (place.dataset.action === drawn) return;
    place.dataset.action = drawn;
    place.replaceChildren();
    if (shown === "claim") place.append(this.button(offer));
    else if (shown === "standby") place.append(this.standBy(offer));
    else if (shown === "over") place.append(clone("t-over"));
    else if (claim) place.append(this.result(offer, claim));
    card.toggleAttribute("data-settled", !["claim", "standby", "watch", "pending"].includes(shown));
    if (card.hasAttribute("data-settled")) place.append(el("button", { type: "button", class: "linkish", onclick: () => this.dismiss(offer.id) }, t("Close")));
  }

  /**
   * @param {OfferCard} offer
   * @returns {HTMLElement}
   */
  button(offer) {
    const button = clone("t-claim");
    button.addEventListener("click", () => (this.signedIn ? void this.claims.claim(offer.id) : this.signIn()));
    return button;
  }

  /**
   * @param {OfferCard} offer
   * @param {import("../../live/claims.js").Claim} claim
   * @returns {HTMLElement}
   */
  result(offer, { status, interview, detail, position = 0 }) {
    const isMine = status === "won" || status === "already";
    if (isMine) this.claimed(offer.job); // a place is an application, too
    const result = clone(isMine ? `t-result-${status}-${offer.kind}` : `t-result-${status}`);
    if (status === "refused") fill(result, { body: detail });
    if (status === "standing") fill(result, { title: position === 1 ? t("You are first in line") : t("You are number %(n)s in line", { n: position }) });
    if (status === "full" && mayStandBy(offer, this.now())) find(result, "[data-apply]")?.before(this.standBy(offer));
    find(result, "[data-leave]")?.addEventListener("click", () => void this.leave(offer.id));
    const go = find(result, "[data-go]");
    if (go && interview) go.setAttribute("href", `/interviews/${interview}`);
    else if (go && status === "already") void this.link(offer.id, go);
    find(result, "[data-apply]")?.addEventListener("click", () => this.apply(offer.job));
    return result;
  }

  /**
   * The line of a full offer.
   * @param {OfferCard} offer
   * @returns {HTMLElement}
   */
  standBy(offer) {
    const pair = clone("t-standby");
    fill(pair, { ahead: offer.waiting ? t("%(n)s stand by before you.", { n: offer.waiting }) : t("Nobody stands by yet: you would be first.") });
    need("[data-standby]", pair).addEventListener("click", () => (this.signedIn ? void this.claims.standBy(offer.id) : this.signIn()));
    return pair;
  }

  /** @param {string} offer */
  async leave(offer) {
    if (!(await confirm(t("Stop standing by? Your position is given up."), t("Stop standing by"), true))) return;
    try {
      await send("DELETE", `/api/offers/${offer}/claims/mine`);
      this.dismiss(offer);
      this.claims.forget(offer);
    } catch (error) {
      if (error instanceof Problem) notify(error.detail, { kind: "bad" });
      else if (error instanceof TypeError) notify(t("No connection. Nothing was lost; please try again."), { kind: "bad" });
      else throw error;
    }
  }

  /**
   * @param {string} offer
   * @param {HTMLElement} go
   */
  async link(offer, go) {
    try {
      const { interview } = await read(`/api/offers/${offer}/claims/mine`);
      if (interview) go.setAttribute("href", `/interviews/${interview}`);
    } catch (error) {
      if (!(error instanceof Problem || error instanceof TypeError)) throw error; // the link leads to "my applications"
    }
  }

  /** @param {string} id */
  dismiss(id) {
    this.dismissed.add(id);
    if (this.offers[id]?.closed && !this.stands(id)) this.claims.forget(id);
    this.remove(id);
  }

  /** @param {string} id */
  remove(id) {
    this.cards.get(id)?.remove();
    this.cards.delete(id);
  }

  tick() {
    for (const [id, card] of this.cards) {
      const offer = this.offers[id];
      if (offer && isOver(offer, this.now()) && !this.endedAtMs.has(id)) this.draw(id);
      else if (offer) this.count(card, offer);
      const ended = this.endedAtMs.get(id);
      if (ended && !this.claims.of(id) && Date.now() - ended > SHOWN_AFTER_END_MS) this.remove(id);
    }
  }

  /**
   * @param {HTMLElement} card
   * @param {OfferCard} offer
   */
  count(card, offer) {
    const left = isOver(offer, this.now()) ? 0 : Math.max(0, offer.closes_at - this.now());
    const words = formatCountdown(left);
    const slot = need("[data-fill=left]", card);
    if (slot.textContent === words) return;
    slot.textContent = words;
    const part = Math.round((left / Math.max(1, offer.closes_at - offer.opens_at)) * 100);
    card.querySelector(".ring-left")?.setAttribute("stroke-dasharray", `${part} 100`);
    const button = find(card, "[data-testid=offer-claim]");
    if (button instanceof HTMLButtonElement) button.disabled = left === 0;
  }
}
