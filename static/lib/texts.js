// @ts-check
/**
 * The reader's language for words made in the browser.
 *
 *   t("Reconnecting…")                           the translation, or the English msgid itself
 *   t("%(n)s watching", {n: 12})                 gettext's named places
 *   language()                                   "zh-CN" | "en": for Intl
 *
 * A msgid used here must stand in server/locale/zh/browser_*.po: base.html embeds those as #texts.
 */

/** @type {Record<string, string> | null} */
let catalogue = null;

/** @returns {Record<string, string>} */
function load() {
  const node = typeof document === "undefined" ? null : document.getElementById("texts");
  return JSON.parse(node?.textContent || "{}");
}

/**
 * @param {string} template with %(name)s places
 * @param {Record<string, string | number>} params
 * @returns {string}
 */
export function interpolate(template, params) {
  return template.replace(/%\((\w+)\)s/g, (whole, name) => (name in params ? String(params[name]) : whole));
}

/**
 * @param {string} msgid
 * @param {Record<string, string | number>} [params]
 * @returns {string}
 */
export function t(msgid, params = {}) {
  catalogue ??= load();
  return interpolate(catalogue[msgid] || msgid, params);
}

/** @returns {string} a BCP 47 tag */
export function language() {
  return document.documentElement.lang || "en";
}
