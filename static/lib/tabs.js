// @ts-check
/**
 * Panels on one page: <div role="tablist" data-tabs> as ui.tablist() writes it. Arrow keys move,
 * the panel not chosen is hidden, and the bubbling event "tab" (detail: panel id) tells the page.
 *
 *   startTabs(root?) · chooseTab(panelId)
 */
import { find, on } from "./dom.js";

/** @param {HTMLElement} tab */
function choose(tab) {
  const list = tab.closest("[data-tabs]");
  for (const other of list?.querySelectorAll("[role='tab']") ?? []) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    if (other instanceof HTMLElement) other.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !chosen;
  }
  tab.dispatchEvent(new CustomEvent("tab", { bubbles: true, detail: tab.getAttribute("aria-controls") }));
}

/** @param {string} panelId */
export function chooseTab(panelId) {
  const tab = find(document, `[role="tab"][aria-controls="${CSS.escape(panelId)}"]`);
  if (tab) choose(tab);
}

/** @param {Document | HTMLElement} [root] */
export function startTabs(root = document) {
  for (const tab of root.querySelectorAll("[data-tabs] [role='tab'][aria-selected='true']")) {
    if (tab instanceof HTMLElement) choose(tab);
  }
  on(root, "click", "[data-tabs] [role='tab']", (_event, tab) => choose(tab));
  on(root, "keydown", "[data-tabs] [role='tab']", (event, tab) => {
    const step = event instanceof KeyboardEvent ? { ArrowRight: 1, ArrowLeft: -1 }[event.key] : 0;
    if (!step) return;
    const tabs = [...(tab.closest("[data-tabs]")?.querySelectorAll("[role='tab']") ?? [])];
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    if (next instanceof HTMLElement) {
      choose(next);
      next.focus();
    }
  });
}
