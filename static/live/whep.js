// @ts-check
/**
 * Plays what a room's publisher sends, by WHEP; states as in session.js. "live" means connected: whether
 * anybody sends is told by the room (publishing) and by the picture that moves.
 *
 *   const player = new Player({url: "/live/r1/whep", changed, arrived: (stream) => { video.srcObject = stream; }});
 *   player.start() · stop()
 *   player.setPicture(false)     sound only: a new session without video, which saves the data
 */
import { Session, preferH264 } from "./session.js";

export class Player extends Session {
  /** @param {import("./session.js").SessionOptions & {arrived?: (stream: MediaStream) => void, picture?: boolean}} options */
  constructor({ arrived = () => {}, picture = true, ...options }) {
    super(options);
    this.arrived = arrived;
    this.picture = picture;
  }

  /** @param {boolean} picture */
  setPicture(picture) {
    if (this.picture === picture) return;
    this.picture = picture;
    this.renew();
  }

  /** @param {RTCPeerConnection} peer */
  prepare(peer) {
    const stream = new MediaStream();
    peer.addTransceiver("audio", { direction: "recvonly" });
    if (this.picture) preferH264(peer.addTransceiver("video", { direction: "recvonly" }), "receive");
    peer.addEventListener("track", ({ track }) => {
      stream.addTrack(track);
      if (stream.getTracks().length === 1) this.arrived(stream);
    });
  }
}
