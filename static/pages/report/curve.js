// @ts-check
/**
 * Step curves on one time axis, as a chart wants them. Knows no document.
 *
 *   align([[t, n], …], [[t, n], …], …)   → [times, ns, ns, …]: at every change of any, all values
 */

/** @typedef {[number, number][]} Curve at each moment (Unix seconds) so many, until the next */

/**
 * @param {Curve[]} curves
 * @returns {[number[], ...number[][]]}
 */
export function align(...curves) {
  const times = [...new Set(curves.flatMap((curve) => curve.map(([at]) => at)))].sort((a, b) => a - b);
  return [times, ...curves.map((curve) => valuesAt(curve, times))];
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
