// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { readFigures } from "../../static/live/health.js";
import { bannerOf as hostBanner, healthOf, onAir } from "../../static/pages/host/words.js";
import { bannerOf, coverOf } from "../../static/pages/live/words.js";

/** @type {import("../../static/pages/live/words.js").Facts} */
const WATCHING = { phase: "live", connection: "live", why: "", isOnline: true, player: "live", problem: null, isMoving: true, stillMs: 0, isSoundOnly: false };
/** @type {import("../../static/pages/host/words.js").Facts} */
const ON_AIR = { phase: "live", connection: "live", why: "", isOnline: true, publisher: "live", problem: null, isSomebodyOnAir: true, host: "Lin Yue" };

test("a moving picture is covered by nothing and needs no words", () => {
  assert.equal(coverOf(WATCHING), "");
  assert.equal(bannerOf(WATCHING), null);
});

test("before the host comes and after the end the picture's place says so", () => {
  assert.equal(coverOf({ ...WATCHING, phase: "waiting", isMoving: false }), "waiting");
  assert.equal(coverOf({ ...WATCHING, phase: "ended", isSoundOnly: true }), "ended");
  assert.equal(bannerOf({ ...WATCHING, phase: "ended", connection: "reconnecting", player: "ended" }), null);
});

test("a picture that does not come is first awaited, then taken for a camera that is off", () => {
  const still = { ...WATCHING, isMoving: false };
  assert.match(bannerOf({ ...still, stillMs: 3000 })?.text ?? "", /on its way/);
  assert.equal(coverOf({ ...still, stillMs: 3000 }), "");
  assert.equal(coverOf({ ...still, stillMs: 5000 }), "voice");
  assert.equal(bannerOf({ ...still, stillMs: 5000 }), null);
});

test("who chose sound only is not told that the picture is missing", () => {
  const listening = { ...WATCHING, isSoundOnly: true, isMoving: false, stillMs: 60_000 };
  assert.equal(coverOf(listening), "sound");
  assert.equal(bannerOf(listening), null);
});

test("every broken state has its own sentence, and the widest one wins", () => {
  const said = (/** @type {Partial<typeof WATCHING>} */ facts) => bannerOf({ ...WATCHING, ...facts })?.text ?? "";
  assert.match(said({ isOnline: false, connection: "reconnecting", player: "reconnecting" }), /offline/);
  assert.match(said({ connection: "reconnecting", player: "reconnecting" }), /Reconnecting to the room/);
  assert.match(said({ player: "reconnecting", isMoving: false }), /coming back/);
  assert.match(said({ player: "blocked", isMoving: false }), /cannot get through this network/);
  assert.match(said({ phase: "away", isMoving: false }), /away for a moment/);
  assert.match(said({ player: "connecting", problem: { status: 503, type: "busy", detail: "Many are here." } }), /Many are here/);
  assert.match(said({ player: "failed", problem: { status: 406, type: "no-h264", detail: "No H.264 here." } }), /No H\.264/);
  assert.match(said({ connection: "stopped", why: "signed-out" }), /signed out/);
});

test("the host's button follows the session, not the wish", () => {
  const air = (/** @type {any} */ publisher) => onAir({ ...ON_AIR, publisher });
  assert.deepEqual(["idle", "connecting", "blocked", "reconnecting", "live", "failed", "ended"].map(air), ["offline", "connecting", "connecting", "connecting", "live", "offline", "offline"]);
  assert.equal(onAir({ ...ON_AIR, phase: "ended" }), "ended");
});

test("who was taken over is offered to go on here; who finds a colleague is told the name", () => {
  assert.equal(hostBanner(ON_AIR), null);
  assert.equal(hostBanner({ ...ON_AIR, publisher: "ended" })?.action, "take");
  assert.match(hostBanner({ ...ON_AIR, publisher: "idle" })?.text ?? "", /Lin Yue is on air/);
  assert.match(hostBanner({ ...ON_AIR, publisher: "failed", problem: { status: 409, type: "occupied", detail: "" } })?.text ?? "", /Lin Yue is live in this room/);
  assert.match(hostBanner({ ...ON_AIR, publisher: "idle", phase: "away", isSomebodyOnAir: false })?.text ?? "", /paused/);
});

test("the stream's health is what goes out between two looks", () => {
  const at = (/** @type {number} */ timestamp, /** @type {number} */ bytes, /** @type {number} */ packets, /** @type {number} */ lost) => [
    { type: "outbound-rtp", kind: "video", timestamp, bytesSent: bytes, packetsSent: packets, framesPerSecond: 25, frameWidth: 960, frameHeight: 540, qualityLimitationReason: "none" },
    { type: "remote-inbound-rtp", kind: "video", timestamp, packetsLost: lost },
    { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.031 },
  ];
  const first = readFigures(at(1000, 0, 0, 0), null);
  assert.equal(first.figures.kbps, 0, "one look has no rate");
  const { figures } = readFigures(at(3000, 250_000, 190, 10), first.sums);
  assert.deepEqual([figures.kbps, figures.fps, figures.lostPercent, figures.roundTripMs], [1000, 25, 5, 31]);
});

test("a sender that feels its way up is not called slow", () => {
  const figures = { kbps: 300, fps: 25, lostPercent: 0, roundTripMs: 20, width: 960, height: 540, limitedBy: "bandwidth" };
  assert.equal(healthOf(figures, true, 3000).tone, "ok");
  assert.equal(healthOf(figures, true, 30_000).tone, "warn");
  assert.equal(healthOf({ ...figures, kbps: 0 }, true, 30_000).tone, "bad");
  assert.equal(healthOf({ ...figures, limitedBy: "none", fps: 0 }, false, 30_000).tone, "ok", "a camera that is off stutters not");
});
