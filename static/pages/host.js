// @ts-check
/** The host's console: one state followed over the socket, drawn by the modules in host/. */
import { Problem, send } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { clone, el, fill, icon, need, on } from "../lib/dom.js";
import { notify } from "../lib/notice.js";
import { t } from "../lib/texts.js";
import { formatCountdown } from "../lib/time.js";
import { attend } from "../live/attention.js";
import { Chat, chatForm } from "../live/chat.js";
import { Connection } from "../live/connection.js";
import { copyField } from "../live/share.js";
import { apply } from "../live/state.js";
import { Muted, lineTools } from "./host/moderation.js";
import { HostOffers } from "./host/offers.js";
import { RunSheet } from "./host/runsheet.js";
import { Studio } from "./host/studio.js";
import { bannerOf, onAir } from "./host/words.js";

const read = (/** @type {string} */ id) => JSON.parse(need(id).textContent ?? "null");
const { room, me } = read("#room");
const drawn = read("#state");
const resumes = `daigang.resume.${room}`;
/** @type {import("../live/state.js").RoomState} */
let state = drawn.state;
let isSomebodyOnAir = false;
let watching = 0;
let shown = "";

/**
 * Asks the room's API; says so when it refuses. What changed comes back as a fact over the socket.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function act(method, path, body) {
  try {
    return await send(method, `/api/rooms/${room}${path}`, body);
  } catch (error) {
    if (error instanceof Problem) notify(error.detail, { kind: "bad" });
    else if (error instanceof TypeError) notify(t("No connection. Nothing was lost; please try again."), { kind: "bad" });
    else throw error;
    return null;
  }
}

const connection = new Connection(room, { since: drawn.seq, heard, changed: () => draw() });
const studio = new Studio({ room, changed: () => draw() });
const chat = new Chat({ root: need("#chat"), form: chatForm(need("#chat")), room, me, tools: lineTools(act, me) });
const muted = new Muted(act);
const sheet = new RunSheet({ open: read("#jobs"), act });
const offers = new HostOffers({ room, me, people: read("#interviewers"), jobs: () => sheet.shown, now: () => connection.now() });

/** @param {import("../live/connection.js").Frame} frame */
function heard(frame) {
  if (frame.type === "event") show(apply(state, frame.event));
  else if (frame.type === "resync") show(frame.state);
  else if (frame.type === "live") {
    watching = frame.viewers;
    isSomebodyOnAir = frame.publishing.includes("host");
    studio.publisher.follow(frame.media_epoch);
    show(state);
  }
}

/** @param {import("../live/state.js").RoomState} next */
function show(next) {
  const hasEnded = next.phase === "ended" && (state.phase !== "ended" || state === next);
  state = next;
  chat.show(state.messages);
  muted.show(state.muted);
  sheet.show(state);
  offers.show(state);
  if (hasEnded) over();
  drawNumbers();
  draw();
}

/** The room has ended for everyone: lights off. */
function over() {
  sessionStorage.removeItem(resumes);
  studio.publisher.over();
  studio.devices.stop();
  chat.close(t("The chat is closed."));
  connection.stop();
}

function drawNumbers() {
  const applied = Object.values(state.applications).reduce((sum, n) => sum + n, 0);
  const claimed = Object.values(state.offers).reduce((sum, offer) => sum + offer.claimed, 0);
  const most = Math.max(watching, applied, claimed, 1);
  need("#viewers").textContent = String(watching);
  fill(need("#tab-numbers"), { watching, applied, claimed });
  for (const [name, n] of Object.entries({ watching, applied, claimed })) {
    const bar = document.querySelector(`[data-bar="${name}"]`);
    if (bar instanceof HTMLProgressElement) bar.value = Math.round((n / most) * 100);
  }
}

function facts() {
  const { publisher } = studio;
  return { phase: state.phase, host: state.host, connection: connection.state, why: connection.why, isOnline: navigator.onLine, publisher: publisher.state, problem: publisher.problem, isSomebodyOnAir };
}

function draw() {
  const now = facts();
  const air = onAir(now);
  need("#desk").dataset.phase = state.phase;
  const goLive = /** @type {HTMLButtonElement} */ (need("#go-live"));
  const words = { offline: state.live_since ? t("Go live again") : t("Go live"), connecting: t("Going live…"), live: t("On air"), ended: t("The room is over") };
  goLive.hidden = air === "live" || air === "ended";
  goLive.toggleAttribute("aria-busy", air === "connecting");
  if (air === "connecting") goLive.setAttribute("aria-busy", "true");
  need("span", goLive).textContent = words[air];
  need("#pause").hidden = air !== "live" && air !== "connecting";
  need("#end-live").hidden = air === "ended";
  for (const badge of document.querySelectorAll("[data-phase-badge]")) {
    if (badge instanceof HTMLElement) badge.hidden = badge.dataset.phaseBadge !== state.phase;
  }
  const tag = need("#on-air");
  tag.className = `badge${air === "live" ? " badge-live" : ""}`;
  tag.textContent = { offline: t("Only you see this"), connecting: words.connecting, live: words.live, ended: words.ended }[air];
  if (air === "live") sessionStorage.setItem(resumes, "1");
  drawBanner(bannerOf(now));
}

/** @param {import("./host/words.js").Banner | null} words */
function drawBanner(words) {
  const key = JSON.stringify(words);
  if (key === shown) return;
  shown = key;
  if (!words) return need("#banner").replaceChildren();
  const banner = clone("t-banner");
  banner.className = `banner${words.kind ? ` banner-${words.kind}` : ""}`;
  need("p", banner).textContent = words.text;
  banner.querySelector("svg")?.replaceWith(words.isBusy ? el("span", { class: "spinner", "aria-hidden": "true" }) : icon(words.kind ? "alert" : "info"));
  const texts = { reload: t("Reload"), retry: t("Try again"), take: t("Continue here"), inbox: t("To the inbox") };
  const runs = { reload: () => location.reload(), retry: () => void studio.goLive(), take: () => void studio.goLive(), inbox: () => location.assign(need("#leave").getAttribute("href") ?? "/") };
  const { action } = words;
  if (action) {
    banner.append(el("button", { type: "button", class: "btn btn-sm", onclick: runs[action] }, texts[action]));
  }
  need("#banner").replaceChildren(banner);
}

function tick() {
  const clock = need("#clock");
  clock.hidden = state.phase !== "live";
  if (state.phase === "live") clock.textContent = formatCountdown(connection.now() - state.live_since);
}

need("#go-live").addEventListener("click", () => void studio.goLive());
need("#pause").addEventListener("click", () => {
  sessionStorage.removeItem(resumes);
  studio.publisher.stop();
});
need("#end-live").addEventListener("click", async () => {
  const question = t("End the room for everyone? Viewers are sent on, offers close, and it cannot be opened again. To stop only your picture, choose pause.");
  if (await confirm(question, t("End for everyone"), true)) await act("POST", "/end");
});
on(document, "click", "[data-copy]", (_event, button) => void copyField(button.dataset.copy ?? ""));

show(state);
setInterval(tick, 500);
if (state.phase !== "ended") {
  attend(connection);
  connection.start();
  addEventListener("online", draw);
  addEventListener("offline", draw);
  // A reload while on air takes over from oneself.
  const mayResume = sessionStorage.getItem(resumes) === "1" && (state.phase === "live" || state.phase === "away");
  void studio.devices.start().then(() => (mayResume ? studio.goLive() : undefined));
}
