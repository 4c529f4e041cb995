// @ts-check
/**
 * Two step curves on one time axis, as a chart wants them. Knows no document.
 *
 *   align([[t, n], …], [[t, n], …])   → [times, ns, ns]: at every change of either, both values
 */

/** @typedef {[number, number][]} Curve at each moment (Unix seconds) so many, until the next */

/**
 * @param {Curve} one
 * @param {Curve} other
 * @returns {[number[], number[], number[]]}
 */
export function align(one, other) {
  const times = [...new Set([...one, ...other].map(([at]) => at))].sort((a, b) => a - b);
  return [times, valuesAt(one, times), valuesAt(other, times)];
}

/**
 * @param {Curve} curve
 * @param {number[]} times in order
 * @returns {number[]}
 */
function valuesAt(curve, times) {
  let next = 0;
  let value = 0;
  return times.map((time) => {
    for (let point = curve[next]; point && point[0] <= time; point = curve[next]) {
      value = point[1];
      next += 1;
    }
    return value;
  });
}
