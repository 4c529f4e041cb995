// @ts-check
/**
 * What can be heard and measured without sending anything: a microphone's level, a test tone, a chime.
 *
 *   const meter = new Meter(track); meter.level() → 0…1; meter.close()
 *   await play([[660, 0.12], [880, 0.2]], speakerId)      notes of (Hz, seconds), one after another
 */

const QUIET_DB = -60;
const LOUD_DB = -12;

/** @typedef {[number, number]} Note */

/** @type {Note[]} */
export const TEST_TONE = [[523, 0.25], [659, 0.25], [784, 0.5]];
/** @type {Note[]} */
export const CHIME = [[784, 0.16], [1047, 0.34]];

/**
 * @param {Float32Array} samples −1…1
 * @returns {number} 0 (quiet) … 1 (loud), even steps in decibels
 */
export function levelOf(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / Math.max(samples.length, 1) || 1e-12);
  return Math.min(1, Math.max(0, (db - QUIET_DB) / (LOUD_DB - QUIET_DB)));
}

export class Meter {
  /** @param {MediaStreamTrack} track of a microphone */
  constructor(track) {
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 1024;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.source = this.context.createMediaStreamSource(new MediaStream([track]));
    this.source.connect(this.analyser);
    // Browsers hold sound back until the person touches the page.
    this.wake = () => void this.context.resume();
    document.addEventListener("pointerdown", this.wake, { once: true });
  }

  /** @returns {number} 0…1 of the last 20 ms */
  level() {
    this.analyser.getFloatTimeDomainData(this.samples);
    return levelOf(this.samples);
  }

  close() {
    document.removeEventListener("pointerdown", this.wake);
    this.source.disconnect();
    void this.context.close();
  }
}

/**
 * @param {Note[]} notes
 * @param {string} [speaker] the id of an output, where the browser lets us choose
 * @returns {Promise<void>} resolves when the last note is over
 */
export async function play(notes, speaker = "") {
  const context = new AudioContext();
  try {
    if (speaker && "setSinkId" in context) await /** @type {any} */ (context).setSinkId(speaker);
    const gain = new GainNode(context, { gain: 0 });
    gain.connect(context.destination);
    const oscillator = new OscillatorNode(context, { type: "triangle" });
    let at = context.currentTime + 0.05;
    oscillator.connect(gain);
    oscillator.start(at);
    for (const [hertz, seconds] of notes) {
      oscillator.frequency.setValueAtTime(hertz, at);
      gain.gain.setTargetAtTime(0.25, at, 0.02);
      gain.gain.setTargetAtTime(0, at + seconds * 0.6, seconds * 0.15);
      at += seconds;
    }
    const over = new Promise((resolve) => oscillator.addEventListener("ended", resolve, { once: true }));
    oscillator.stop(at + 0.2);
    if (context.state === "running") await over;
  } finally {
    await context.close();
  }
}
