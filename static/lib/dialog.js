// @ts-check
/**
 * Dialogs, sheets and menus.
 *
 *   data-open="id"    on a button: opens <dialog id>; the focus returns to it on close
 *   data-close        on a button inside: closes
 *   data-menu         on <details>: Escape and a tap outside close it, arrows move within
 *   openDialog(id) · closeDialog(id)
 *   confirm(question, yesWords?, grave?) → Promise<boolean>   a dialog of ours, never window.confirm
 *   startDialogs(root?)
 */
import { el, find, on } from "./dom.js";
import { t } from "./texts.js";

/**
 * @param {string} id
 * @returns {HTMLDialogElement | null}
 */
function dialogOf(id) {
  const node = document.getElementById(id);
  return node instanceof HTMLDialogElement ? node : null;
}

/** @param {string} id */
export function openDialog(id) {
  const dialog = dialogOf(id);
  if (dialog && !dialog.open) dialog.showModal();
}

/** @param {string} id */
export function closeDialog(id) {
  dialogOf(id)?.close();
}

/**
 * @param {string} question
 * @param {string} [yes] words of the button that goes on
 * @param {boolean} [grave] paints it as one that destroys
 * @returns {Promise<boolean>}
 */
export function confirm(question, yes, grave = false) {
  return new Promise((resolve) => {
    const close = (/** @type {string} */ answer) => () => dialog.close(answer);
    const dialog = el("dialog", { class: "sheet", "aria-labelledby": "confirm-title" },
      el("div", { class: "sheet-head" }, el("h2", { id: "confirm-title" }, question)),
      el("div", { class: "sheet-foot" },
        el("button", { type: "button", class: "btn", onclick: close("no") }, el("span", {}, t("Cancel"))),
        el("button", { type: "button", class: `btn btn-${grave ? "stop" : "primary"}`, "data-testid": "confirm-yes", onclick: close("yes") }, el("span", {}, yes || t("Confirm")))));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** @param {HTMLDetailsElement} menu */
function closeMenu(menu) {
  if (!menu.open) return;
  menu.open = false;
  if (menu.contains(document.activeElement)) find(menu, "summary")?.focus();
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLDetailsElement} menu
 */
function moveInMenu(event, menu) {
  if (event.key === "Escape") return closeMenu(menu);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !menu.open) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll("a, button")].filter((item) => item instanceof HTMLElement && item.offsetParent !== null);
  const at = items.findIndex((item) => item === document.activeElement);
  const next = items[(at + step + items.length) % items.length];
  if (next instanceof HTMLElement) next.focus();
}

/**
 * A tap on the backdrop lands on the dialog itself, outside its box.
 * @param {MouseEvent} event
 * @param {HTMLDialogElement} dialog
 */
function closeFromBackdrop(event, dialog) {
  if (event.target !== dialog || event.detail === 0) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) dialog.close();
}

/** @param {Document | HTMLElement} [root] */
export function startDialogs(root = document) {
  on(root, "click", "[data-open]", (_event, button) => openDialog(button.dataset.open ?? ""));
  on(root, "click", "[data-close]", (_event, button) => button.closest("dialog")?.close());
  on(root, "click", "dialog", (event, dialog) => {
    if (event instanceof MouseEvent && dialog instanceof HTMLDialogElement) closeFromBackdrop(event, dialog);
  });
  on(root, "keydown", "details[data-menu]", (event, menu) => {
    if (event instanceof KeyboardEvent && menu instanceof HTMLDetailsElement) moveInMenu(event, menu);
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (menu instanceof HTMLDetailsElement && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    }
  });
}
