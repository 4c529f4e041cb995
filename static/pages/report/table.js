// @ts-check
/**
 * How the rows of a table are ordered and chosen. Knows no document.
 *
 *   compareKeys("12", "9")       numbers by size, words by the reader's language, empty last
 *   isChosen(row, role, words)   whether a row is shown under this filter
 */

/**
 * @param {string} a
 * @param {string} b
 * @param {string} [locale]
 * @returns {number} below, at or above 0
 */
export function compareKeys(a, b, locale) {
  if (a === "" || b === "") return Number(a === "") - Number(b === "");
  const [one, other] = [Number(a), Number(b)];
  if (!Number.isNaN(one) && !Number.isNaN(other)) return one - other;
  return a.localeCompare(b, locale, { numeric: true });
}

/**
 * @param {{role: string, name: string}} row
 * @param {string} role "" for all
 * @param {string} words what the name must contain
 * @returns {boolean}
 */
export function isChosen(row, role, words) {
  const wanted = words.trim().toLocaleLowerCase();
  return (!role || row.role === role) && (!wanted || row.name.toLocaleLowerCase().includes(wanted));
}
