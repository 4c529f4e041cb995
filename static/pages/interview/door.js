// @ts-check
/** The check: one row each for camera, microphone, speaker and network, and the choice of devices. */
import { read } from "../../lib/api.js";
import { find, fill, icon, need, on } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";
import { TEST_TONE, Meter, play } from "../../live/sound.js";

/** @typedef {import("../../live/devices.js").Devices} Devices */
/** @typedef {"ok" | "warn" | "bad" | "busy" | ""} State */

const SLOW_MS = 400;
const METER_EVERY_MS = 100;
const QUIET_AFTER_MS = 6000;

/**
 * @param {string} name of the row
 * @param {State} state
 * @param {string} note
 */
export function mark(name, state, note) {
  const row = need(`[data-check="${name}"]`);
  row.className = `check-row${state && state !== "busy" ? ` check-${state}` : ""}`;
  fill(row, { note });
  const lead = row.firstElementChild;
  const kind = { camera: "video", microphone: "mic", speaker: "speaker", network: "signal" }[name] ?? "info";
  if (state === "busy" && lead?.matches(".icon")) {
    const spinner = document.createElement("span");
    spinner.className = "spinner";
    spinner.setAttribute("aria-hidden", "true");
    lead.replaceWith(spinner);
  } else if (state !== "busy" && !lead?.matches(".icon")) lead?.replaceWith(icon(kind));
  const verdict = row.children[2];
  const sign = state === "ok" ? "check" : state === "warn" || state === "bad" ? "alert" : "";
  verdict?.replaceWith(sign ? icon(sign) : document.createElement("span"));
}

/** @type {Record<string, () => string>} */
const CAMERA = {
  denied: () => t("The browser blocks the camera."),
  missing: () => t("No camera found. Sound alone is enough."),
  busy: () => t("Another program is using the camera."),
  insecure: () => t("This address is not secure, so the camera stays off."),
  failed: () => t("The camera did not start."),
};
/** @type {Record<string, () => string>} */
const MICROPHONE = {
  denied: () => t("The browser blocks the microphone."),
  missing: () => t("No microphone found. You can still write."),
  busy: () => t("Another program is using the microphone."),
  insecure: () => t("This address is not secure, so the microphone stays off."),
  failed: () => t("The microphone did not start."),
};

/**
 * What the rows of camera and microphone say now.
 * @param {Devices} devices
 */
export function showDevices(devices) {
  const { camera, microphone } = devices.faults;
  if (devices.camera) mark("camera", "ok", t("You see yourself beside this."));
  else if (camera) mark("camera", camera === "missing" ? "warn" : "bad", CAMERA[camera]?.() ?? "");
  else mark("camera", "", t("Switched off. You can switch it on at any time."));
  if (devices.microphone) mark("microphone", devices.isMuted ? "warn" : "ok", devices.isMuted ? t("Muted. Nobody hears you.") : t("Speak, and the bar moves."));
  else if (microphone) mark("microphone", "bad", MICROPHONE[microphone]?.() ?? "");
}

/** Whether the house answers, and how fast; `isOnline` is the state of the room's socket. */
export async function checkNetwork(/** @type {boolean} */ isOnline) {
  if (!isOnline) return mark("network", "busy", t("Reaching the interview room…"));
  /** @type {number[]} */
  const took = [];
  try {
    for (let round = 0; round < 3; round += 1) {
      const start = performance.now();
      await read("/healthz");
      took.push(performance.now() - start);
    }
  } catch {
    return mark("network", "bad", t("The interview room does not answer. Check your network."));
  }
  const ms = Math.round(Math.min(...took));
  if (ms > SLOW_MS) return mark("network", "warn", t("Slow: answers take %(ms)s ms. Sound alone may be better.", { ms }));
  mark("network", "ok", t("The room answers in %(ms)s ms.", { ms }));
}

/** The test tone, on every button that plays it. */
export function startSpeaker(/** @type {Devices} */ devices) {
  on(document, "click", "[data-tone]", (_event, button) => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    mark("speaker", "", t("Did you hear three notes?"));
    const heard = find(document, "[data-heard]");
    if (heard) heard.hidden = false;
    play(TEST_TONE, devices.wishes.speaker).finally(() => button.removeAttribute("aria-busy"));
  });
  on(document, "click", "[data-heard]", (_event, button) => {
    button.hidden = true;
    mark("speaker", "ok", t("You hear it."));
  });
}

/** Keeps every meter of the page moving with the microphone that is chosen. */
export class Meters {
  /** @param {Devices} devices */
  constructor(devices) {
    this.devices = devices;
    /** @type {Meter | null} */
    this.meter = null;
    /** @type {MediaStreamTrack | null} */
    this.track = null;
    this.heardAt = 0;
    devices.addEventListener("change", () => this.follow());
    setInterval(() => this.draw(), METER_EVERY_MS);
  }

  follow() {
    const track = this.devices.microphone;
    if (track === this.track) return;
    this.meter?.close();
    this.track = track;
    this.meter = track ? new Meter(track) : null;
    this.heardAt = performance.now();
  }

  draw() {
    if (document.hidden) return;
    const level = this.devices.isMuted ? 0 : (this.meter?.level() ?? 0);
    if (level > 0.25) this.heardAt = performance.now();
    for (const node of document.querySelectorAll("[data-meter]")) {
      if (!(node instanceof HTMLElement) || node.offsetParent === null) continue;
      const cells = [...node.children];
      const lit = Math.round(level * cells.length);
      node.setAttribute("aria-valuenow", String(lit));
      cells.forEach((cell, at) => cell.classList.toggle("on", at < lit));
    }
    const note = find(document, "[data-check='microphone'] [data-fill='note']");
    if (!note || !this.track || this.devices.isMuted) return;
    const isQuiet = performance.now() - this.heardAt > QUIET_AFTER_MS;
    const text = isQuiet ? t("Very quiet. Is it the right microphone?") : t("Speak, and the bar moves.");
    if (note.textContent !== text) note.textContent = text;
  }
}

const KINDS = /** @type {const} */ ({ camera: "cameras", microphone: "microphones", speaker: "speakers" });

/**
 * Fills every choice of a device; hides those with nothing to choose.
 * @param {Devices} devices
 */
export async function showChoices(devices) {
  const found = await devices.list();
  for (const select of document.querySelectorAll("select[data-device]")) {
    if (!(select instanceof HTMLSelectElement)) continue;
    const kind = /** @type {"camera" | "microphone" | "speaker"} */ (select.dataset.device);
    const list = found[KINDS[kind]];
    const chosen = kind === "speaker" ? devices.wishes.speaker : (devices[kind]?.getSettings().deviceId ?? devices.wishes[kind]);
    if (document.activeElement !== select) {
      select.replaceChildren(...list.map((device, at) => new Option(device.label || t("Device %(n)s", { n: at + 1 }), device.deviceId, false, device.deviceId === chosen)));
    }
    select.hidden = list.length < (select.closest(".check-row") ? 2 : 1);
    const none = find(document, `[data-device-none="${kind}"]`);
    if (none) none.hidden = list.length > 0;
  }
  const mayFlip = found.cameras.length > 1 && Boolean(devices.camera);
  for (const button of document.querySelectorAll("[data-flip]")) if (button instanceof HTMLElement) button.hidden = !mayFlip;
}
