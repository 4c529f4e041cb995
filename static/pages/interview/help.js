// @ts-check
/** Help with a camera or microphone that cannot be had: the block for its cause and this browser. */
import { closeDialog, openDialog } from "../../lib/dialog.js";
import { on } from "../../lib/dom.js";
import { browserOf } from "./words.js";

/** @typedef {import("../../live/devices.js").Devices} Devices */

/** @param {Devices} devices */
function draw(devices) {
  const fault = devices.faults.camera ?? devices.faults.microphone ?? "failed";
  const browser = browserOf(navigator.userAgent);
  for (const block of document.querySelectorAll("[data-fault]")) {
    if (block instanceof HTMLElement) block.hidden = block.dataset.fault !== fault;
  }
  for (const block of document.querySelectorAll("[data-how]")) {
    if (block instanceof HTMLElement) block.hidden = block.dataset.how !== browser;
  }
}

/** @param {Devices} devices */
export function startHelp(devices) {
  on(document, "click", "[data-help]", () => {
    draw(devices);
    openDialog("help");
  });
  on(document, "click", "[data-retry]", async () => {
    await devices.start();
    if (devices.faults.camera || devices.faults.microphone) draw(devices);
    else closeDialog("help");
  });
  on(document, "click", "[data-no-camera]", () => void devices.setCamera(false));
}
