// @ts-check
/**
 * A job's card in the reader's words. The words themselves come with the page (#words).
 *
 *   payOf(job) "¥6,500–8,500 / month" · typeOf(job) "Full-time"
 */
import { payText } from "../lib/pay.js";
import { language } from "../lib/texts.js";

/** @typedef {import("./state.js").JobCard} JobCard */
/** @typedef {{units: Record<string, string>, types: Record<string, string>}} Words */

/** @type {Words | null} */
let words = null;

/** @returns {Words} */
function load() {
  words ??= JSON.parse(document.getElementById("words")?.textContent ?? '{"units":{},"types":{}}');
  return /** @type {Words} */ (words);
}

/** @param {Pick<JobCard, "pay_min" | "pay_max" | "pay_unit">} job */
export function payOf(job) {
  return payText(job.pay_min, job.pay_max, load().units[job.pay_unit] ?? job.pay_unit, language());
}

/** @param {JobCard} job */
export function typeOf(job) {
  return load().types[job.employment_type] ?? job.employment_type;
}
