// @ts-check
/** One's own picture: mirrored, switched, and in the room moved from corner to corner. */
import { fill, find, icon, need, on } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";

/** @typedef {import("../../live/devices.js").Devices} Devices */

const STORE = "daigang.interview.corner";

export class SelfView {
  /** @param {Devices} devices */
  constructor(devices) {
    this.devices = devices;
    this.video = /** @type {HTMLVideoElement} */ (need("#self"));
    this.off = need("#self-off");
    this.frame = need("#call-self");
    /** @type {MediaStreamTrack | null} */
    this.track = null;
    devices.addEventListener("change", () => this.show());
    on(document, "click", "[data-device-switch]", (_event, button) => void this.flick(button));
    on(document, "click", "[data-flip]", () => void devices.flip());
    this.startCorners();
  }

  /** @param {HTMLElement} button */
  async flick(button) {
    const { devices } = this;
    if (button.dataset.deviceSwitch === "microphone") await devices.setMicrophone(devices.isMuted || !devices.microphone);
    else await devices.setCamera(!devices.camera);
  }

  /** @param {HTMLElement} place one of [data-place^=self] */
  moveTo(place) {
    if (this.video.parentElement !== place) place.prepend(this.video, this.off);
    this.track = null;
    this.show();
  }

  show() {
    const { camera, microphone, faults, isMuted } = this.devices;
    if (this.track !== camera) {
      this.track = camera;
      this.video.srcObject = camera ? this.devices.stream : null;
      if (camera) this.video.play().catch(() => {}); // a view that is being moved starts again by itself
    }
    this.video.classList.toggle("mirror", camera?.getSettings().facingMode !== "environment");
    this.off.hidden = Boolean(camera);
    fill(this.off, { why: faults.camera ? t("We cannot use your camera.") : t("Your camera is off.") });
    const help = find(this.off, "[data-help]");
    if (help) help.hidden = !faults.camera;
    this.mark("microphone", Boolean(microphone) && !isMuted, ["mic", "mic-off"]);
    this.mark("camera", Boolean(camera), ["video", "video-off"]);
  }

  /**
   * @param {string} kind
   * @param {boolean} isOn
   * @param {[string, string]} icons
   */
  mark(kind, isOn, icons) {
    for (const button of document.querySelectorAll(`[data-device-switch="${kind}"]`)) {
      if (button.getAttribute("aria-pressed") === String(isOn)) continue;
      button.setAttribute("aria-pressed", String(isOn));
      button.querySelector("svg")?.replaceWith(icon(icons[isOn ? 0 : 1]));
    }
  }

  /** The grip moves the picture: dragged to the nearest corner, or by click and key to the next. */
  startCorners() {
    const grip = need("#grip");
    this.place(localStorage.getItem(STORE) ?? "");
    /** @type {{x: number, y: number} | null} */
    let from = null;
    grip.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, y: event.clientY };
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener("pointermove", (event) => {
      if (from) this.frame.style.translate = `${event.clientX - from.x}px ${event.clientY - from.y}px`;
    });
    const drop = (/** @type {PointerEvent} */ event) => {
      if (!from) return;
      const isDrag = Math.hypot(event.clientX - from.x, event.clientY - from.y) > 12;
      from = null;
      this.frame.style.translate = "";
      if (!isDrag) return;
      const room = need("#call").getBoundingClientRect();
      const isLeft = event.clientX < room.left + room.width / 2;
      const isUp = event.clientY < room.top + room.height / 2;
      this.place(`${isLeft ? "left" : ""} ${isUp ? "up" : ""}`);
      grip.dataset.dragged = "true";
    };
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", drop);
    grip.addEventListener("click", () => {
      if (grip.dataset.dragged) return void delete grip.dataset.dragged;
      const order = [" ", "left ", "left up", " up"];
      const now = `${this.frame.classList.contains("call-self-left") ? "left" : ""} ${this.frame.classList.contains("call-self-up") ? "up" : ""}`;
      this.place(order[(order.indexOf(now) + 1) % order.length] ?? "");
    });
  }

  /** @param {string} corner words of "left" and "up" */
  place(corner) {
    this.frame.classList.toggle("call-self-left", corner.includes("left"));
    this.frame.classList.toggle("call-self-up", corner.includes("up"));
    localStorage.setItem(STORE, corner);
  }
}
