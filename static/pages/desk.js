// @ts-check
/** The interviews of a person, asked for again every few seconds while the page is looked at. */
import { Problem, read, send } from "../lib/api.js";
import { clone, el, fill, find, icon, need } from "../lib/dom.js";
import { language, t } from "../lib/texts.js";
import { formatTime } from "../lib/time.js";
import { CHIME, play } from "../live/sound.js";
import { tell } from "./interview/refusal.js";

/**
 * @typedef {object} Interview
 * @property {string} room
 * @property {"interviewer" | "candidate"} role
 * @property {"invited" | "admitted" | "ended"} status
 * @property {string} organisation
 * @property {string} employer
 * @property {string} job_title
 * @property {string} interviewer_name
 * @property {string} candidate_name
 * @property {number} minutes
 * @property {number | null} arrived_at
 * @property {number | null} admitted_at
 * @property {number | null} ended_at
 * @property {boolean} is_here
 */

const EVERY_MS = 5000;
const ENDED_SHOWN = 10;

/** @type {Record<string, (one: Interview) => boolean>} in the order of the page */
const GROUPS = {
  running: (one) => one.status === "admitted",
  line: (one) => one.status === "invited" && one.role === "interviewer" && one.arrived_at !== null,
  mine: (one) => one.status === "invited" && one.role === "candidate",
  expected: (one) => one.status === "invited" && one.role === "interviewer" && one.arrived_at === null,
  ended: (one) => one.status === "ended",
};

/** @returns {[string, string, string]} the badge's tone and words, and a note */
function stateOf(/** @type {Interview} */ one) {
  const minutes = Math.max(0, Math.round((Date.now() / 1000 - (one.arrived_at ?? 0)) / 60));
  if (one.status === "ended") {
    const when = one.ended_at ? formatTime(new Date(one.ended_at * 1000), "datetime", { locale: language() }) : "";
    return one.admitted_at ? ["neutral", t("Held"), when] : ["neutral", t("Not held"), when];
  }
  if (one.status === "admitted") return ["live", t("Running"), t("planned %(n)s min", { n: one.minutes })];
  if (one.role === "candidate") return one.arrived_at ? ["warn", t("You are in line"), ""] : ["brand", t("Invited"), t("planned %(n)s min", { n: one.minutes })];
  if (one.arrived_at === null) return one.is_here ? ["brand", t("Getting ready"), ""] : ["neutral", t("Not here yet"), ""];
  const note = minutes < 1 ? t("came just now") : t("waits for %(n)s min", { n: minutes });
  return one.is_here ? ["ok", t("Here now"), note] : ["warn", t("Away just now"), note];
}

/** The one thing to do with it. */
function actionOf(/** @type {Interview} */ one) {
  const room = `/interviews/${one.room}`;
  const link = (/** @type {string} */ href, /** @type {string} */ text, kind = "") => el("a", { class: `btn ${kind}`, href }, el("span", {}, text));
  if (one.status === "ended") return one.role === "interviewer" ? link(`/employers/${one.organisation}/inbox`, t("Decide")) : link("/my", t("What's next"));
  if (one.status === "admitted") return link(room, t("Go in"), "btn-live");
  if (one.role === "interviewer" && one.arrived_at !== null) {
    return el("button", { type: "button", class: `btn${one.is_here ? " btn-primary" : ""}`, "data-let-in": true, onclick: () => void letIn(one.room) }, icon("enter"), el("span", {}, t("Let in")));
  }
  return link(room, t("Open the room"), one.role === "candidate" ? "btn-primary" : "");
}

/** A row is made once and changed only where it differs. */
function draw(/** @type {HTMLElement} */ list, /** @type {Interview} */ one) {
  let seat = find(list, `[data-room="${CSS.escape(one.room)}"]`);
  if (!seat) {
    seat = clone("seat");
    seat.dataset.room = one.room;
  }
  const [tone, words, note] = stateOf(one);
  const mine = one.role === "interviewer";
  const values = { name: mine ? one.candidate_name : one.employer, job: mine ? one.job_title : `${one.job_title} · ${one.interviewer_name}`, note };
  for (const [name, value] of Object.entries(values)) {
    if (find(seat, `[data-fill="${name}"]`)?.textContent !== value) fill(seat, { [name]: value });
  }
  const badge = need("[data-badge]", seat);
  badge.className = `badge badge-${tone}`;
  if (badge.textContent !== words) badge.textContent = words;
  const what = `${one.status} ${one.arrived_at !== null} ${one.is_here}`;
  if (seat.dataset.what !== what) need(".seat-do", seat).replaceChildren(actionOf(one));
  seat.dataset.what = what;
  return seat;
}

/** @param {Interview[]} all */
function show(all) {
  const focused = document.activeElement?.closest("[data-room]")?.getAttribute("data-room");
  need("#empty").hidden = all.length > 0;
  for (const [id, belongs] of Object.entries(GROUPS)) {
    const group = need(`#${id}`);
    const list = need("ul", group);
    const mine = all.filter(belongs);
    if (id === "line") mine.sort((a, b) => (a.arrived_at ?? 0) - (b.arrived_at ?? 0));
    const shown = id === "ended" ? mine.slice(0, ENDED_SHOWN) : mine;
    const rows = shown.map((one) => draw(list, one));
    const isSame = rows.length === list.children.length && rows.every((row, at) => row === list.children[at]);
    if (!isSame) list.replaceChildren(...rows);
    fill(group, { count: mine.length });
    group.hidden = mine.length === 0;
  }
  if (focused && document.activeElement === document.body) find(document, `[data-room="${CSS.escape(focused)}"] .seat-do > *`)?.focus();
  const waiting = all.filter((one) => GROUPS.line?.(one) && one.is_here).length;
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (waiting) document.title = `(${waiting}) ${document.title}`;
  if (waiting > waited) void play(CHIME);
  waited = waiting;
}

async function letIn(/** @type {string} */ room) {
  for (const button of document.querySelectorAll("[data-let-in]")) button.setAttribute("aria-busy", "true");
  try {
    await send("POST", `/api/interviews/${room}/admission`);
    location.assign(`/interviews/${room}`);
  } catch (error) {
    for (const button of document.querySelectorAll("[data-let-in]")) button.removeAttribute("aria-busy");
    tell(error);
  }
}

let waited = Infinity;
let isAsking = false;

async function refresh() {
  if (document.hidden || isAsking) return;
  isAsking = true;
  try {
    show(await read("/api/interviews"));
  } catch (error) {
    if (error instanceof Problem && error.status < 500) throw error;
  } finally {
    isAsking = false;
  }
}

show(JSON.parse(need("#boot").textContent ?? "[]"));
setInterval(() => void refresh(), EVERY_MS);
document.addEventListener("visibilitychange", () => void refresh());
