// @ts-check
/**
 * Applying for a job without leaving the page: the sheet of templates/hiring/apply.html.
 *
 *   openApply({job, title, employer, room, onDone})
 *     room: id of the live room it is sent from, or nothing; onDone({id, stage}) once it was sent
 *   applied() → the ids of the jobs that the reader has an application for
 *
 * The first tap opens the sheet, the second sends. Whoever has no profile yet gives name and phone
 * in it; a reader who is not signed in goes to sign in and comes back.
 *
 *   <button data-apply-job="id" data-title data-employer>   does it by itself, and turns into a link
 *                                                           to /my once the application is sent
 */
import { read } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { el, fill, find, icon, need, on } from "../lib/dom.js";
import { notify } from "../lib/notice.js";
import { t } from "../lib/texts.js";

/**
 * @typedef {{id: string, stage: string}} Sent
 * @typedef {{job: string, title: string, employer: string, room?: string, onDone?: (sent: Sent) => void}} Wish
 * @typedef {Record<string, string> & {is_complete: boolean}} Profile
 */

const FACTS = ["full_name", "headline", "place", "experience", "education", "phone", "email"];

/** @type {Wish | null} */
let wish = null;
/** @type {Sent | null} */
let sent = null;

/**
 * @param {HTMLElement} dialog
 * @param {string} name of the control
 * @param {string} value
 */
function setControl(dialog, name, value) {
  const control = dialog.querySelector(`[name="${name}"]`);
  if (control instanceof HTMLInputElement) control.value = value;
}

/**
 * @param {HTMLElement} dialog
 * @param {string} name of a fact
 * @param {string} value
 */
function showFact(dialog, name, value) {
  fill(dialog, { [name]: value || t("not filled in") });
  find(dialog, `[data-fill="${name}"]`)?.classList.toggle("muted", !value);
}

/**
 * @param {HTMLElement} dialog
 * @param {Profile} profile
 */
function showProfile(dialog, profile) {
  for (const name of FACTS) showFact(dialog, name, profile[name] ?? "");
  const missing = dialog.querySelector("[data-missing]");
  if (!(missing instanceof HTMLFieldSetElement)) return;
  missing.hidden = missing.disabled = profile.is_complete;
  if (!profile.is_complete) {
    setControl(dialog, "full_name", profile.full_name ?? "");
    setControl(dialog, "phone", profile.phone ?? "");
  }
}

/** @param {Wish} wanted */
export async function openApply(wanted) {
  const dialog = find(document, "#apply");
  if (!dialog) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    return;
  }
  wish = wanted;
  sent = null;
  const form = need("form", dialog);
  form.dataset.api = `POST /api/jobs/${encodeURIComponent(wanted.job)}/applications`;
  fill(dialog, { job: wanted.title, employer: wanted.employer });
  setControl(dialog, "room", wanted.room ?? "");
  const errors = need("[data-errors]", dialog);
  errors.hidden = true;
  const send = need("button[type='submit']", dialog);
  send.toggleAttribute("disabled", true);
  openDialog("apply");
  try {
    showProfile(dialog, await read("/api/profile"));
    send.toggleAttribute("disabled", false);
    const empty = [...dialog.querySelectorAll("[data-missing]:not([hidden]) input")].find((input) => input instanceof HTMLInputElement && !input.value);
    if (empty instanceof HTMLElement) empty.focus();
    else send.focus();
  } catch {
    errors.textContent = t("Your profile could not be read just now. Close this and try again.");
    errors.hidden = false;
  }
}

/** @returns {Promise<Set<string>>} jobs with an application of the reader that was not taken back */
export async function applied() {
  /** @type {{job: string, stage: string}[]} */
  const mine = await read("/api/applications/mine");
  return new Set(mine.filter((one) => one.stage !== "withdrawn").map((one) => one.job));
}

/** @param {HTMLElement} button */
function settle(button) {
  const where = { class: "btn btn-lg btn-block", href: "/my", "data-testid": "applied" };
  const link = el("a", where, icon("check-circle"), el("span", {}, t("Applied: see where it stands")));
  const hadFocus = document.activeElement === button;
  button.replaceWith(link);
  if (hadFocus) link.focus();
}

async function start() {
  const dialog = find(document, "#apply");
  dialog?.addEventListener("done", (event) => {
    if (event instanceof CustomEvent) sent = event.detail;
  });
  dialog?.addEventListener("close", () => {
    if (!wish || !sent) return;
    notify(t("Sent to %(employer)s. The answer appears under “My applications”.", { employer: wish.employer }), { kind: "ok" });
    wish.onDone?.(sent);
    wish = null;
  });
  if (dialog) {
    on(dialog, "input", "[data-missing] input", (_event, input) => {
      if (input instanceof HTMLInputElement) showFact(dialog, input.name, input.value.trim());
    });
  }
  on(document, "click", "[data-apply-job]", (_event, button) => {
    const { applyJob = "", title = "", employer = "" } = button.dataset;
    void openApply({ job: applyJob, title, employer, onDone: () => settle(button) });
  });
  const buttons = [...document.querySelectorAll("button[data-apply-job]")];
  if (!dialog || buttons.length === 0) return;
  const jobs = await applied();
  for (const button of buttons) {
    if (button instanceof HTMLElement && jobs.has(button.dataset.applyJob ?? "")) settle(button);
  }
}

void start();
