// @ts-check
/** What the interview's page says about the state of things. Pure: facts in, a sentence out. */
import { t } from "../../lib/texts.js";

/**
 * What is known of the other side.
 * @typedef {object} Other
 * @property {string} name
 * @property {boolean} isPresent their page is open
 * @property {boolean} wasPresent it was, since we came
 * @property {boolean} isSending their media reaches the house
 * @property {boolean} isSeen frames move
 * @property {boolean} isHeard sound packets come
 * @property {boolean} wasSeen frames moved before
 * @property {boolean} isConnected our receiving connection stands
 */

/**
 * What stands where their picture would be; null: the picture itself.
 * @param {Other} other
 * @returns {{text: string, isBusy: boolean, isOff: boolean} | null}
 */
export function inTheirPlace(other) {
  const { name } = other;
  if (other.isSeen) return null;
  if (other.isHeard && other.isConnected) return { text: t("The camera of %(name)s is off. You hear each other.", { name }), isBusy: false, isOff: true };
  if (!other.isPresent && !other.isSending) {
    const text = other.wasPresent ? t("%(name)s is away for a moment. The room stays open.", { name }) : t("%(name)s is not here yet.", { name });
    return { text, isBusy: true, isOff: false };
  }
  if (!other.isConnected) return { text: other.wasSeen ? t("Reconnecting…") : t("Connecting…"), isBusy: true, isOff: false };
  if (!other.isSending) return { text: t("%(name)s is here, without camera and microphone so far.", { name }), isBusy: false, isOff: true };
  return { text: other.wasSeen ? t("The picture of %(name)s is coming back…", { name }) : t("The picture of %(name)s is coming…", { name }), isBusy: true, isOff: false };
}

/**
 * What is known of our own side.
 * @typedef {object} Ours
 * @property {boolean} isOnline the room's socket is open
 * @property {boolean} isConnected both connections stand
 * @property {boolean} wasConnected
 * @property {boolean} isBlocked media found no way for ten seconds
 * @property {boolean} isMediaAway the house's media process is starting again
 * @property {boolean} isElsewhere the same person went on in another window
 * @property {string} refusal why the house will not carry our media; "" if it will
 */

/**
 * What stands above the picture; null: nothing to say. `way` is what can be done about it.
 * @param {Ours} ours
 * @returns {{text: string, isBusy: boolean, way: "" | "write" | "return"} | null}
 */
export function aboutUs(ours) {
  if (!ours.isOnline) return { text: t("Reconnecting to the room…"), isBusy: true, way: "" };
  if (ours.isElsewhere) return { text: t("You went on in another window."), isBusy: false, way: "return" };
  if (ours.isConnected) return null;
  if (ours.refusal) return { text: ours.refusal, isBusy: false, way: "write" };
  if (ours.isMediaAway) return { text: t("Video is starting again; it comes back by itself."), isBusy: true, way: "write" };
  if (ours.isBlocked) return { text: t("Video cannot get through this network. You can go on in writing; we keep trying."), isBusy: true, way: "write" };
  if (ours.wasConnected) return { text: t("Your connection broke off. Reconnecting…"), isBusy: true, way: "" };
  return null;
}

/**
 * The wait in the line.
 * @param {{position: number, wait_low_min: number, wait_high_min: number}} standing
 * @returns {string}
 */
export function waitText({ position, wait_low_min: from, wait_high_min: to }) {
  if (to <= 0) return position <= 1 ? t("You are next") : t("under a minute");
  return from === to ? t("about %(n)s min", { n: to }) : t("%(from)s–%(to)s min", { from, to });
}

/** @typedef {"ios" | "android" | "wechat" | "safari" | "firefox" | "chrome" | "other"} BrowserName */

/**
 * Which browser's parts the help must draw.
 * @param {string} userAgent
 * @returns {BrowserName}
 */
export function browserOf(userAgent) {
  if (/MicroMessenger/i.test(userAgent)) return "wechat";
  if (/iPhone|iPad|iPod/.test(userAgent)) return "ios";
  if (/Android/.test(userAgent)) return "android";
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (/Chrome\/|Chromium\//.test(userAgent)) return "chrome";
  if (/Safari\//.test(userAgent)) return "safari";
  return "other";
}
