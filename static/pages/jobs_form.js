// @ts-check
/** The form of a posting: which button was pressed, and the card beside it as it will stand. */
import { fill, need, on } from "../lib/dom.js";
import { payText } from "../lib/pay.js";
import { language } from "../lib/texts.js";

const form = need("#posting");
const preview = need("#preview");

/**
 * @param {string} name
 * @returns {HTMLInputElement | HTMLSelectElement}
 */
function control(name) {
  const found = form.querySelector(`[name="${name}"]`);
  if (found instanceof HTMLInputElement || found instanceof HTMLSelectElement) return found;
  throw new Error(`the form has no ${name}`);
}

/**
 * @param {string} name of a select
 * @returns {string | null} the chosen words; null before anything is chosen
 */
function chosen(name) {
  const select = control(name);
  if (!(select instanceof HTMLSelectElement) || !select.value) return null;
  return select.selectedOptions[0]?.textContent ?? null;
}

/** @returns {string | null} */
function pay() {
  const low = Math.trunc(Number(control("pay_min").value));
  const high = Math.trunc(Number(control("pay_max").value)) || low;
  return low > 0 ? payText(low, high, chosen("pay_unit") ?? "", language()) : null;
}

/** @returns {string | null} */
function lastDay() {
  const day = new Date(`${control("valid_until").value}T00:00:00`);
  if (Number.isNaN(day.getTime())) return null;
  return day.toLocaleDateString(language(), { year: "numeric", month: "short", day: "numeric" });
}

function show() {
  fill(preview, {
    title: control("title").value.trim() || null,
    place: control("place").value.trim() || null,
    employment_type: chosen("employment_type"),
    headcount: (preview.dataset.headcount ?? "{n}").replace("{n}", control("headcount").value || "…"),
    pay: pay(),
    valid_until: lastDay(),
  });
}

on(document, "input", "#posting", show);
// Before form.js reads the fields: the button pressed says whether it goes to review.
on(document, "click", "#posting button[type='submit']", (_event, button) => {
  control("submit").value = String("submit" in button.dataset);
});
show();
