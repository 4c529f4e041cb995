// @ts-check
/**
 * Pay as people read it; the same rule as server/base/words.py. Knows no document.
 *
 *   payText(6500, 8500, "month", "en")   "¥6,500–8,500 / month"
 *   payText(18000, 28000, "月", "zh-CN") "¥1.8万–2.8万 / 月"
 */

/**
 * @param {number} yuan
 * @param {string} language
 * @returns {string}
 */
function amount(yuan, language) {
  const inWan = language.startsWith("zh") && yuan >= 10_000 && yuan % 1_000 === 0;
  return inWan ? `${yuan / 10_000}万` : String(yuan).replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * @param {number} low whole yuan
 * @param {number} high whole yuan
 * @param {string} unit the translated word
 * @param {string} language a BCP 47 tag
 * @returns {string}
 */
export function payText(low, high, unit, language) {
  const amounts = [...new Set([low, high])].map((yuan) => amount(yuan, language));
  return `¥${amounts.join("–")} / ${unit}`;
}
