// @ts-check
/**
 * An officer's decisions: the sheet that asks why, and in the queue the keys j, k, a and r.
 * A decided item leaves the list at once and the next one takes the focus.
 */
import { openDialog } from "../lib/dialog.js";
import { fill, find, need, on } from "../lib/dom.js";
import { notify } from "../lib/notice.js";

const KEYS_OFF = "daigang.review.keys-off";
const queue = find(document, "#queue");
const switchOfKeys = document.querySelector("[data-keys]");

/** @returns {HTMLElement[]} what still waits, in order */
function items() {
  return [...(queue?.querySelectorAll("[data-subject].review") ?? [])].filter((item) => item instanceof HTMLElement);
}

/** @returns {HTMLElement | null} the item that the keys act on */
function current() {
  const focused = document.activeElement?.closest(".review");
  return focused instanceof HTMLElement ? focused : null;
}

/** @param {HTMLElement | undefined} item */
function goTo(item) {
  item?.focus({ preventScroll: true });
  item?.scrollIntoView({ block: "start" });
}

/** @param {number} step */
function move(step) {
  const all = items();
  const now = current();
  goTo(all[now ? Math.min(Math.max(all.indexOf(now) + step, 0), all.length - 1) : 0]);
}

/** @param {HTMLElement} button with data-decide, data-kind, data-subject, data-name */
function ask(button) {
  const dialog = need("#decide");
  const { decide = "refused", kind = "", subject = "", name = "" } = button.dataset;
  const values = { subject_kind: kind, subject, decision: decide };
  for (const [field, value] of Object.entries(values)) {
    const input = dialog.querySelector(`[name="${field}"]`);
    if (input instanceof HTMLInputElement) input.value = value;
  }
  const words = decide === "suspended" ? "suspended" : "refused";
  need("#decide-title").textContent = (dialog.dataset[words] ?? "").replace("{name}", name);
  const send = need("button[type='submit']", dialog);
  need("span", send).textContent = send.dataset[words] ?? "";
  const reason = need("textarea", dialog);
  if (reason instanceof HTMLTextAreaElement) reason.value = "";
  openDialog("decide");
  reason.focus();
}

/** @param {{subject: string, decision: string, waiting: number}} decided */
function leave({ subject, decision, waiting }) {
  const all = items();
  const index = all.findIndex((item) => item.dataset.subject === subject);
  const item = all[index];
  if (!queue || !item) return;
  const words = (decision === "approved" ? queue.dataset.doneApproved : queue.dataset.doneRefused) ?? "";
  notify(words.replace("{name}", item.dataset.name ?? ""), { kind: "ok" });
  fill(document.body, { waiting });
  item.parentElement?.remove();
  const next = all[index + 1] ?? all[index - 1];
  const sheet = document.querySelector("#decide[open]");
  if (!next) location.reload();
  else if (sheet) sheet.addEventListener("close", () => goTo(next), { once: true }); // until then the page is inert
  else goTo(next);
}

/** @param {KeyboardEvent} event */
function press(event) {
  const writes = event.target instanceof Element && event.target.closest("input, textarea, select, dialog");
  const off = switchOfKeys instanceof HTMLInputElement && !switchOfKeys.checked;
  if (!queue || writes || off || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const item = current();
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "a") find(item ?? document.createElement("i"), "[data-approve]")?.click();
  else if (event.key === "r") find(item ?? document.createElement("i"), "[data-decide]")?.click();
  else return;
  event.preventDefault();
}

on(document, "click", "[data-decide]", (_event, button) => ask(button));
on(document, "click", "[data-reason]", (_event, button) => {
  const reason = need("#decide textarea");
  if (!(reason instanceof HTMLTextAreaElement)) return;
  reason.value = [reason.value.trim(), button.dataset.reason].filter(Boolean).join(" ").slice(0, reason.maxLength);
  reason.focus();
});
document.addEventListener("done", (event) => {
  if (event instanceof CustomEvent && event.detail?.subject) leave(event.detail);
});
document.addEventListener("keydown", press);
if (switchOfKeys instanceof HTMLInputElement) {
  switchOfKeys.checked = localStorage.getItem(KEYS_OFF) === null;
  switchOfKeys.addEventListener("change", () => {
    if (switchOfKeys.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  });
}
