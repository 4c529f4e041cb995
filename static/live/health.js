// @ts-check
/**
 * How media does, from getStats: what is sent or received between two looks. Pure but for `Health.look`.
 *
 *   const health = new Health();
 *   await health.look(peer)  → {kbps, fps, lostPercent, roundTripMs, width, height, limitedBy, soundLevel}
 */

/**
 * @typedef {object} Figures
 * @property {number} kbps of video and sound together
 * @property {number} fps
 * @property {number} lostPercent of packets, as the receiving side counts them
 * @property {number | null} roundTripMs
 * @property {number} width
 * @property {number} height
 * @property {string} limitedBy "none" | "cpu" | "bandwidth" | "other"
 */

/** @typedef {{atMs: number, bytes: number, packets: number, lost: number}} Sums */

/**
 * @param {Iterable<any>} stats the values of an RTCStatsReport
 * @param {Sums | null} before
 * @returns {{figures: Figures, sums: Sums}}
 */
export function readFigures(stats, before) {
  const sums = { atMs: 0, bytes: 0, packets: 0, lost: 0 };
  const figures = { kbps: 0, fps: 0, lostPercent: 0, roundTripMs: /** @type {number | null} */ (null), width: 0, height: 0, limitedBy: "none" };
  for (const one of stats) {
    sums.atMs = Math.max(sums.atMs, one.timestamp ?? 0);
    if (one.type === "outbound-rtp" || one.type === "inbound-rtp") {
      sums.bytes += one.bytesSent ?? one.bytesReceived ?? 0;
      sums.packets += one.packetsSent ?? one.packetsReceived ?? 0;
      if (one.type === "inbound-rtp") sums.lost += one.packetsLost ?? 0;
      if (one.kind === "video") {
        Object.assign(figures, { fps: one.framesPerSecond ?? 0, width: one.frameWidth ?? 0, height: one.frameHeight ?? 0, limitedBy: one.qualityLimitationReason ?? "none" });
      }
    } else if (one.type === "remote-inbound-rtp") sums.lost += one.packetsLost ?? 0;
    else if (one.type === "candidate-pair" && one.nominated && one.currentRoundTripTime !== undefined) figures.roundTripMs = Math.round(one.currentRoundTripTime * 1000);
  }
  const seconds = before ? (sums.atMs - before.atMs) / 1000 : 0;
  if (before && seconds > 0 && sums.bytes >= before.bytes) {
    figures.kbps = Math.round((sums.bytes - before.bytes) * 8 / 1000 / seconds);
    const lost = Math.max(0, sums.lost - before.lost);
    figures.lostPercent = Math.round(lost / Math.max(1, lost + sums.packets - before.packets) * 1000) / 10;
  }
  return { figures, sums };
}

export class Health {
  constructor() {
    /** @type {Sums | null} */
    this.before = null;
    /** @type {RTCPeerConnection | null} */
    this.peer = null;
  }

  /**
   * @param {RTCPeerConnection} peer
   * @returns {Promise<Figures>}
   */
  async look(peer) {
    if (this.peer !== peer) this.before = null;
    this.peer = peer;
    const { figures, sums } = readFigures((await peer.getStats()).values(), this.before);
    this.before = sums;
    return figures;
  }
}
