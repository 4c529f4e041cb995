// @ts-check
/** Gives a page's address to others: the phone's share sheet, or the clipboard. */
import { notify } from "../lib/notice.js";
import { t } from "../lib/texts.js";

/**
 * @param {string} path
 * @param {string} title
 */
export async function shareAddress(path, title) {
  const url = new URL(path, location.href).href;
  try {
    if (navigator.share && matchMedia("(pointer: coarse)").matches) return await navigator.share({ title, url });
    await navigator.clipboard.writeText(url);
    notify(t("Copied."), { kind: "ok" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return; // closed without sharing
    notify(url, { stay: true });
  }
}

/** @param {string} id of a read-only field whose text is copied */
export async function copyField(id) {
  const field = document.getElementById(id);
  if (!(field instanceof HTMLInputElement)) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    notify(t("Copied."), { kind: "ok" });
  } catch {
    notify(t("Selected. Copy it with your keyboard or a long press."));
  }
}
