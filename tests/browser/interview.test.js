// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { levelOf } from "../../static/live/sound.js";
import { aboutUs, browserOf, inTheirPlace, waitText } from "../../static/pages/interview/words.js";

const THERE = { name: "Li", isPresent: true, wasPresent: true, isSending: true, isSeen: true, isHeard: true, wasSeen: true, isConnected: true };
const WELL = { isOnline: true, isConnected: true, wasConnected: true, isBlocked: false, isMediaAway: false, isElsewhere: false, refusal: "" };

test("a moving picture is covered by nothing", () => {
  assert.equal(inTheirPlace(THERE), null);
});

test("sound without a picture is a camera switched off, not a broken connection", () => {
  const said = inTheirPlace({ ...THERE, isSeen: false });
  assert.match(said?.text ?? "", /camera of Li is off/);
  assert.equal(said?.isBusy, false);
});

test("who never came is awaited; who went away is expected back", () => {
  const gone = { ...THERE, isPresent: false, isSending: false, isSeen: false, isHeard: false };
  assert.match(inTheirPlace({ ...gone, wasPresent: false })?.text ?? "", /not here yet/);
  assert.match(inTheirPlace(gone)?.text ?? "", /away for a moment/);
});

test("a first connection connects, a later one reconnects", () => {
  const waiting = { ...THERE, isSeen: false, isHeard: false, isConnected: false };
  assert.match(inTheirPlace({ ...waiting, wasSeen: false })?.text ?? "", /^Connecting/);
  assert.match(inTheirPlace(waiting)?.text ?? "", /^Reconnecting/);
});

test("who is here and sends nothing is said to be here", () => {
  const silent = { ...THERE, isSending: false, isSeen: false, isHeard: false };
  assert.match(inTheirPlace(silent)?.text ?? "", /is here, without camera/);
});

test("a first connection is not talked about; one that broke is", () => {
  assert.equal(aboutUs(WELL), null);
  const waiting = { ...WELL, isConnected: false };
  assert.equal(aboutUs({ ...waiting, wasConnected: false }), null);
  assert.match(aboutUs(waiting)?.text ?? "", /broke off/);
});

test("a network without a way for video is named, with writing as the way out", () => {
  const said = aboutUs({ ...WELL, isConnected: false, wasConnected: false, isBlocked: true });
  assert.match(said?.text ?? "", /cannot get through this network/);
  assert.equal(said?.way, "write");
});

test("a media process that starts again is not blamed on the network", () => {
  const said = aboutUs({ ...WELL, isConnected: false, isMediaAway: true, isBlocked: true });
  assert.match(said?.text ?? "", /starting again/);
});

test("who went on in another window can come back to this one", () => {
  assert.equal(aboutUs({ ...WELL, isConnected: false, isElsewhere: true })?.way, "return");
});

test("a room that is out of reach is said first", () => {
  assert.match(aboutUs({ ...WELL, isOnline: false, isConnected: false, isBlocked: true })?.text ?? "", /to the room/);
});

test("the wait is a range, one number where both ends meet, and nothing when one is next", () => {
  const say = (/** @type {number} */ from, /** @type {number} */ to) => waitText({ position: 2, wait_low_min: from, wait_high_min: to });
  assert.deepEqual([say(8, 12), say(3, 3)], ["8–12 min", "about 3 min"]);
  assert.equal(waitText({ position: 1, wait_low_min: 0, wait_high_min: 0 }), "You are next");
});

test("the help draws the browser that reads it", () => {
  const webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
  assert.equal(browserOf(`Mozilla/5.0 (iPhone) ${webkit} Version/18.0 Mobile Safari/604.1`), "ios");
  assert.equal(browserOf(`Mozilla/5.0 (iPhone) ${webkit} MicroMessenger/8.0`), "wechat");
  assert.equal(browserOf(`Mozilla/5.0 (Linux; Android 15) ${webkit} Chrome/140.0 Mobile Safari/537.36`), "android");
  assert.equal(browserOf(`Mozilla/5.0 (Macintosh) ${webkit} Version/18.0 Safari/605.1.15`), "safari");
  assert.equal(browserOf(`Mozilla/5.0 (X11; Linux) ${webkit} Chrome/140.0 Safari/537.36`), "chrome");
  assert.equal(browserOf("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"), "firefox");
});

test("a level is silent at nothing, full at a shout, and between for speech", () => {
  const tone = (/** @type {number} */ height) => Float32Array.from({ length: 1024 }, (_, at) => height * Math.sin(at / 5));
  assert.equal(levelOf(tone(0)), 0);
  assert.equal(levelOf(tone(1)), 1);
  const speech = levelOf(tone(0.05));
  assert.ok(speech > 0.3 && speech < 0.8, String(speech));
});
