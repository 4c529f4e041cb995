// @ts-check
/** The editor of a fair: the next six dates of the rule as it stands in the form, by the server. */
import { read } from "../lib/api.js";
import { el, find, need, on } from "../lib/dom.js";
import { formatTime } from "../lib/time.js";
import { language } from "../lib/texts.js";

const WAIT_MS = 250;
const FIELDS = ["zone", "weekday", "starts_local", "length_min", "first_date", "last_date"];

const form = need("#fair");
const preview = need("#preview");
const list = need("[data-dates]", preview);
const note = need("[data-note]", preview);

/** @typedef {{local_date: string, starts_at: string, ends_at: string, shifted_min: number, is_exception: boolean}} When */

/** @type {AbortController | null} */
let asking = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/** @returns {URLSearchParams} */
function query() {
  const asked = new URLSearchParams();
  for (const name of FIELDS) {
    const control = form.querySelector(`[name="${name}"]`);
    if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) asked.set(name, control.value);
  }
  if (form.dataset.fair) asked.set("fair", form.dataset.fair);
  return asked;
}

/**
 * @param {When} one
 * @param {string} zone the fair's: an organiser plans in it, wherever they are
 * @returns {HTMLElement}
 */
function line(one, zone) {
  const options = { locale: language(), timeZone: zone };
  const at = (/** @type {string} */ iso) => formatTime(new Date(iso), "time", options);
  const day = new Date(`${one.local_date}T12:00:00Z`).toLocaleDateString(language(), { dateStyle: "full", timeZone: "UTC" });
  return el("li", { class: one.is_exception ? "preview-off" : "" },
    el("b", {}, day),
    el("span", { class: "figures" }, one.is_exception ? preview.dataset.off : `${at(one.starts_at)}–${at(one.ends_at)}`),
    one.shifted_min > 0 && el("small", {}, (preview.dataset.shifted ?? "").replace("{n}", String(one.shifted_min))));
}

async function show() {
  asking?.abort();
  asking = new AbortController();
  try {
    const { zone, dates } = await read(`/api/fairs/preview?${query()}`, { signal: asking.signal });
    list.replaceChildren(...dates.map((/** @type {When} */ one) => line(one, zone)));
    note.textContent = dates.length ? zone.replaceAll("_", " ") : preview.dataset.none ?? "";
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    list.replaceChildren();
    note.textContent = reason(error);
  }
}

/**
 * @param {unknown} error
 * @returns {string} what is wrong with the rule, in the server's words where it has some
 */
function reason(error) {
  const complete = FIELDS.every((name) => name === "last_date" || query().get(name));
  return complete && error instanceof Error && "status" in error ? error.message : preview.dataset.wrong ?? "";
}

on(document, "input", "#fair", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => void show(), WAIT_MS);
});
// The days in the select of exceptions, in the reader's words.
for (const option of find(document, "#f-local_date")?.querySelectorAll("option") ?? []) {
  option.textContent = new Date(`${option.value}T12:00:00Z`).toLocaleDateString(language(), { dateStyle: "medium", timeZone: "UTC" });
}
void show();
