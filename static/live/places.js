// @ts-check
/**
 * What can still be done with an offer. Pure; `now` is Unix seconds by the server's clock.
 *
 *   mayStandBy(offer, now)   it is full, and its time is not over
 *   isOver(offer, now)       nothing can be done with it any more
 */

/** @typedef {import("./state.js").OfferCard} OfferCard */

/**
 * @param {OfferCard} offer
 * @param {number} now
 */
export function mayStandBy({ claimed, places, closes_at }, now) {
  return claimed >= places && now < closes_at;
}

/**
 * @param {OfferCard} offer
 * @param {number} now
 */
export function isOver(offer, now) {
  return offer.closed && !mayStandBy(offer, now);
}
