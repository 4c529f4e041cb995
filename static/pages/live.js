// @ts-check
/** The live room's page: one state, followed over the socket, drawn by the view modules in live/. */
import { fill, need, on } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { attend } from "../live/attention.js";
import { Chat, chatForm } from "../live/chat.js";
import { Connection } from "../live/connection.js";
import { shareAddress } from "../live/share.js";
import { apply } from "../live/state.js";
import { Jobs } from "./live/jobs.js";
import { Offers } from "./live/offers.js";
import { Picture } from "./live/picture.js";

const { room, me, signed_in, may_host } = JSON.parse(need("#room").textContent ?? "{}");
const drawn = JSON.parse(need("#state").textContent ?? "{}");
/** @type {import("../live/state.js").RoomState} */
let state = drawn.state;

const connection = new Connection(room, { since: drawn.seq, heard, changed: () => picture.draw() });
const signIn = () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
const picture = new Picture(room, connection);
const chat = new Chat({ root: need("#chat"), form: chatForm(document), room, me });
const jobs = new Jobs({ room, mayApply: !may_host, signedIn: signed_in, signIn });
const offers = new Offers({ root: need("#offers"), mayClaim: !may_host, signedIn: signed_in, now: () => connection.now(), signIn, apply: (job) => jobs.apply(job), claimed: (job) => jobs.done(job) });

/** @param {import("../live/connection.js").Frame} frame */
function heard(frame) {
  if (frame.type === "event") show(apply(state, frame.event));
  else if (frame.type === "resync") show(frame.state);
  else if (frame.type === "live") {
    need("#viewers").textContent = String(frame.viewers);
    picture.player.follow(frame.media_epoch);
  }
}

/** @param {import("../live/state.js").RoomState} next */
function show(next) {
  const wasEnded = state.phase === "ended";
  state = next;
  for (const badge of document.querySelectorAll("[data-phase-badge]")) {
    if (badge instanceof HTMLElement) badge.hidden = badge.dataset.phaseBadge !== state.phase;
  }
  need("#live").dataset.phase = state.phase;
  fill(need(".live-host"), { host: state.host });
  chat.show(state.messages);
  jobs.show(state);
  offers.show(state);
  picture.show(state.phase);
  if (state.phase === "ended" && !wasEnded) chat.close(t("The chat is closed."));
}

on(document, "click", "[data-share]", (_event, button) => void shareAddress(button.dataset.share ?? "", document.title));

show(state);
if (state.phase === "ended") chat.close(t("The chat is closed."));
else {
  attend(connection);
  connection.start();
  void offers.start();
  void jobs.start();
  addEventListener("online", () => picture.draw());
  addEventListener("offline", () => picture.draw());
}
