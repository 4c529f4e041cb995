// @ts-check
/** What the host's console says about being on air. Pure: facts in, words out. */
import { t } from "../../lib/texts.js";

/**
 * @typedef {object} Facts
 * @property {"waiting" | "live" | "away" | "ended"} phase
 * @property {import("../../live/connection.js").ConnectionState} connection
 * @property {string} why
 * @property {boolean} isOnline
 * @property {import("../../live/session.js").SessionState} publisher
 * @property {import("../../live/session.js").SessionProblem | null} problem
 * @property {boolean} isSomebodyOnAir the room says that a host's media flows
 * @property {string} host who was live last
 */

/** @typedef {{text: string, kind: "" | "warn" | "bad", isBusy: boolean, action: "" | "reload" | "retry" | "take" | "inbox"}} Banner */

const SETTLED_MS = 15_000;

/**
 * The button's side of it: what the host can do now.
 * @param {Facts} facts
 * @returns {"offline" | "connecting" | "live" | "ended"}
 */
export function onAir({ phase, publisher }) {
  if (phase === "ended") return "ended";
  if (publisher === "live") return "live";
  return publisher === "idle" || publisher === "failed" || publisher === "ended" ? "offline" : "connecting";
}

/**
 * @param {Facts} facts
 * @returns {Banner | null}
 */
export function bannerOf({ phase, connection, why, isOnline, publisher, problem, isSomebodyOnAir, host }) {
  if (phase === "ended") return say(t("This room has ended. Thank you! The applicants wait in your inbox."), "", false, "inbox");
  if (connection === "stopped") {
    const text = why === "signed-out" ? t("You have been signed out.") : t("The room has closed this page's connection. Reload the page to come back.");
    return say(text, "bad", false, "reload");
  }
  if (!isOnline) return say(t("You are offline. You go on by yourself as soon as the network is back."), "bad", true);
  if (connection === "reconnecting") return say(t("Reconnecting to the room… Nothing is lost."), "warn", true);
  if (publisher === "failed") {
    const text = problem?.status === 409 ? t("%(host)s is live in this room from another browser.", { host: host || t("A colleague") }) : problem?.detail;
    return say(text || t("You could not go live."), "bad", false, "retry");
  }
  if (publisher === "ended" && !problem) return say(t("You went on in another browser. Here the picture has stopped."), "warn", false, "take");
  if (publisher === "blocked") return say(t("Your video cannot get out of this network (UDP is blocked). Try another network or a phone hotspot; we keep trying."), "bad", true);
  if (publisher === "reconnecting") return say(t("The connection of your picture broke. Going live again…"), "warn", true);
  if (problem && publisher === "connecting") return say(problem.detail || t("Video is starting again; it comes back by itself."), "warn", true);
  if (publisher === "idle" && isSomebodyOnAir) return say(t("%(host)s is on air. You can run the jobs, the offers and the chat.", { host: host || t("A colleague") }), "");
  if (publisher === "idle" && phase === "away") return say(t("The picture is paused. Viewers stay and wait for you."), "warn");
  return null;
}

/**
 * How the stream does, as one word and its colour.
 * @param {import("../../live/health.js").Figures} figures
 * @param {boolean} hasPicture
 * @param {number} ageMs how long the session stands: at first every sender feels its way up
 * @returns {{text: string, tone: "ok" | "warn" | "bad"}}
 */
export function healthOf({ kbps, fps, lostPercent, limitedBy }, hasPicture, ageMs) {
  if (kbps < 10) return { text: t("Nothing is going out"), tone: "bad" };
  if (lostPercent > 5) return { text: t("Bad network: much is lost"), tone: "bad" };
  if (hasPicture && fps > 0 && fps < 10) return { text: limitedBy === "cpu" ? t("This computer is too busy") : t("The picture stutters"), tone: "warn" };
  if (lostPercent > 2 || (limitedBy === "bandwidth" && ageMs > SETTLED_MS)) return { text: t("The network is slow"), tone: "warn" };
  return { text: t("Picture and sound go out well"), tone: "ok" };
}

/**
 * @param {string} text
 * @param {Banner["kind"]} kind
 * @param {boolean} [isBusy]
 * @param {Banner["action"]} [action]
 * @returns {Banner}
 */
function say(text, kind, isBusy = false, action = "") {
  return { text, kind, isBusy, action };
}
