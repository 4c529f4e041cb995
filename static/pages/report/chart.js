// @ts-check
/**
 * The concurrency curve, drawn with uPlot in the fair's zone and the page's colours; it follows
 * the width of its place and the theme.
 *
 *   drawChart(place, {zone, curve, audience, front, hours})  → a function that takes it away
 */
import uPlot from "uplot";
import { language, t } from "../../lib/texts.js";
import { align } from "./curve.js";

/** @typedef {{zone: string, curve: import("./curve.js").Curve, audience: import("./curve.js").Curve, front: import("./curve.js").Curve, hours: [number, number] | null}} Shown */

/** @param {number} width */
const heightFor = (width) => (width < 600 ? 230 : 320);

/** @param {string} name a token of tokens.css */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * @param {string} zone
 * @returns {(seconds: number) => string}
 */
function clockIn(zone) {
  const words = new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
  return (seconds) => words.format(new Date(seconds * 1000));
}

/**
 * The fair's hours as a quiet band behind the curve.
 * @param {[number, number] | null} hours
 * @returns {(plot: uPlot) => void}
 */
function band(hours) {
  return ({ ctx, bbox, valToPos }) => {
    if (!hours) return;
    const left = Math.max(bbox.left, valToPos(hours[0], "x", true));
    const right = Math.min(bbox.left + bbox.width, valToPos(hours[1], "x", true));
    if (right <= left) return;
    ctx.save();
    ctx.fillStyle = colour("--sunken");
    ctx.globalAlpha = 0.55;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.restore();
  };
}

/**
 * @param {HTMLElement} place
 * @param {Shown} shown
 * @returns {uPlot}
 */
function plot(place, { zone, curve, audience, front, hours }) {
  const clock = clockIn(zone);
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const steps = uPlot.paths.stepped?.({ align: 1 });
  const axis = { stroke: colour("--ink-3"), font, grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
  /** @param {uPlot} _plot @param {number | null} value */
  const count = (_plot, value) => (value === null || value === undefined ? "–" : String(value));
  const paths = steps ? { paths: steps } : {};
  /** @type {uPlot.Options} */
  const options = {
    width: place.clientWidth,
    height: heightFor(place.clientWidth),
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
    cursor: { drag: { x: true, y: false }, points: { size: 7 } },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(4, Math.ceil(high * 1.1))] } },
    axes: [
      { ...axis, space: 64, values: (_plot, ticks) => ticks.map(clock) },
      { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
    ],
    series: [
      { label: t("Time"), value: (_plot, value) => (value === null ? "–" : clock(value)) },
      { label: t("Everybody"), stroke: colour("--ink-3"), width: 1.5, dash: [5, 4], points: { show: false }, value: count, ...paths },
      { label: t("Without crew"), stroke: colour("--brand"), fill: colour("--brand-soft"), width: 2, points: { show: false }, value: count, ...paths },
      { label: t("With the page in front"), stroke: colour("--live-ink"), width: 1.5, dash: [2, 3], points: { show: false }, value: count, ...paths },
    ],
    hooks: { drawClear: [band(hours)] },
  };
  return new uPlot(options, align(curve, audience, front), place);
}

/**
 * @param {HTMLElement} place
 * @param {Shown} shown
 * @returns {() => void}
 */
export function drawChart(place, shown) {
  let chart = plot(place, shown);
  const resized = new ResizeObserver(() => {
    if (place.clientWidth && place.clientWidth !== chart.width) chart.setSize({ width: place.clientWidth, height: heightFor(place.clientWidth) });
  });
  resized.observe(place);
  const theme = matchMedia("(prefers-color-scheme: dark)");
  const repaint = () => {
    chart.destroy();
    chart = plot(place, shown);
  };
  theme.addEventListener("change", repaint);
  return () => {
    resized.disconnect();
    theme.removeEventListener("change", repaint);
    chart.destroy();
  };
}
