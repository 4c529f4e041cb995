// @ts-check
/**
 * Makes <form data-api="POST /api/…"> and <button data-api="DELETE /api/…"> speak JSON.
 *
 * Attributes, on the form or the button
 *   data-api      method and address
 *   data-then     where to go, filled from the answer ("/jobs/{id}"); "event" stays and only
 *                 dispatches the bubbling CustomEvent "done" (detail: the answer); none reloads the page
 *   data-confirm  a question asked in a dialog first
 *   data-done     words for a notice when it stays (with data-then="event")
 *   data-body     on a button: JSON to send
 *   data-pending  on the submit button: its words while waiting
 *   data-keep-empty  on a control: send "" instead of leaving it out
 * Controls: data-type and dotted names as in fields.js. A refusal shows its sentence in [data-errors]
 * and its `fields` beside their controls (#<id>-error), and moves the focus to the first.
 *
 *   startForms(root?)   busy(button, words?) → done()   both also for view modules
 */
import { newKey, Problem, send } from "./api.js";
import { confirm } from "./dialog.js";
import { find, on } from "./dom.js";
import { Attempt, collect, fillAddress, readApi } from "./fields.js";
import { notify } from "./notice.js";
import { t } from "./texts.js";

/** @type {WeakMap<HTMLElement, Attempt>} */
const attempts = new WeakMap();

/**
 * Shows words on a button while something runs.
 * @param {HTMLButtonElement} button
 * @param {string} [words]
 * @returns {() => void} puts the button back
 */
export function busy(button, words = button.dataset.pending ?? t("Please wait…")) {
  const label = find(button, "span");
  const before = label?.textContent ?? "";
  button.setAttribute("aria-busy", "true");
  if (label) label.textContent = words;
  return () => {
    button.removeAttribute("aria-busy");
    if (label) label.textContent = before;
  };
}

/**
 * @param {HTMLFormElement} form
 * @returns {import("./fields.js").Field[]}
 */
function readFields(form) {
  /** @type {import("./fields.js").Field[]} */
  const fields = [];
  for (const control of form.elements) {
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement || control instanceof HTMLTextAreaElement)) continue;
    if (!control.name || control.disabled) continue;
    const { name } = control;
    const type = control.dataset.type ?? "";
    const keepEmpty = "keepEmpty" in control.dataset;
    if (control instanceof HTMLInputElement && control.type === "checkbox") {
      if (type === "boolean") fields.push({ name, value: control.checked });
      else if (control.checked) fields.push({ name, value: control.value, type });
    } else if (control instanceof HTMLInputElement && control.type === "radio") {
      if (control.checked) fields.push({ name, value: control.value, type });
    } else fields.push({ name, value: control.value, type, keepEmpty });
  }
  return fields;
}

/** @param {HTMLFormElement} form */
function clearErrors(form) {
  const summary = find(form, "[data-errors]");
  if (summary) summary.hidden = true;
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  for (const error of form.querySelectorAll(".error")) error.textContent = "";
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name of the control
 * @param {string} message
 * @returns {HTMLElement | null} the control, marked
 */
function markField(form, name, message) {
  const control = find(form, `[name="${CSS.escape(name)}"]`);
  if (!control) return null;
  control.setAttribute("aria-invalid", "true");
  const ids = (control.getAttribute("aria-describedby") ?? "").split(/\s+/);
  const error = ids.map((id) => document.getElementById(id)).find((node) => node?.classList.contains("error"));
  if (error) error.textContent = message;
  return control;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} sentence
 * @param {Record<string, string>} [fields]
 */
function showErrors(form, sentence, fields = {}) {
  const summary = find(form, "[data-errors]");
  const loose = Object.entries(fields).filter(([name, message]) => !markField(form, name, message)).map(([, message]) => message);
  if (summary) {
    summary.textContent = [sentence, ...loose].filter(Boolean).join(" ");
    summary.hidden = summary.textContent === "";
  } else notify(sentence, { kind: "bad" });
  const first = find(form, "[aria-invalid='true']") ?? summary;
  first?.focus();
}

/**
 * The browser knows what is missing; we show it our way.
 * @param {HTMLFormElement} form
 * @returns {boolean}
 */
function isComplete(form) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const control of form.elements) {
    if ((control instanceof HTMLInputElement || control instanceof HTMLSelectElement || control instanceof HTMLTextAreaElement)
      && !control.validity.valid) fields[control.name] ??= control.validity.valueMissing ? t("Please fill this in.") : control.validationMessage;
  }
  if (Object.keys(fields).length === 0) return true;
  showErrors(form, t("Some fields need attention."), fields);
  return false;
}

/**
 * @param {HTMLElement} element
 * @param {unknown} body
 */
async function request(element, body) {
  const { method, url } = readApi(element.dataset.api ?? "");
  const attempt = attempts.get(element) ?? new Attempt(newKey);
  attempts.set(element, attempt);
  const key = attempt.keyFor(`${method} ${url} ${JSON.stringify(body)}`);
  try {
    const answer = await send(method, url, body, { key });
    attempt.settle();
    return answer;
  } catch (error) {
    if (error instanceof Problem && error.status < 500) attempt.settle();
    throw error;
  }
}

/**
 * @param {HTMLElement} element
 * @param {any} answer
 */
function follow(element, answer) {
  const then = element.dataset.then ?? "";
  element.dispatchEvent(new CustomEvent("done", { bubbles: true, detail: answer }));
  if (then === "event") {
    if (element.dataset.done) notify(element.dataset.done, { kind: "ok" });
    element.closest("dialog")?.close();
  } else if (then) location.assign(fillAddress(then, answer));
  else location.reload();
}

/**
 * @param {HTMLElement} element
 * @param {HTMLButtonElement | null} button
 * @param {unknown} body
 * @param {(sentence: string, fields?: Record<string, string>) => void} refuse
 */
async function run(element, button, body, refuse) {
  if (button?.getAttribute("aria-busy") === "true") return;
  const grave = button?.matches(".btn-danger, .btn-stop") ?? false;
  if (element.dataset.confirm && !(await confirm(element.dataset.confirm, button?.textContent?.trim(), grave))) return;
  const restore = button ? busy(button) : () => {};
  try {
    follow(element, await request(element, body));
    if (element.dataset.then === "event") restore();
  } catch (error) {
    restore();
    if (error instanceof Problem) refuse(error.detail, error.fields);
    else if (error instanceof TypeError) refuse(t("No connection. Nothing was lost; please try again."));
    else throw error;
  }
}

/**
 * @param {Document | HTMLElement} [root]
 * @returns {() => void} stops
 */
export function startForms(root = document) {
  const stopForms = on(root, "submit", "form[data-api]", (event, form) => {
    event.preventDefault();
    if (!(form instanceof HTMLFormElement)) return;
    clearErrors(form);
    if (!isComplete(form)) return;
    const submitter = event instanceof SubmitEvent && event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    const button = submitter ?? form.querySelector("button[type='submit'], button:not([type])");
    const body = collect(readFields(form));
    void run(form, button instanceof HTMLButtonElement ? button : null, body, (sentence, fields) => showErrors(form, sentence, fields));
  });
  const stopButtons = on(root, "click", "button[data-api]", (_event, button) => {
    if (!(button instanceof HTMLButtonElement)) return;
    const body = button.dataset.body ? JSON.parse(button.dataset.body) : undefined;
    void run(button, button, body, (sentence) => notify(sentence, { kind: "bad" }));
  });
  return () => {
    stopForms();
    stopButtons();
  };
}
