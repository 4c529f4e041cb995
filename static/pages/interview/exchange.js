// @ts-check
/**
 * Both ways of the interview's media: ours out by WHIP, theirs in by WHEP. What is sent follows the
 * devices; what comes is looked at, so that the page can say how it is.
 */
import { Playback } from "../../live/playback.js";
import { Player } from "../../live/whep.js";
import { Publisher } from "../../live/whip.js";

/** @typedef {import("../../live/devices.js").Devices} Devices */

const LOOK_EVERY_MS = 500;
/** Without a new frame or sound packet for this long, picture or sound is taken as gone. */
const STILL_MS = 2500;
const BITRATE_BPS = 1_200_000;

export class Exchange {
  /** @param {{room: string, iceServers: RTCIceServer[], devices: Devices, video: HTMLVideoElement, changed: () => void}} parts */
  constructor({ room, iceServers, devices, video, changed }) {
    this.devices = devices;
    this.video = video;
    this.isRunning = false;
    this.frames = new Pulse();
    this.packets = new Pulse();
    this.playback = new Playback(video, { changed });
    this.publisher = new Publisher({ url: `/interviews/${room}/whip`, iceServers, changed, maxBitrate: BITRATE_BPS });
    this.player = new Player({ url: `/interviews/${room}/whep`, iceServers, changed, arrived: (stream) => this.playback.show(stream) });
    devices.addEventListener("change", () => this.send());
    setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  start() {
    if (this.isRunning) return;
    this.isRunning = true;
    this.send();
    this.publisher.start();
    this.player.start();
  }

  stop() {
    if (!this.isRunning) return;
    this.isRunning = false;
    this.publisher.stop();
    this.player.stop();
    this.playback.show(null);
    this.frames = new Pulse();
    this.packets = new Pulse();
  }

  /**
   * The room's media_epoch; a new one means that the media process was started anew.
   * @param {number} epoch
   */
  follow(epoch) {
    if (!this.isRunning) return;
    this.publisher.follow(epoch);
    this.player.follow(epoch);
  }

  /** Another window of the same person sends instead: take it back. */
  takeBack() {
    this.publisher.start();
    this.player.start();
  }

  /** What `words.js` asks about both sides. */
  facts() {
    const ways = [this.publisher, this.player];
    return {
      other: {
        isSeen: this.frames.isAlive,
        isHeard: this.packets.isAlive,
        wasSeen: this.frames.wasAlive,
        isConnected: this.player.state === "live",
      },
      ours: {
        isConnected: ways.every((way) => way.state === "live"),
        wasConnected: ways.every((way) => way.wasLive),
        isBlocked: ways.some((way) => way.state === "blocked"),
        isMediaAway: ways.some((way) => way.problem?.status === 503),
        isElsewhere: this.publisher.state === "ended",
        refusal: ways.find((way) => way.state === "failed")?.problem?.detail ?? "",
      },
    };
  }

  send() {
    this.publisher.setTrack("audio", this.devices.microphone);
    this.publisher.setTrack("video", this.devices.camera);
    const { speaker } = this.devices.wishes;
    const video = /** @type {any} */ (this.video);
    if (speaker && video.setSinkId && video.sinkId !== speaker) video.setSinkId(speaker).catch(() => {}); // unplugged: the usual one plays
  }

  async look() {
    const { peer } = this.player;
    if (!this.isRunning || !peer) return;
    this.frames.beat(this.video.getVideoPlaybackQuality().totalVideoFrames);
    for (const stats of (await peer.getStats()).values()) {
      if (stats.type === "inbound-rtp" && stats.kind === "audio") this.packets.beat(stats.packetsReceived);
    }
  }
}

/** Whether a number that should grow still does. */
class Pulse {
  constructor() {
    this.count = 0;
    this.at = -Infinity;
  }

  /** @param {number} count */
  beat(count) {
    if (count !== this.count && count > 0) this.at = performance.now();
    this.count = count;
  }

  get isAlive() {
    return performance.now() - this.at < STILL_MS;
  }

  get wasAlive() {
    return this.at > -Infinity;
  }
}
