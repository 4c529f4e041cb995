// @ts-check
/**
 * The interview's page: check → wait → call → end, as the room's state and the person's standing say.
 * The view modules of static/pages/interview draw; this one decides which of them is on.
 */
import { send } from "../lib/api.js";
import { closeDialog, openDialog } from "../lib/dialog.js";
import { fill, need, on } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { attend } from "../live/attention.js";
import { Connection } from "../live/connection.js";
import { Devices } from "../live/devices.js";
import { CHIME, play } from "../live/sound.js";
import { apply } from "../live/state.js";
import { Side, showBanner, showNote, showTime, startNotes } from "./interview/call.js";
import { Chat } from "./interview/chat.js";
import { Meters, checkNetwork, showChoices, showDevices, startSpeaker } from "./interview/door.js";
import { showEnd, startEnd } from "./interview/end.js";
import { Exchange } from "./interview/exchange.js";
import { Guest } from "./interview/guest.js";
import { startHelp } from "./interview/help.js";
import { tell } from "./interview/refusal.js";
import { SelfView } from "./interview/selfview.js";
import { aboutUs, inTheirPlace, waitText } from "./interview/words.js";

/** @typedef {import("../live/state.js").RoomState} RoomState */
/** @typedef {import("../live/connection.js").Frame} Frame */
/** @typedef {import("../live/connection.js").LiveFrame} LiveFrame */
/** @typedef {"check" | "wait" | "call" | "left" | "end"} View */

const DRAW_EVERY_MS = 500;
const GONE = new Set(["forbidden", "not-found", "signed-out"]);

const boot = JSON.parse(need("#boot").textContent ?? "{}");
const { interview } = boot;
const room = /** @type {string} */ (interview.room);
const isCrew = interview.role === "interviewer";
const otherRole = isCrew ? "candidate" : "interviewer";
const otherName = isCrew ? interview.candidate_name : interview.interviewer_name;
const root = need("#interview");
const title = document.title;

/** @type {RoomState} */
let state = boot.state;
let hasArrived = interview.arrived_at !== null;
let hasLeft = false;
const other = { isPresent: false, wasPresent: false, isSending: false };

const devices = new Devices();
const selfView = new SelfView(devices);
const chat = new Chat(need("#chat"), room, boot.me);
const side = new Side({ opened: () => chat.toEnd() });
const guest = isCrew ? new Guest(room, otherName) : null;
const exchange = new Exchange({ room, iceServers: boot.ice_servers, devices, video: /** @type {HTMLVideoElement} */ (need("#remote")), changed: () => draw() });
const connection = new Connection(room, { since: boot.seq, heard: hear, changed: turn });

/** @returns {View} */
function viewNow() {
  if (state.phase === "ended") return "end";
  if (hasLeft) return "left";
  if (state.phase === "live") return "call";
  return hasArrived && !isCrew ? "wait" : "check";
}

/** Shows the view that is true now, and starts and stops what belongs to it. */
function show() {
  const view = viewNow();
  const isNew = root.dataset.view !== view;
  root.dataset.view = view;
  document.body.classList.toggle("room-body", view === "call");
  for (const part of document.querySelectorAll("[data-views]")) {
    if (part instanceof HTMLElement) part.hidden = !(part.dataset.views ?? "").split(" ").includes(view);
  }
  const where = view === "call" ? "call" : "door";
  selfView.moveTo(need(`[data-place="self ${where}"]`));
  const place = need(`[data-place="chat ${where}"]`);
  if (chat.root.parentElement !== place) place.append(chat.root);
  guest?.watch(view === "check");
  if (view === "call") exchange.start();
  else exchange.stop();
  if (view === "end") {
    showEnd(state);
    devices.stop();
    connection.stop();
  }
  if (isNew) enter(view);
}

/**
 * A view that opens by itself says so: the title, a sound, the focus where reading goes on.
 * @param {View} view
 */
function enter(view) {
  document.title = view === "call" ? t("In the interview · %(title)s", { title }) : title;
  for (const dialog of document.querySelectorAll("dialog[open]")) if (dialog instanceof HTMLDialogElement) dialog.close();
  if (view === "call") {
    if (!isCrew) void play(CHIME, devices.wishes.speaker);
    showDesk();
    draw();
    need("#side-button").focus({ preventScroll: true });
    return;
  }
  const heading = [...root.querySelectorAll("h1")].find((node) => node.offsetParent !== null);
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
  scrollTo(0, 0);
}

/** An interviewer at a desk has room for chat and notes beside the picture. */
function showDesk() {
  if (isCrew && matchMedia("(min-width: 60rem)").matches) side.set(true);
}

/** The picture's cover, the banner and the timer: they depend on time, so they are drawn again and again. */
function draw() {
  if (root.dataset.view !== "call") return;
  const facts = exchange.facts();
  const isOnline = connection.state === "live";
  showNote(inTheirPlace({ name: otherName, ...other, ...facts.other }));
  showBanner(aboutUs({ isOnline, ...facts.ours }));
  need("#call-sound").hidden = !exchange.playback.isSilenced;
  showTime(connection.now() - state.admitted_at, interview.minutes);
}

/** @param {Frame} frame */
function hear(frame) {
  switch (frame.type) {
    case "event":
      state = apply(state, frame.event);
      if (frame.event.type === "message_posted") chat.add(frame.event.message, true);
      else show();
      return;
    case "resync":
      ({ state } = frame);
      chat.show(state.messages);
      show();
      return;
    case "live":
      look(frame);
      return;
    case "line":
      showStanding(frame);
  }
}

/** @param {LiveFrame} live */
function look({ present, publishing, media_epoch }) {
  other.isPresent = present.includes(otherRole);
  other.wasPresent ||= other.isPresent;
  other.isSending = publishing.includes(otherRole);
  exchange.follow(media_epoch);
  guest?.show(other.isPresent);
  void guest?.look();
  draw();
}

/**
 * @param {import("../live/connection.js").ConnectionState} now
 * @param {string} why
 */
function turn(now, why) {
  if (GONE.has(why)) location.reload(); // the server says why, as a page
  if (root.dataset.view === "check") void checkNetwork(now === "live");
  draw();
}

/** @param {{position: number, wait_low_min: number, wait_high_min: number}} standing */
function showStanding(standing) {
  if (standing.position > 0) fill(need("#queue"), { position: standing.position, range: waitText(standing) });
}

/**
 * @param {HTMLElement} button
 * @param {() => Promise<void>} act
 */
async function press(button, act) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await act();
  } catch (error) {
    tell(error);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

async function join() {
  showStanding(await send("POST", `/api/interviews/${room}/arrival`));
  hasArrived = true;
  show();
}

async function end() {
  await send("POST", `/api/interviews/${room}/end`);
  closeDialog("leave");
}

/** @param {boolean} away gone for now: camera, microphone and the seat in the room are given back */
function leave(away) {
  hasLeft = away;
  closeDialog("leave");
  if (away) {
    devices.stop();
    connection.stop();
  } else {
    void devices.start();
    connection.start();
  }
  show();
}

function start() {
  chat.heard = () => side.tell();
  chat.show(state.messages);
  showStanding(boot.standing);
  new Meters(devices);
  startSpeaker(devices);
  startHelp(devices);
  startEnd();
  if (isCrew) startNotes(room);
  devices.addEventListener("change", () => {
    showDevices(devices);
    void showChoices(devices);
  });
  on(document, "change", "select[data-device]", (_event, select) => {
    if (select instanceof HTMLSelectElement) void devices.choose(/** @type {"camera"} */ (select.dataset.device), select.value);
  });
  on(document, "click", "[data-join]", (_event, button) => void press(button, join));
  on(document, "click", "[data-end-now]", (_event, button) => void press(button, end));
  on(document, "click", "[data-leave]", () => openDialog("leave"));
  on(document, "click", "[data-leave-now]", () => leave(true));
  on(document, "click", "[data-return]", () => leave(false));
  on(document, "click", "[data-sound]", () => exchange.playback.unmute());
  on(document, "click", "[data-take-back]", () => exchange.takeBack());
  show();
  if (root.dataset.view === "call") showDesk();
  if (state.phase === "ended") return;
  attend(connection);
  connection.start();
  void devices.start();
  setInterval(draw, DRAW_EVERY_MS);
}

start();
