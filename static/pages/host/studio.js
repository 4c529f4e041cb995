// @ts-check
/** Camera, microphone and going live: the preview, the meter, the choice of devices, the stream's health. */
import { fill, icon, need, on } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";
import { Devices } from "../../live/devices.js";
import { Health } from "../../live/health.js";
import { Meter } from "../../live/sound.js";
import { Publisher } from "../../live/whip.js";
import { healthOf } from "./words.js";

const QUALITY = "daigang.quality";
/** @type {Record<string, {width: number, height: number, maxBitrate: number}>} */
const QUALITIES = {
  360: { width: 640, height: 360, maxBitrate: 700_000 },
  540: { width: 960, height: 540, maxBitrate: 1_500_000 },
  720: { width: 1280, height: 720, maxBitrate: 2_500_000 },
};
const LOOK_MS = 2000;
const METER_MS = 100;

export class Studio {
  /** @param {{room: string, changed: () => void}} parts */
  constructor({ room, changed }) {
    this.changed = changed;
    this.quality = localStorage.getItem(QUALITY) ?? "540";
    const { maxBitrate, ...picture } = this.asked();
    this.devices = new Devices({ ...picture, frameRate: 25 });
    this.publisher = new Publisher({ url: `/live/${room}/whip`, maxBitrate, changed });
    this.health = new Health();
    this.preview = /** @type {HTMLVideoElement} */ (need("#preview"));
    /** @type {Meter | null} */
    this.meter = null;
    /** @type {MediaStreamTrack | null} */
    this.heard = null;
    /** Another page of this browser that goes live takes over at once. */
    this.others = new BroadcastChannel(`daigang.on-air.${room}`);
    this.others.addEventListener("message", () => this.publisher.isWanted && this.publisher.finish("ended"));
    this.devices.addEventListener("change", () => this.take());
    this.startControls();
    setInterval(() => this.drawMeter(), METER_MS);
    setInterval(() => void this.look(), LOOK_MS);
  }

  asked() {
    return QUALITIES[this.quality] ?? { width: 960, height: 540, maxBitrate: 1_500_000 };
  }

  /** Publishes, asking for the devices first where they are not there yet. */
  async goLive() {
    if (!this.devices.isStarted) await this.devices.start();
    this.others.postMessage("taken");
    this.publisher.start();
  }

  startControls() {
    on(document, "click", "[data-switch]", (_event, button) => {
      const { devices } = this;
      if (button.dataset.switch === "microphone") void devices.setMicrophone(devices.isMuted || !devices.microphone);
      else void devices.setCamera(!devices.camera);
    });
    on(document, "click", "[data-retry]", () => void this.devices.start());
    on(document, "click", "[data-open=devices]", () => void this.list());
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.list());
    for (const kind of /** @type {const} */ (["camera", "microphone"])) {
      const select = /** @type {HTMLSelectElement} */ (need(`#choose-${kind}`));
      select.addEventListener("change", () => void this.devices.choose(kind, select.value));
    }
    const quality = /** @type {HTMLSelectElement} */ (need("#choose-quality"));
    quality.value = this.quality;
    quality.addEventListener("change", () => void this.setQuality(quality.value));
  }

  /** @param {string} quality */
  async setQuality(quality) {
    this.quality = quality;
    localStorage.setItem(QUALITY, quality);
    const { width, height, maxBitrate } = this.asked();
    this.devices.picture = { ...this.devices.picture, width: { ideal: width }, height: { ideal: height } };
    await this.publisher.setMaxBitrate(maxBitrate);
    if (this.devices.camera) await this.devices.open("camera");
  }

  /** The tracks are other ones: to the preview, the meter and the stream. */
  take() {
    const { camera, microphone, stream, faults, isMuted } = this.devices;
    this.publisher.setTrack("video", camera);
    this.publisher.setTrack("audio", microphone);
    if (this.preview.srcObject !== stream) this.preview.srcObject = stream;
    this.preview.play().catch(() => {}); // nothing to show yet
    this.preview.classList.toggle("mirror", camera?.getSettings().facingMode === "user");
    if (this.heard !== microphone) {
      this.meter?.close();
      this.meter = microphone ? new Meter(microphone) : null;
      this.heard = microphone;
    }
    const noCamera = need("#no-camera");
    noCamera.hidden = Boolean(camera);
    fill(noCamera, { why: !this.devices.isStarted ? t("The camera is off.") : faults.camera ? whyNot(faults.camera) : t("The camera is off. Viewers hear you.") });
    this.mark("camera", Boolean(camera), ["video", "video-off"]);
    this.mark("microphone", Boolean(microphone) && !isMuted, ["mic", "mic-off"]);
    void this.list();
    this.changed();
  }

  /**
   * @param {string} kind
   * @param {boolean} isOn
   * @param {[string, string]} icons
   */
  mark(kind, isOn, icons) {
    const button = need(`[data-switch=${kind}]`);
    button.setAttribute("aria-pressed", String(isOn));
    button.querySelector("svg")?.replaceWith(icon(icons[isOn ? 0 : 1]));
  }

  async list() {
    const { cameras, microphones } = await this.devices.list();
    this.options("camera", cameras, this.devices.camera);
    this.options("microphone", microphones, this.devices.microphone);
  }

  /**
   * @param {"camera" | "microphone"} kind
   * @param {MediaDeviceInfo[]} found
   * @param {MediaStreamTrack | null} track
   */
  options(kind, found, track) {
    const select = /** @type {HTMLSelectElement} */ (need(`#choose-${kind}`));
    const none = kind === "camera" ? t("No camera found") : t("No microphone found");
    select.replaceChildren(...(found.length ? found.map(({ deviceId, label }, n) => new Option(label || `${n + 1}`, deviceId)) : [new Option(none, "")]));
    const used = track?.getSettings().deviceId;
    if (used) select.value = used;
  }

  drawMeter() {
    const cells = need("[data-meter]");
    const lit = Math.round((this.devices.isMuted ? 0 : this.meter?.level() ?? 0) * cells.children.length);
    if (Number(cells.getAttribute("aria-valuenow")) === lit) return;
    cells.setAttribute("aria-valuenow", String(lit));
    [...cells.children].forEach((cell, n) => cell.classList.toggle("on", n < lit));
  }

  async look() {
    const badge = need("#health");
    const { peer, state } = this.publisher;
    badge.hidden = state !== "live";
    if (state !== "live" || !peer) return void fill(need("#figures"), { kbps: "–", fps: "–", lost: "–", size: "–" });
    const isFirst = this.health.peer !== peer;
    const figures = await this.health.look(peer);
    if (isFirst) return void (badge.hidden = true);
    fill(need("#figures"), {
      kbps: t("%(n)s kb/s", { n: figures.kbps }), fps: t("%(n)s fps", { n: Math.round(figures.fps) }),
      lost: `${figures.lostPercent}%`, size: figures.height ? `${figures.width}×${figures.height}` : "–",
    });
    const { text, tone } = healthOf(figures, Boolean(this.devices.camera), performance.now() - this.publisher.liveAtMs);
    badge.className = `badge badge-${tone}`;
    if (badge.textContent !== text) badge.textContent = text;
  }
}

/**
 * @param {import("../../live/devices.js").Fault} fault
 * @returns {string}
 */
function whyNot(fault) {
  if (fault === "denied") return t("The browser does not allow the camera. Allow it beside the address, then try again.");
  if (fault === "missing") return t("No camera was found. Plug one in; it starts by itself.");
  if (fault === "busy") return t("Another program uses the camera. Close it, then try again.");
  if (fault === "insecure") return t("Browsers give cameras only to pages on HTTPS or on this very computer.");
  return t("The camera does not start. Try again or choose another one.");
}
