// @ts-check
/**
 * A room's socket that comes back by itself (rooms/PROTOCOL.md). Knows no document and no room's meaning.
 * Where WebSockets do not open it goes on by a stream of events, else by polling, and looks from time to
 * time whether they open now.
 *
 *   const connection = new Connection(room, {since, heard, changed});
 *   connection.start() · stop() · say(message) · hurry()     hurry: the network is back, do not wait for the backoff
 *   connection.state                          idle | connecting | live | reconnecting | stopped
 *   connection.why                            in "stopped": the close code's name; "" otherwise
 *   connection.seq                            the last seq seen
 *   connection.now()                          Unix seconds by the server's clock
 *
 * `heard` gets frames in order, each fact once: event, resync, ready, live, line. The server's beats stay
 * here: a socket on which nothing came for two and a half of them is dead.
 */

import { NO_SEAT, PollCarrier, SocketCarrier, StreamCarrier } from "./carriers.js";

/** @typedef {"idle" | "connecting" | "live" | "reconnecting" | "stopped"} ConnectionState */
/** @typedef {{type: "event", seq: number, prev: number, event: any}} EventFrame */
/** @typedef {{type: "resync", seq: number, state: any}} ResyncFrame */
/** @typedef {{type: "ready", seq: number, now: number, beat_every_s: number, seat?: string}} ReadyFrame */
/** @typedef {{type: "live", viewers: number, present: string[], publishing: string[], media_epoch: number}} LiveFrame */
/** @typedef {{type: "line", position: number, wait_low_min: number, wait_high_min: number}} LineFrame */
/** @typedef {{type: "beat"}} BeatFrame */
/** @typedef {EventFrame | ResyncFrame | ReadyFrame | LiveFrame | LineFrame | BeatFrame} Frame */

/**
 * What tests replace: the socket, the clock and chance.
 * @typedef {object} Surroundings
 * @property {new (url: string) => WebSocket} Socket
 * @property {typeof globalThis.fetch} fetch
 * @property {(run: () => void, ms: number) => any} setTimer
 * @property {(timer: any) => void} clearTimer
 * @property {() => number} nowMs
 * @property {() => number} chance 0…1
 * @property {() => boolean} isVisible
 * @property {string} base ws://host
 */

/**
 * @typedef {object} Options
 * @property {number | null} [since] the seq the page was drawn at; null asks for a resync
 * @property {(frame: Frame) => void} [heard]
 * @property {(state: ConnectionState, why: string) => void} [changed]
 * @property {Partial<Surroundings>} [surroundings]
 */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const OPEN_WITHIN_MS = 10_000;
/** So many of the server's beats may fail to come before the socket is held for dead. */
const DEAD_AFTER_BEATS = 2.5;
/** 4000–4499 and everything of the network: come back. From here on: do not. */
const FINAL_CODES = 4500;
/** @type {Record<number, string>} */
const REASONS = { 4500: "malformed", 4503: "forbidden", 4504: "not-found", 4505: "signed-out" };
const DONE = 1000;
/** A socket may fail to open so often before the others are tried, in turns with it. */
const SOCKET_TRIES = 2;
const CARRIERS = [SocketCarrier, StreamCarrier, PollCarrier];
const FIRST_PROBE_MS = 30_000;
const LONGEST_PROBE_MS = 600_000;

/**
 * @param {number} attempt 0 for the first wait
 * @param {number} chance 0…1
 * @returns {number} milliseconds; half of it is left to chance, so that a crowd does not come at once
 */
export function backoffMs(attempt, chance) {
  const whole = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
  return whole / 2 + (whole / 2) * chance;
}

/** @returns {Surroundings} the browser's own */
function browser() {
  const here = globalThis.location;
  return {
    Socket: globalThis.WebSocket,
    fetch: (...asked) => globalThis.fetch(...asked),
    setTimer: (run, ms) => setTimeout(run, ms),
    clearTimer: (timer) => clearTimeout(timer),
    nowMs: () => Date.now(),
    chance: () => Math.random(),
    isVisible: () => globalThis.document?.visibilityState !== "hidden",
    base: here ? `${here.protocol === "https:" ? "wss" : "ws"}://${here.host}` : "",
  };
}

export class Connection {
  /**
   * @param {string} room
   * @param {Options} [options]
   */
  constructor(room, { since = null, heard = () => {}, changed = () => {}, surroundings = {} } = {}) {
    this.room = room;
    this.seq = since;
    this.heard = heard;
    this.changed = changed;
    this.around = { ...browser(), ...surroundings };
    /** @type {ConnectionState} */
    this.state = "idle";
    this.why = "";
    /** @type {import("./carriers.js").Carrier | null} */
    this.carrier = null;
    /** How often in a row nothing came over the carrier that was tried. */
    this.failures = 0;
    this.hasHeard = false;
    /** A socket that is tried beside the carrier there is. @type {SocketCarrier | null} */
    this.probe = null;
    this.probeInMs = FIRST_PROBE_MS;
    /** @type {any} */
    this.probeTimer = null;
    this.attempts = 0;
    this.offsetS = 0;
    this.beatEveryMs = 15_000;
    this.beatAtMs = 0;
    this.heardAtMs = 0;
    /** A gap that the server could not fill is healed by a fresh start.
     * @type {number | null} */
    this.gapAt = null;
    /** @type {any} */
    this.timer = null;
  }

  /** @returns {number} Unix seconds by the server's clock */
  now() {
    return this.around.nowMs() / 1000 + this.offsetS;
  }

  start() {
    if (this.carrier || this.state === "connecting" || this.state === "reconnecting") return;
    this.turn("connecting");
    this.open();
  }

  /** Leaves the room; `start` comes back with what was missed. */
  stop() {
    this.drop(DONE);
    this.turn("idle");
  }

  /** The network or the page came back: try now. */
  hurry() {
    if (this.state !== "reconnecting" || this.carrier) return;
    this.attempts = 0;
    this.failures = 0;
    this.open();
  }

  /** The network went away: a socket that looks open is not to be trusted. */
  lose() {
    if (this.state === "live" || this.carrier) this.comeBack();
  }

  /** Tells the room that this browser is there, now. */
  beat() {
    this.beatAtMs = this.around.nowMs();
    this.say({ type: "beat", visible: this.around.isVisible() });
  }

  /** Says something to the room; while there is no connection it is not said. @param {object} message */
  say(message) {
    if (this.state === "live") this.carrier?.say(message);
  }

  open() {
    this.clear();
    const turn = this.failures < SOCKET_TRIES ? 0 : (this.failures - SOCKET_TRIES + 1) % CARRIERS.length;
    this.hasHeard = false;
    const Carrier = CARRIERS[turn] ?? SocketCarrier;
    /** @type {import("./carriers.js").Carrier} */
    const carrier = new Carrier(this.place(), {
      heard: (told) => this.hear(carrier, told),
      ended: (code) => this.carrier === carrier && this.closed(code),
    });
    this.carrier = carrier;
    this.timer = this.around.setTimer(() => this.comeBack(), OPEN_WITHIN_MS);
  }

  /** @returns {import("./carriers.js").Place} */
  place() {
    const { base, Socket, fetch } = this.around;
    return { base, Socket, fetch, path: `/api/rooms/${encodeURIComponent(this.room)}/events`, since: () => this.seq };
  }

  /** Tries a socket while another carrier works, and changes over once it speaks. */
  tryProbe() {
    this.endProbe();
    const probe = new SocketCarrier(this.place(), {
      heard: (told) => {
        if (this.probe === probe) this.changeTo(probe);
        this.hear(probe, told);
      },
      ended: () => this.probe === probe && this.planProbe(),
    });
    this.probe = probe;
    this.probeTimer = this.around.setTimer(() => this.planProbe(), OPEN_WITHIN_MS);
  }

  planProbe() {
    this.endProbe();
    this.probeTimer = this.around.setTimer(() => this.tryProbe(), this.probeInMs);
    this.probeInMs = Math.min(LONGEST_PROBE_MS, this.probeInMs * 2);
  }

  endProbe() {
    if (this.probeTimer !== null) this.around.clearTimer(this.probeTimer);
    this.probeTimer = null;
    this.probe?.close(DONE);
    this.probe = null;
  }

  /** @param {SocketCarrier} probe */
  changeTo(probe) {
    this.probe = null;
    this.endProbe();
    this.carrier?.close(DONE);
    this.carrier = probe;
    this.probeInMs = FIRST_PROBE_MS;
  }

  /**
   * One frame, or those that were told together.
   * @param {import("./carriers.js").Carrier} carrier
   * @param {Frame | Frame[]} told
   */
  hear(carrier, told) {
    if (this.carrier !== carrier) return;
    this.heardAtMs = this.around.nowMs();
    this.hasHeard = true;
    for (const frame of Array.isArray(told) ? told : [told]) {
      if (this.carrier === carrier) this.take(frame);
    }
  }

  /** @param {Frame} frame */
  take(frame) {
    if (frame.type === "event" && !this.isNext(frame)) return;
    if (frame.type === "event" || frame.type === "resync") this.seq = frame.seq;
    if (frame.type === "ready") this.welcome(frame);
    if (frame.type !== "beat") this.heard(frame);
    // A page in the background has slow timers, but frames still wake it.
    if (this.state === "live" && this.around.nowMs() - this.beatAtMs >= this.beatEveryMs) this.beat();
  }

  /**
   * @param {EventFrame} frame
   * @returns {boolean}
   */
  isNext({ seq, prev }) {
    if (this.seq !== null && seq <= this.seq) return false;
    if (this.seq !== null && prev <= this.seq) return true;
    if (this.gapAt === this.seq) this.seq = null;
    this.gapAt = this.seq;
    this.comeBack();
    return false;
  }

  /** @param {ReadyFrame} frame */
  welcome({ seq, now, beat_every_s }) {
    this.clear();
    this.seq = Math.max(seq, this.seq ?? 0);
    this.gapAt = null;
    this.attempts = 0;
    this.offsetS = now - this.around.nowMs() / 1000;
    this.beatEveryMs = beat_every_s * 1000;
    if (this.carrier instanceof SocketCarrier) this.failures = 0;
    else if (this.probeTimer === null) this.planProbe();
    this.turn("live");
    this.keepBeating();
  }

  keepBeating() {
    if (this.around.nowMs() - this.heardAtMs > DEAD_AFTER_BEATS * this.beatEveryMs) return this.comeBack();
    this.beat();
    this.timer = this.around.setTimer(() => this.keepBeating(), this.beatEveryMs);
  }

  /** @param {number} code */
  closed(code) {
    if (code === NO_SEAT) this.hasHeard = false;
    if (code >= FINAL_CODES && code < 5000) {
      this.drop(DONE);
      this.turn("stopped", REASONS[code] ?? "refused");
    } else this.comeBack();
  }

  comeBack() {
    if (this.carrier && !this.hasHeard) this.failures += 1;
    this.drop(4000);
    this.turn("reconnecting");
    this.timer = this.around.setTimer(() => this.open(), backoffMs(this.attempts, this.around.chance()));
    this.attempts += 1;
  }

  /** @param {number} code */
  drop(code) {
    this.clear();
    this.endProbe();
    this.carrier?.close(code);
    this.carrier = null;
  }

  clear() {
    if (this.timer !== null) this.around.clearTimer(this.timer);
    this.timer = null;
  }

  /**
   * @param {ConnectionState} state
   * @param {string} [why]
   */
  turn(state, why = "") {
    if (this.state === state && this.why === why) return;
    this.state = state;
    this.why = why;
    this.changed(state, why);
  }
}
