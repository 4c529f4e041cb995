// @ts-check
/**
 * My applications, and an employer's inbox: both follow what the other side does, and the inbox
 * has two sheets.
 *
 *   data-watch="/api/…" data-marks="…"   asks again every few seconds and shows the page anew when
 *                                        what it shows has changed (marks: id:stage:interview …)
 *   data-decide="invite|decline" data-application data-name   opens that sheet for an applicant
 *   data-reason                          writes a ready sentence into the reason
 *   data-narrow                          a choice that filters at once
 */
import { read } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { find, need, on } from "../lib/dom.js";
import { notify } from "../lib/notice.js";
import { t } from "../lib/texts.js";

const EVERY_MS = 6000;
const watched = find(document, "[data-watch]");
let isAsking = false;
let isTold = false;

/** @param {any} answer a list of applications, or a page of an inbox */
function marksOf(answer) {
  /** @type {{id: string, stage: string, interview: {status: string} | null}[]} */
  const shown = Array.isArray(answer) ? answer : answer.applications;
  const total = Array.isArray(answer) ? answer.length : answer.total;
  return [...shown.map((one) => `${one.id}:${one.stage}:${one.interview?.status ?? ""}`), String(total)].join(" ");
}

/** Whether the reader is in the middle of something that a new page would take away. */
function isBusy() {
  return document.querySelector("dialog[open], details[open], [aria-busy='true']") !== null
    || document.activeElement instanceof HTMLInputElement
    || document.activeElement instanceof HTMLTextAreaElement
    || document.activeElement instanceof HTMLSelectElement;
}

async function look() {
  if (!watched || document.hidden || isAsking || isTold) return;
  isAsking = true;
  try {
    const marks = marksOf(await read(watched.dataset.watch ?? ""));
    if (marks === watched.dataset.marks) return;
    if (!isBusy()) return location.reload();
    isTold = true;
    notify(t("Something has changed."), { action: { text: t("Look now"), run: () => location.reload() } });
  } catch {
    // the next look may have a connection again
  } finally {
    isAsking = false;
  }
}

/** @param {HTMLElement} button */
function decide(button) {
  const { decide: what = "", application = "", name = "" } = button.dataset;
  const dialog = need(`#${what}`);
  need(`#${what}-title`).textContent = (dialog.dataset.title ?? "").replace("{name}", name);
  const form = need("form", dialog);
  form.dataset.api = `POST /api/applications/${encodeURIComponent(application)}/${what}`;
  need("[data-errors]", form).hidden = true;
  openDialog(what);
  find(dialog, "textarea, select")?.focus();
}

/** @param {HTMLElement} chip */
function reason(chip) {
  const text = need("#decline textarea");
  if (!(text instanceof HTMLTextAreaElement)) return;
  text.value = [text.value.trim(), chip.dataset.reason].filter(Boolean).join(" ").slice(0, text.maxLength);
  text.focus();
}

on(document, "click", "[data-decide]", (_event, button) => decide(button));
on(document, "click", "[data-reason]", (_event, chip) => reason(chip));
on(document, "change", "select[data-narrow]", (_event, select) => {
  if (select instanceof HTMLSelectElement) select.form?.requestSubmit();
});
setInterval(() => void look(), EVERY_MS);
document.addEventListener("visibilitychange", () => void look());
