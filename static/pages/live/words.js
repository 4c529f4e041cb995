// @ts-check
/** What the live room says about the state of things. Pure: facts in, words out. */
import { t } from "../../lib/texts.js";

/**
 * @typedef {object} Facts
 * @property {"waiting" | "live" | "away" | "ended"} phase
 * @property {import("../../live/connection.js").ConnectionState} connection
 * @property {string} why the connection stopped
 * @property {boolean} isOnline the browser has a network at all
 * @property {import("../../live/session.js").SessionState} player
 * @property {import("../../live/session.js").SessionProblem | null} problem
 * @property {boolean} isMoving frames came lately
 * @property {number} stillMs for how long none came while the host sends
 * @property {boolean} isSoundOnly the person chose it
 */

/** @typedef {{text: string, kind: "" | "warn" | "bad", isBusy: boolean, action: "" | "reload" | "retry"}} Banner */

/** A picture may take this long to come before the page speaks of it. */
export const STILL_MS = 4000;

/**
 * What covers the picture; "" is the picture itself.
 * @param {Facts} facts
 * @returns {"" | "sound" | "voice" | "waiting" | "ended"}
 */
export function coverOf({ phase, player, isMoving, stillMs, isSoundOnly }) {
  if (phase === "ended" || phase === "waiting") return phase;
  if (isSoundOnly) return "sound";
  if (phase === "live" && player === "live" && !isMoving && stillMs > STILL_MS) return "voice";
  return "";
}

/**
 * One sentence under the head; null when all is well.
 * @param {Facts} facts
 * @returns {Banner | null}
 */
export function bannerOf(facts) {
  return ofConnection(facts) ?? (facts.phase === "ended" ? null : ofMedia(facts));
}

/**
 * @param {Facts} facts
 * @returns {Banner | null}
 */
function ofConnection({ connection, why, isOnline, phase }) {
  if (connection === "stopped") {
    if (why === "signed-out") return say(t("You have been signed out. Reload the page to go on watching."), "warn", false, "reload");
    if (why === "not-found") return say(t("This live room does not exist any more."), "bad");
    return say(t("The room has closed this page's connection. Reload the page to come back."), "bad", false, "reload");
  }
  if (phase === "ended") return null;
  if (!isOnline) return say(t("You are offline. The room comes back with your network."), "warn", true);
  if (connection === "reconnecting") return say(t("Reconnecting to the room… Nothing is lost."), "warn", true);
  return null;
}

/**
 * @param {Facts} facts
 * @returns {Banner | null}
 */
function ofMedia({ phase, player, problem, isMoving, isSoundOnly, stillMs }) {
  if (player === "failed") return say(problem?.detail || t("The picture cannot be played here. Chat, applying and quick hire still work."), "bad", false, "retry");
  if (player === "blocked") return say(t("Video cannot get through this network. Chat, applying and quick hire still work; we keep trying."), "warn", true);
  if (problem && player !== "live") return say(problem.detail || t("Video is starting again; it comes back by itself."), "warn", true);
  if (phase === "away") return say(t("The host is away for a moment and comes back here."), "", true);
  if (phase !== "live") return null;
  if (player === "reconnecting") return say(t("The picture is coming back…"), "warn", true);
  if (player === "connecting") return say(t("Connecting to the picture…"), "", true);
  if (player === "live" && !isMoving && !isSoundOnly && stillMs <= STILL_MS) return say(t("The picture is on its way…"), "", true);
  return null;
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
