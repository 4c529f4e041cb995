// @ts-check
/**
 * One WHIP or WHEP session (RFC 9725 and the WHEP draft) that keeps itself up: offer, answer, watch,
 * and a new session when the old one breaks. `whip.js` and `whep.js` say what is in the offer.
 *
 * States
 *   idle          not started, or stopped
 *   connecting    the first session is on its way
 *   live          connected: media can flow
 *   reconnecting  it was live and broke; a new session is on its way
 *   blocked       no way for media within 10 s (no UDP through this network?); it keeps trying
 *   ended         the room is over (410), or the house hung up on a publisher: somebody took over
 *   failed        the house refused, and trying again would not help
 * `problem` is the house's last refusal ({status, type, detail}) or null.
 */
import { backoffMs } from "./connection.js";

/** @typedef {"idle" | "connecting" | "live" | "reconnecting" | "blocked" | "ended" | "failed"} SessionState */
/** @typedef {{status: number, type: string, detail: string}} SessionProblem */

/**
 * @typedef {object} SessionOptions
 * @property {string} url where the offer is posted
 * @property {RTCIceServer[]} [iceServers] none unless given: the house is ICE-lite with a public address
 * @property {(state: SessionState, problem: SessionProblem | null) => void} [changed]
 */

const BLOCKED_AFTER_MS = 10_000;
const BROKEN_AFTER_MS = 3_000;
/** A session that held this long is worth a new one at once. */
const HELD_WELL_MS = 5_000;
const GOODBYE_MS = 1_000;
/** Refusals that another try may lift: too early, too many, away for a moment. */
const PASSING = new Set([408, 425, 429]);

export class Session {
  /** @param {SessionOptions} options */
  constructor({ url, iceServers = [], changed = () => {} }) {
    this.url = url;
    this.iceServers = iceServers;
    this.changed = changed;
    /** @type {SessionState} */
    this.state = "idle";
    /** @type {SessionProblem | null} */
    this.problem = null;
    /** @type {RTCPeerConnection | null} */
    this.peer = null;
    /** The session's own address, for DELETE. */
    this.location = "";
    this.attempts = 0;
    this.wasLive = false;
    this.liveAtMs = 0;
    /** @type {number | null} */
    this.epoch = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.hide = () => this.end();
    this.show = (/** @type {PageTransitionEvent} */ event) => event.persisted && this.isWanted && this.renew();
  }

  /** Whether a session exists or is on its way. */
  get isWanted() {
    return this.state !== "idle" && this.state !== "ended" && this.state !== "failed";
  }

  start() {
    if (this.isWanted) return;
    this.wasLive = false;
    this.attempts = 0;
    this.problem = null;
    addEventListener("pagehide", this.hide);
    addEventListener("pageshow", this.show);
    this.turn("connecting");
    void this.open();
  }

  stop() {
    this.finish("idle");
  }

  /** The room has ended: the house has closed the session already. */
  over() {
    this.wasLive = false;
    this.location = "";
    this.finish("ended");
  }

  /** A new session now, in place of the one there is. */
  renew() {
    if (!this.isWanted) return;
    this.attempts = 0;
    this.again(0);
  }

  /**
   * The room's media_epoch: a new one means the media process was started anew.
   * @param {number} epoch
   */
  follow(epoch) {
    if (!epoch) return; // the web process has not heard of any yet
    const isNew = this.epoch !== null && epoch !== this.epoch;
    this.epoch = epoch;
    if (!isNew) return;
    if (this.state === "ended" && this.wasLive) this.start();
    else this.renew();
  }

  /** What the offer carries; subclasses say.
   * @param {RTCPeerConnection} _peer
   */
  prepare(_peer) {
    throw new Error("a session is of WHIP or of WHEP");
  }

  /** A new publisher of the same person takes over by itself; a viewer leaves the old seat. */
  get takesOver() {
    return false;
  }

  async open() {
    this.close();
    const peer = new RTCPeerConnection({ iceServers: this.iceServers, bundlePolicy: "max-bundle" });
    this.peer = peer;
    this.prepare(peer);
    peer.addEventListener("connectionstatechange", () => this.peer === peer && this.watch(peer));
    try {
      await peer.setLocalDescription();
      const response = await fetch(this.url, {
        method: "POST", credentials: "same-origin",
        headers: { "Content-Type": "application/sdp", Accept: "application/sdp, application/problem+json" },
        body: peer.localDescription?.sdp ?? "",
      });
      if (response.status !== 201) return void (this.peer === peer && (await this.refused(response)));
      const location = new URL(response.headers.get("Location") ?? "", response.url).pathname;
      const sdp = await response.text();
      if (this.peer !== peer) return hangUp(location);
      this.location = location;
      this.problem = null;
      await peer.setRemoteDescription({ type: "answer", sdp });
      // A goodbye by DTLS leaves the connection's own state as it was for many seconds.
      for (const transport of transportsOf(peer)) {
        transport.addEventListener("statechange", () => this.peer === peer && transport.state === "closed" && this.broken(peer));
      }
      this.wait(() => this.block(peer), BLOCKED_AFTER_MS);
    } catch (error) {
      if (this.peer !== peer) return;
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      this.again();
    }
  }

  /** @param {RTCPeerConnection} peer */
  watch(peer) {
    if (peer.connectionState === "connected") {
      this.clear();
      this.liveAtMs = performance.now();
      this.wasLive = true;
      this.turn("live");
    } else if (peer.connectionState === "failed" || peer.connectionState === "closed") this.broken(peer);
    else if (peer.connectionState === "disconnected") this.wait(() => this.broken(peer), BROKEN_AFTER_MS);
  }

  /** @param {RTCPeerConnection} peer */
  broken(peer) {
    const isHungUp = transportsOf(peer).some(({ state }) => state === "closed");
    if (isHungUp) this.location = ""; // the house has ended it
    if (this.takesOver && this.state === "live" && isHungUp) return this.finish("ended");
    const heldWell = performance.now() - this.liveAtMs > HELD_WELL_MS;
    if (heldWell) this.attempts = 0;
    this.again(heldWell ? 0 : NaN);
  }

  /** @param {RTCPeerConnection} peer */
  block(peer) {
    if (peer.connectionState === "connected") return;
    this.turn("blocked");
    this.again();
  }

  /** @param {Response} response */
  async refused(response) {
    const { status } = response;
    const answer = await response.json().catch(() => null);
    this.problem = { status, type: String(answer?.type ?? "about:blank"), detail: String(answer?.detail ?? "") };
    if (status === 410) return this.finish("ended");
    if (status < 500 && !PASSING.has(status)) return this.finish("failed");
    this.again(Number(response.headers.get("Retry-After")) * 1000 || NaN);
    this.changed(this.state, this.problem);
  }

  /**
   * Tries again after a while that grows, and not before `atLeastMs`.
   * @param {number} [atLeastMs]
   */
  again(atLeastMs = NaN) {
    this.turn(this.state === "blocked" ? "blocked" : this.wasLive ? "reconnecting" : "connecting");
    const isFirst = this.attempts === 0 && atLeastMs === 0;
    const waitMs = isFirst ? 0 : Math.max(atLeastMs || 0, backoffMs(this.attempts, Math.random()));
    this.attempts += 1;
    this.close();
    this.wait(() => void this.open(), waitMs);
  }

  /** @param {"idle" | "ended" | "failed"} state */
  finish(state) {
    removeEventListener("pagehide", this.hide);
    removeEventListener("pageshow", this.show);
    const { location } = this;
    this.location = "";
    if (location) hangUp(location, this.peer);
    else this.peer?.close();
    this.peer = null;
    this.clear();
    this.turn(state);
  }

  /** Tells the house that this session is over; it works while the page goes away, too. */
  end() {
    if (this.location) hangUp(this.location);
    this.location = "";
  }

  close() {
    this.clear();
    const { peer, location } = this;
    this.peer = null;
    this.location = "";
    // The goodbye goes first: a connection that just falls silent looks like a lost network.
    if (location && !this.takesOver) hangUp(location, peer);
    else peer?.close();
  }

  /**
   * @param {() => void} run
   * @param {number} ms
   */
  wait(run, ms) {
    this.clear();
    this.timer = setTimeout(run, ms);
  }

  clear() {
    clearTimeout(this.timer);
  }

  /** @param {SessionState} state */
  turn(state) {
    if (this.state === state) return;
    this.state = state;
    this.changed(state, this.problem);
  }
}

/**
 * @param {string} location
 * @param {RTCPeerConnection | null} [peer] closed when the house has heard it
 */
function hangUp(location, peer = null) {
  const close = () => peer?.close();
  setTimeout(close, GOODBYE_MS);
  fetch(location, { method: "DELETE", credentials: "same-origin", keepalive: true }).then(close, close); // unheard: the house finds out by silence
}

/**
 * @param {RTCPeerConnection} peer
 * @returns {RTCDtlsTransport[]}
 */
function transportsOf(peer) {
  return [...new Set([...peer.getSenders(), ...peer.getReceivers()].flatMap(({ transport }) => transport ?? []))];
}

/**
 * H.264 first: it is the only one the house forwards.
 * @param {RTCRtpTransceiver} transceiver
 * @param {"send" | "receive"} direction
 */
export function preferH264(transceiver, direction) {
  const known = direction === "send" ? RTCRtpSender.getCapabilities("video") : RTCRtpReceiver.getCapabilities("video");
  if (!known || !("setCodecPreferences" in transceiver)) return;
  const isOurs = (/** @type {{mimeType: string, sdpFmtpLine?: string}} */ codec) => /h264/i.test(codec.mimeType) && !/packetization-mode=0/.test(codec.sdpFmtpLine ?? "");
  transceiver.setCodecPreferences([...known.codecs.filter(isOurs), ...known.codecs.filter((codec) => !isOurs(codec))]);
}
