// @ts-check
/** The picture and everything said about it: covers, the banner, tap for sound, sound only. */
import { clone, el, icon, need, on } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";
import { Playback } from "../../live/playback.js";
import { Player } from "../../live/whep.js";
import { bannerOf, coverOf } from "./words.js";

/** @typedef {import("../../live/connection.js").Connection} Connection */

const LOOK_MS = 1000;
/** Without a new frame for this long the picture stands still. */
const MOVING_MS = 2500;
const STORE = "daigang.sound-only";

export class Picture {
  /**
   * @param {string} room
   * @param {Connection} connection
   */
  constructor(room, connection) {
    this.connection = connection;
    this.video = /** @type {HTMLVideoElement} */ (need("#video"));
    this.playback = new Playback(this.video, { changed: () => this.draw() });
    this.player = new Player({
      url: `/live/${room}/whep`,
      picture: sessionStorage.getItem(STORE) !== "1",
      changed: () => this.draw(),
      arrived: (stream) => this.playback.show(stream),
    });
    /** @type {"waiting" | "live" | "away" | "ended"} */
    this.phase = "waiting";
    this.movedAtMs = -Infinity;
    this.stillSinceMs = performance.now();
    this.shown = "";
    on(document, "click", "[data-unmute]", () => this.playback.unmute());
    on(document, "click", "[data-sound-only]", () => this.setPicture(!this.player.picture));
    on(document, "click", "[data-picture]", () => this.setPicture(true));
    setInterval(() => this.look(), LOOK_MS);
  }

  /** @param {"waiting" | "live" | "away" | "ended"} phase */
  show(phase) {
    const isNew = this.phase !== phase;
    this.phase = phase;
    if (phase === "ended") {
      this.player.over();
      this.playback.show(null);
    } else this.player.start();
    if (isNew) this.stillSinceMs = performance.now();
    this.draw();
  }

  /** @param {boolean} picture */
  setPicture(picture) {
    sessionStorage.setItem(STORE, picture ? "0" : "1");
    this.player.setPicture(picture);
    this.stillSinceMs = performance.now();
    this.draw();
  }

  look() {
    const now = performance.now();
    if (this.playback.isMoving()) this.movedAtMs = now;
    if (this.phase !== "live" || this.player.state !== "live" || now - this.movedAtMs < MOVING_MS) this.stillSinceMs = now;
    this.draw();
  }

  /** @returns {import("./words.js").Facts} */
  facts() {
    const { connection, player } = this;
    const now = performance.now();
    return {
      phase: this.phase,
      connection: connection.state,
      why: connection.why,
      isOnline: navigator.onLine,
      player: player.state,
      problem: player.problem,
      isMoving: now - this.movedAtMs < MOVING_MS,
      stillMs: now - this.stillSinceMs,
      isSoundOnly: !player.picture,
    };
  }

  draw() {
    const facts = this.facts();
    const cover = coverOf(facts);
    for (const art of document.querySelectorAll("[data-art]")) if (art instanceof HTMLElement) art.hidden = art.dataset.art !== cover;
    need("[data-unmute]").hidden = !this.playback.isSilenced || this.phase !== "live" || this.player.state !== "live";
    need("[data-sound-only]").setAttribute("aria-pressed", String(facts.isSoundOnly));
    this.drawBanner(bannerOf(facts));
  }

  /** @param {import("./words.js").Banner | null} words */
  drawBanner(words) {
    const key = JSON.stringify(words);
    if (key === this.shown) return;
    this.shown = key;
    if (!words) return need("#banner").replaceChildren();
    const banner = clone("t-banner");
    banner.className = `banner${words.kind ? ` banner-${words.kind}` : ""}`;
    need("p", banner).textContent = words.text;
    banner.querySelector("svg")?.replaceWith(words.isBusy ? el("span", { class: "spinner", "aria-hidden": "true" }) : icon(words.kind ? "alert" : "info"));
    if (words.action) {
      const run = words.action === "reload" ? () => location.reload() : () => this.player.start();
      banner.append(el("button", { type: "button", class: "btn btn-sm", onclick: run }, words.action === "reload" ? t("Reload") : t("Try again")));
    }
    need("#banner").replaceChildren(banner);
  }
}
