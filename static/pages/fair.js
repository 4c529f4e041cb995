// @ts-check
/** The home page and a fair's page: read them again when something goes on or off air. */
import { read } from "../lib/api.js";
import { find, need } from "../lib/dom.js";

const EVERY_MS = 20_000;

const page = need("[data-on-air]");
const before = signature((page.dataset.onAir ?? "").split(" "));

/**
 * @param {string[]} parts "room:state" of each session that is on
 * @returns {string} the same for the same set
 */
function signature(parts) {
  return parts.filter(Boolean).sort().join(" ");
}

/** @returns {Promise<string>} what is on air now, as the page would be marked */
async function now() {
  const { fair } = page.dataset;
  const sessions = fair ? (await read(`/api/fairs/${fair}`)).on_now : await read("/api/live");
  return signature(sessions.map((/** @type {{room: string, state: string}} */ one) => `${one.room}:${one.state}`));
}

async function look() {
  if (document.hidden || find(document, "dialog[open], details.menu[open]")) return;
  try {
    if ((await now()) !== before) location.reload();
  } catch {
    return; // without a connection the page stays as it is; the next look comes soon
  }
}

setInterval(() => void look(), EVERY_MS);
document.addEventListener("visibilitychange", () => void look());
