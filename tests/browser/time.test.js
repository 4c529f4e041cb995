// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { interpolate } from "../../static/lib/texts.js";
import { formatCountdown, formatSpan, formatTime, readTime, zoneNote } from "../../static/lib/time.js";

const FAIR = new Date("2026-11-24T06:30:00Z");

test("a countdown shows minutes and seconds, hours when there are any, and stops at zero", () => {
  assert.deepEqual([65, 3725, 0.2, 0, -9].map(formatCountdown), ["1:05", "1:02:05", "0:01", "0:00", "0:00"]);
});

test("a moment is shown in the reader's zone and language", () => {
  assert.equal(formatTime(FAIR, "time", { locale: "en", timeZone: "Asia/Shanghai" }), "14:30");
  assert.equal(formatTime(FAIR, "date", { locale: "zh-CN", timeZone: "Asia/Shanghai" }), "2026年11月24日");
  assert.equal(formatTime(FAIR, "date", { locale: "en", timeZone: "America/Los_Angeles" }), "Nov 23, 2026");
});

test("midnight is 00:00, never 24:00", () => {
  assert.equal(formatTime(new Date("2026-11-24T16:00:00Z"), "time", { locale: "zh-CN", timeZone: "Asia/Shanghai" }), "00:00");
});

test("the fair's zone is named only for a reader elsewhere", () => {
  assert.equal(zoneNote(FAIR, "Asia/Shanghai", { locale: "en", timeZone: "Asia/Shanghai" }), "");
  assert.equal(zoneNote(FAIR, "Asia/Shanghai", { locale: "en", timeZone: "Asia/Singapore" }), "", "same clock, nothing to say");
  assert.equal(zoneNote(FAIR, "Asia/Shanghai", { locale: "en", timeZone: "Europe/Paris" }), "14:30 China Standard Time");
});

test("relative times use the largest unit that fits", () => {
  const at = (/** @type {number} */ seconds) => formatTime(new Date(FAIR.getTime() + seconds * 1000), "relative", { locale: "en", now: FAIR });
  assert.deepEqual([-30, 300, -7200, 90000].map(at), ["now", "in 5 minutes", "2 hours ago", "tomorrow"]);
});

test("a wait is a range in whole minutes that never promises less than it knows", () => {
  const say = (/** @type {string} */ msgid, /** @type {Record<string, string | number>} */ params) => interpolate(msgid, params);
  assert.equal(formatSpan(485, 701, say), "8–12 min");
  assert.equal(formatSpan(0, 20, say), "0–1 min");
  assert.equal(formatSpan(120, 120, say), "about 2 min");
});

test("a calendar day is a day, not a moment; nonsense is refused", () => {
  assert.equal(readTime("2027-01-31")?.isDay, true);
  assert.equal(readTime("2027-01-31T00:00:00Z")?.isDay, false);
  assert.equal(readTime("soon"), null);
});

test("an unknown place in a text stays visible", () => {
  assert.equal(interpolate("%(a)s of %(b)s", { a: 1 }), "1 of %(b)s");
});
