// @ts-check
/**
 * A room's socket that comes back by itself (rooms/PROTOCOL.md). Knows no document and no room's meaning.
 *
 *   const connection = new Connection(room, {since, heard, changed});
 *   connection.start() · stop() · hurry()     hurry: the network is back, do not wait for the backoff
 *   connection.state                          idle | connecting | live | reconnecting | stopped
 *   connection.why                            in "stopped": the close code's name; "" otherwise
 *   connection.seq                            the last seq seen
 *   connection.now()                          Unix seconds by the server's clock
 *
 * `heard` gets frames in order, each fact once: event, resync, ready, live, line. The server's beats stay
 * here: a socket on which nothing came for two and a half of them is dead.
 */

/** @typedef {"idle" | "connecting" | "live" | "reconnecting" | "stopped"} ConnectionState */
/** @typedef {{type: "event", seq: number, prev: number, event: any}} EventFrame */
/** @typedef {{type: "resync", seq: number, state: any}} ResyncFrame */
/** @typedef {{type: "ready", seq: number, now: number, beat_every_s: number}} ReadyFrame */
/** @typedef {{type: "live", viewers: number, present: string[], publishing: string[], media_epoch: number}} LiveFrame */
/** @typedef {{type: "line", position: number, wait_low_min: number, wait_high_min: number}} LineFrame */
/** @typedef {{type: "beat"}} BeatFrame */
/** @typedef {EventFrame | ResyncFrame | ReadyFrame | LiveFrame | LineFrame | BeatFrame} Frame */

/**
 * What tests replace: the socket, the clock and chance.
 * @typedef {object} Surroundings
 * @property {new (url: string) => WebSocket} Socket
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
    /** @type {WebSocket | null} */
    this.socket = null;
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
    if (this.socket || this.state === "connecting" || this.state === "reconnecting") return;
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
    if (this.state !== "reconnecting" || this.socket) return;
    this.attempts = 0;
    this.open();
  }

  /** The network went away: a socket that looks open is not to be trusted. */
  lose() {
    if (this.state === "live" || this.socket) this.comeBack();
  }

  /** Tells the room that this browser is there, now. */
  beat() {
    this.beatAtMs = this.around.nowMs();
    if (this.state === "live") this.socket?.send(JSON.stringify({ type: "beat", visible: this.around.isVisible() }));
  }

  open() {
    this.clear();
    const since = this.seq === null ? "" : `?since=${this.seq}`;
    const socket = new this.around.Socket(`${this.around.base}/api/rooms/${encodeURIComponent(this.room)}/events${since}`);
    this.socket = socket;
    socket.onmessage = ({ data }) => this.hear(socket, JSON.parse(String(data)));
    socket.onclose = ({ code }) => this.socket === socket && this.closed(code);
    this.timer = this.around.setTimer(() => this.comeBack(), OPEN_WITHIN_MS);
  }

  /**
   * One frame, or those that were told together.
   * @param {WebSocket} socket
   * @param {Frame | Frame[]} told
   */
  hear(socket, told) {
    this.heardAtMs = this.around.nowMs();
    for (const frame of Array.isArray(told) ? told : [told]) {
      if (this.socket === socket) this.take(frame);
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
    if (code >= FINAL_CODES && code < 5000) {
      this.drop(DONE);
      this.turn("stopped", REASONS[code] ?? "refused");
    } else this.comeBack();
  }

  comeBack() {
    this.drop(4000);
    this.turn("reconnecting");
    this.timer = this.around.setTimer(() => this.open(), backoffMs(this.attempts, this.around.chance()));
    this.attempts += 1;
  }

  /** @param {number} code */
  drop(code) {
    this.clear();
    const { socket } = this;
    this.socket = null;
    try {
      socket?.close(code);
    } catch {
      // one that is still opening may refuse; nobody listens to it any more
    }
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
