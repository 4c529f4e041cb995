// @ts-check
/**
 * Short notices at the foot of the page, read aloud by assistive technology.
 *
 *   notify("Saved", {kind: "ok" | "bad" | "info", action: {text, run}, stay: true}) → close()
 * A notice leaves after six seconds unless it stays, has an action, or the pointer or focus is on it.
 */
import { el, icon } from "./dom.js";
import { t } from "./texts.js";

const ICONS = { ok: "check-circle", bad: "alert", info: "info" };
const SHOWN_MS = 6000;

/**
 * An open dialog covers the page's own region, so it gets one of its own.
 * @param {Element | null} dialog
 * @returns {Element | null}
 */
function regionOf(dialog) {
  if (!dialog) return document.querySelector("[data-notices]");
  const own = dialog.querySelector("[data-notices]") ?? el("div", { class: "notices", role: "status", "data-notices": true });
  dialog.append(own);
  return own;
}

/**
 * @param {string} text
 * @param {{kind?: "ok" | "bad" | "info", action?: {text: string, run: () => void}, stay?: boolean}} [options]
 * @returns {() => void} closes it
 */
export function notify(text, { kind = "info", action, stay = false } = {}) {
  const region = regionOf(document.querySelector("dialog[open]"));
  const close = () => notice.remove();
  const notice = el("div", { class: `notice notice-${kind}` }, icon(ICONS[kind]), el("p", {}, text));
  if (action) {
    const { run, text: words } = action;
    notice.append(el("button", { type: "button", class: "btn btn-sm", onclick: () => { close(); run(); } }, words));
  }
  const cross = el("button", { type: "button", class: "btn btn-icon", "aria-label": t("Close"), onclick: close });
  cross.append(icon("close"));
  notice.append(cross);
  region?.append(notice);
  const leave = () => (notice.matches(":hover, :focus-within") ? void setTimeout(leave, 1000) : close());
  if (!stay && !action) setTimeout(leave, SHOWN_MS);
  return close;
}
