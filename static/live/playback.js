// @ts-check
/**
 * Starts a <video> with sound, and without where the browser insists on a tap first.
 *
 *   const playback = new Playback(video, {changed});
 *   playback.show(stream)         plays it; tries sound first
 *   playback.isSilenced           true: the browser holds the sound back; show "tap for sound"
 *   playback.unmute()             in the tap's handler
 *   playback.isMoving()           whether frames came since it was last asked
 */
export class Playback {
  /**
   * @param {HTMLVideoElement} video
   * @param {{changed?: () => void}} [options]
   */
  constructor(video, { changed = () => {} } = {}) {
    this.video = video;
    this.changed = changed;
    this.isSilenced = false;
    this.frames = 0;
    // A page that comes back to the front, or a stream that got another track, may have paused.
    video.addEventListener("pause", () => video.srcObject && !document.hidden && void this.play());
    document.addEventListener("visibilitychange", () => !document.hidden && video.srcObject && video.paused && void this.play());
  }

  /** @param {MediaStream | null} stream */
  show(stream) {
    this.video.srcObject = stream;
    this.frames = 0;
    if (stream) void this.play();
  }

  async play() {
    try {
      this.video.muted = this.isSilenced;
      await this.video.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError" || this.isSilenced) return; // another stream came in between
      this.isSilenced = true;
      this.changed();
      await this.play();
    }
  }

  unmute() {
    this.isSilenced = false;
    void this.play();
    this.changed();
  }

  /** @returns {boolean} */
  isMoving() {
    const { totalVideoFrames } = this.video.getVideoPlaybackQuality();
    const moved = totalVideoFrames > this.frames;
    this.frames = totalVideoFrames;
    return moved;
  }
}
