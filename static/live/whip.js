// @ts-check
/**
 * Publishes one camera and one microphone by WHIP; states as in session.js.
 *
 *   const publisher = new Publisher({url: "/live/r1/whip", changed, maxBitrate: 2_500_000});
 *   publisher.setTrack("video", camera); publisher.setTrack("audio", microphone);   null: nothing is sent
 *   publisher.start() · stop()
 * Tracks may be changed at any time, also while live: no new session is needed. In the state "ended"
 * with no problem somebody took over from here (the same person in another browser).
 */
import { Session, preferH264 } from "./session.js";

/** @typedef {"audio" | "video"} TrackKind */

export class Publisher extends Session {
  /** @param {import("./session.js").SessionOptions & {maxBitrate?: number, contentHint?: string}} options bits per second; "motion" | "detail" */
  constructor({ maxBitrate = 2_500_000, contentHint = "motion", ...options }) {
    super(options);
    this.maxBitrate = maxBitrate;
    this.contentHint = contentHint;
    /** @type {Record<TrackKind, MediaStreamTrack | null>} */
    this.tracks = { audio: null, video: null };
    /** @type {Partial<Record<TrackKind, RTCRtpSender>>} */
    this.senders = {};
  }

  get takesOver() {
    return true;
  }

  /**
   * @param {TrackKind} kind
   * @param {MediaStreamTrack | null} track
   */
  setTrack(kind, track) {
    if (this.tracks[kind] === track) return;
    if (track && kind === "video") track.contentHint = this.contentHint;
    this.tracks[kind] = track;
    this.senders[kind]?.replaceTrack(track).catch(() => this.renew()); // a track the session cannot carry needs a new one
  }

  /** @param {number} bitsPerSecond */
  async setMaxBitrate(bitsPerSecond) {
    this.maxBitrate = bitsPerSecond;
    const sender = this.senders.video;
    const parameters = sender?.getParameters();
    if (!sender || !parameters?.encodings[0]) return;
    parameters.encodings[0].maxBitrate = bitsPerSecond;
    await sender.setParameters(parameters);
  }

  /** @param {RTCPeerConnection} peer */
  prepare(peer) {
    const streams = [new MediaStream()];
    const audio = peer.addTransceiver(this.tracks.audio ?? "audio", { direction: "sendonly", streams });
    const video = peer.addTransceiver(this.tracks.video ?? "video", { direction: "sendonly", streams, sendEncodings: [{ maxBitrate: this.maxBitrate }] });
    preferH264(video, "send");
    this.senders = { audio: audio.sender, video: video.sender };
  }
}
