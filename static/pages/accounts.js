// @ts-check
/**
 * Pages of accounts: shows a secret once, copies it, and tidies up after forms.
 *
 *   data-makes="token|path"  with data-then="event": shows that part of the answer in the dialog
 *                            #made (a path as a full address); closing it reloads the lists
 *   data-shows="id"          shows that element when the form is done, and hides the form
 *   data-clears              empties the form when it is done
 *   data-copy="id"           copies the text of that input
 */
import { openDialog } from "../lib/dialog.js";
import { need, on } from "../lib/dom.js";
import { notify } from "../lib/notice.js";
import { t } from "../lib/texts.js";

/** @returns {HTMLInputElement} */
function madeText() {
  const input = need("#made-text");
  if (!(input instanceof HTMLInputElement)) throw new Error("#made-text is no input");
  return input;
}

/**
 * @param {string} part of the answer
 * @param {any} answer
 */
function showMade(part, answer) {
  const text = String(answer?.[part] ?? "");
  madeText().value = part === "path" ? new URL(text, location.href).href : text;
  need("#made").addEventListener("close", () => location.reload(), { once: true });
  openDialog("made");
  madeText().select();
}

/** @param {HTMLElement} form */
function finish(form) {
  if (form instanceof HTMLFormElement && "clears" in form.dataset) form.reset();
  if (form.dataset.shows) {
    const shown = need(`#${CSS.escape(form.dataset.shows)}`);
    form.hidden = true;
    shown.hidden = false;
    shown.focus();
  }
}

/** @param {HTMLInputElement} input */
async function copy(input) {
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
    notify(t("Copied."), { kind: "ok" });
  } catch {
    notify(t("Selected. Copy it with your keyboard or a long press."), { kind: "info" });
  }
}

on(document, "done", "[data-makes]", (event, element) => {
  if (event instanceof CustomEvent) showMade(element.dataset.makes ?? "", event.detail);
});
on(document, "done", "[data-shows], [data-clears]", (_event, element) => finish(element));
on(document, "click", "[data-copy]", (_event, button) => {
  const input = document.getElementById(button.dataset.copy ?? "");
  if (input instanceof HTMLInputElement) void copy(input);
});
