// @ts-check
/**
 * Times in the reader's zone and language.
 *
 *   startTimes(root?)                       upgrades every <time datetime data-format>; keeps relative and countdown alive
 *   formatTime(date, format, options)       pure: date | time | datetime | weekday | relative | countdown
 *   formatCountdown(seconds)                "1:05", "1:02:05"; never below 0:00
 *   formatSpan(fromSeconds, toSeconds)      words for an honest range: "8–12 min"
 *   zoneNote(date, zone, options)           the time in the fair's zone with its name, or "" when the reader is in it
 * data-zone on a <time> adds that note. A date alone ("2027-01-31") is a calendar day and never shifts.
 */
import { language, t } from "./texts.js";

/** @typedef {{locale?: string | undefined, timeZone?: string | undefined, now?: Date}} TimeOptions */

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const SHAPES = {
  date: { year: "numeric", month: "short", day: "numeric" },
  weekday: { weekday: "short", month: "short", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  datetime: { weekday: "short", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
};

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

/**
 * @param {number} seconds
 * @returns {string}
 */
export function formatCountdown(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(left / 3600);
  const minutes = Math.floor(left / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
}

/**
 * @param {number} fromSeconds
 * @param {number} toSeconds
 * @param {(msgid: string, params: Record<string, string | number>) => string} [say]
 * @returns {string}
 */
export function formatSpan(fromSeconds, toSeconds, say = t) {
  const from = Math.max(0, Math.floor(fromSeconds / 60));
  const to = Math.max(1, Math.ceil(toSeconds / 60));
  return from === to ? say("about %(n)s min", { n: to }) : say("%(from)s–%(to)s min", { from, to });
}

/**
 * @param {Date} date
 * @param {Date} now
 * @param {string | undefined} locale
 * @returns {string}
 */
function formatRelative(date, now, locale) {
  const seconds = Math.round((date.getTime() - now.getTime()) / 1000);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(0, "second");
}

/**
 * @param {Date} date
 * @param {string} format
 * @param {TimeOptions} [options]
 * @returns {string}
 */
export function formatTime(date, format, { locale, timeZone, now = new Date() } = {}) {
  if (format === "relative") return formatRelative(date, now, locale);
  if (format === "countdown") return formatCountdown((date.getTime() - now.getTime()) / 1000);
  const shape = { ...(SHAPES[format] ?? SHAPES.datetime) };
  if (timeZone) shape.timeZone = timeZone;
  return new Intl.DateTimeFormat(locale, shape).format(date);
}

/**
 * @param {Date} date
 * @param {string} zone IANA name of the fair's zone
 * @param {TimeOptions} [options] timeZone: the reader's, for tests
 * @returns {string}
 */
export function zoneNote(date, zone, { locale, timeZone } = {}) {
  const here = formatTime(date, "datetime", { locale, timeZone });
  const there = formatTime(date, "datetime", { locale, timeZone: zone });
  if (here === there) return "";
  const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "long" }).formatToParts(date);
  const name = parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
  return `${formatTime(date, "time", { locale, timeZone: zone })} ${name}`;
}

/**
 * @param {string} iso
 * @returns {{date: Date, isDay: boolean} | null} a day is read as noon UTC and shown in UTC
 */
export function readTime(iso) {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(iso);
  const date = new Date(isDay ? `${iso}T12:00:00Z` : iso);
  return Number.isNaN(date.getTime()) ? null : { date, isDay };
}

/** @param {HTMLTimeElement} node */
function upgrade(node) {
  const read = readTime(node.dateTime);
  if (!read) return;
  const format = node.dataset.format ?? "datetime";
  const locale = language();
  const { date, isDay } = read;
  const text = formatTime(date, format, isDay ? { locale, timeZone: "UTC" } : { locale });
  const zone = node.dataset.zone;
  const note = zone && !isDay && format !== "relative" && format !== "countdown" ? zoneNote(date, zone, { locale }) : "";
  const shown = note ? t("%(time)s (%(there)s)", { time: text, there: note }) : text;
  if (node.textContent !== shown) node.textContent = shown;
  if (format === "relative") node.title = formatTime(date, "datetime", { locale });
}

/** @param {Document | HTMLElement} [root] */
export function startTimes(root = document) {
  const each = (/** @type {string} */ selector) => {
    for (const node of root.querySelectorAll(selector)) if (node instanceof HTMLTimeElement) upgrade(node);
  };
  each("time[data-format]");
  setInterval(() => each("time[data-format='countdown']"), 1000);
  setInterval(() => each("time[data-format='relative']"), 30_000);
}
