// @ts-check
/**
 * Claiming places: one key per tap, kept until the answer is definite. Knows no document.
 *
 *   const claims = new Claims({send, store: sessionStorage, newKey, changed: (offer) => …});
 *   claims.claim(offer)          pending → won | full | closed | already | standing | gone | refused
 *   claims.standBy(offer)        pending → standing, with the position; or as a claim
 *   claims.of(offer)             {status, interview, detail, position} or null
 *   claims.resume()              goes on with what was pending when the page was left
 *   claims.learn(offer, claim)   what …/claims/mine says: a page opened later, a place inherited
 *   claims.forget(offer)         the person has read the result
 * In doubt (no answer, or a fault of the house) the same request is repeated with the same key: the
 * house gives the same answer, so nobody gets two places and nobody loses one by a bad network.
 */
import { Problem } from "../lib/api.js";
import { backoffMs } from "./connection.js";

/** @typedef {"pending" | "won" | "already" | "standing" | "gone" | "full" | "closed" | "refused"} ClaimStatus */
/** @typedef {"claims" | "standby"} Way */
/** @typedef {{status: ClaimStatus, key: string, interview: string | null, detail: string, way?: Way, position?: number}} Claim */
/** @typedef {{state: string, interview: string | null, position: number}} Mine */

/**
 * @typedef {object} ClaimsOptions
 * @property {(method: string, url: string, body: undefined, options: {key: string}) => Promise<any>} send
 * @property {Pick<Storage, "getItem" | "setItem">} store
 * @property {() => string} newKey
 * @property {(offer: string) => void} changed
 * @property {(ms: number) => Promise<void>} [pause]
 */

const STORE = "daigang.claims";
const DEFINITE = new Set(["full", "already", "standing", "gone", "closed"]);

export class Claims {
  /** @param {ClaimsOptions} options */
  constructor({ send, store, newKey, changed, pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }) {
    this.send = send;
    this.store = store;
    this.newKey = newKey;
    this.changed = changed;
    this.pause = pause;
    /** @type {Record<string, Claim>} */
    this.all = JSON.parse(store.getItem(STORE) ?? "{}");
  }

  /**
   * @param {string} offer
   * @returns {Claim | null}
   */
  of(offer) {
    return this.all[offer] ?? null;
  }

  /** @param {string} offer */
  async claim(offer) {
    await this.want(offer, "claims");
  }

  /** @param {string} offer */
  async standBy(offer) {
    await this.want(offer, "standby");
  }

  /**
   * @param {string} offer
   * @param {Way} way
   */
  async want(offer, way) {
    if (this.all[offer]?.status === "pending") return;
    this.keep(offer, { status: "pending", key: this.newKey(), interview: null, detail: "", way });
    await this.insist(offer);
  }

  async resume() {
    await Promise.all(Object.keys(this.all).filter((offer) => this.all[offer]?.status === "pending").map((offer) => this.insist(offer)));
  }

  /**
   * @param {string} offer
   * @param {Mine} mine
   */
  learn(offer, { state, interview, position }) {
    const before = this.all[offer]?.status;
    if (before && before !== "standing") return;
    const hasPlace = state === "holding" || state === "hired";
    const status = state === "standing" ? state : !hasPlace ? "gone" : before ? "won" : "already";
    if (before || status !== "gone") this.keep(offer, { status, key: "", interview, detail: "", position });
  }

  /** @param {string} offer */
  forget(offer) {
    delete this.all[offer];
    this.write();
    this.changed(offer);
  }

  /**
   * Asks until the answer is definite.
   * @param {string} offer
   */
  async insist(offer) {
    for (let attempt = 0; ; attempt += 1) {
      const claim = this.all[offer];
      if (claim?.status !== "pending") return;
      try {
        const answer = await this.send("POST", `/api/offers/${offer}/${claim.way ?? "claims"}`, undefined, { key: claim.key });
        const status = answer.state === "standing" ? "standing" : "won";
        return this.keep(offer, { ...claim, status, interview: answer.interview, position: answer.position });
      } catch (error) {
        if (error instanceof Problem && error.status < 500 && error.status !== 429) {
          return this.keep(offer, { ...claim, status: statusOf(error), detail: error.detail, position: error.answer?.position });
        }
        if (!(error instanceof Problem || error instanceof TypeError)) throw error;
        await this.pause(backoffMs(attempt, Math.random()));
      }
    }
  }

  /**
   * @param {string} offer
   * @param {Claim} claim
   */
  keep(offer, claim) {
    this.all[offer] = claim;
    this.write();
    this.changed(offer);
  }

  write() {
    try {
      this.store.setItem(STORE, JSON.stringify(this.all));
    } catch {
      // a browser that keeps nothing asks the house again
    }
  }
}

/**
 * @param {Problem} problem
 * @returns {ClaimStatus}
 */
function statusOf({ type }) {
  const name = type.split("/").at(-1) ?? "";
  return /** @type {ClaimStatus} */ (DEFINITE.has(name) ? name : "refused");
}
