// @ts-check
/**
 * Camera, microphone and speaker of this browser: asked for, chosen, flipped, switched off, remembered.
 * Knows no page: it holds the tracks and says "change" whenever one of them is another one.
 *
 *   const devices = new Devices();
 *   devices.addEventListener("change", …)     .camera .microphone (tracks or null) .faults .stream
 *   await devices.start()                     never throws: what cannot be had stands in .faults
 *   await devices.choose("camera", id) · flip() · setCamera(on) · setMicrophone(on)
 *   await devices.list()                      what can be chosen
 *   devices.stop()                            lights off
 */

/**
 * denied: the person or the system said no; missing: there is none; busy: another program has it;
 * insecure: the page is not on HTTPS, so browsers give neither; failed: anything else.
 * @typedef {"denied" | "missing" | "busy" | "insecure" | "failed"} Fault
 * @typedef {"camera" | "microphone"} Kind
 * @typedef {{camera?: string, microphone?: string, speaker?: string, facing?: string, cameraOff?: boolean, muted?: boolean}} Wishes
 */

const STORE = "daigang.devices";
/** @type {Record<string, Fault>} */
const FAULTS = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", OverconstrainedError: "missing", NotReadableError: "busy", AbortError: "busy" };

/**
 * @param {unknown} error what getUserMedia threw
 * @returns {Fault}
 */
export function faultOf(error) {
  return (error instanceof Error && FAULTS[error.name]) || "failed";
}

/** @returns {Wishes} */
function recall() {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "{}");
  } catch {
    return {}; // a browser that keeps nothing, or a value of another version
  }
}

export class Devices extends EventTarget {
  /** @param {{width?: number, height?: number, frameRate?: number}} [picture] what is asked of the camera */
  constructor({ width = 960, height = 540, frameRate = 24 } = {}) {
    super();
    this.picture = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: frameRate } };
    this.wishes = recall();
    /** @type {MediaStreamTrack | null} */
    this.camera = null;
    /** @type {MediaStreamTrack | null} */
    this.microphone = null;
    /** The same stream always, for a preview; its tracks come and go. */
    this.stream = new MediaStream();
    /** @type {{camera: Fault | null, microphone: Fault | null}} */
    this.faults = { camera: null, microphone: null };
    this.isStarted = false;
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.recover());
  }

  get isCameraWanted() {
    return !this.wishes.cameraOff;
  }

  get isMuted() {
    return Boolean(this.wishes.muted);
  }

  /** Asks for both at once, so that the browser asks the person once; then for each alone. */
  async start() {
    this.isStarted = true;
    const wanted = { audio: this.constraints("microphone"), video: this.isCameraWanted && this.constraints("camera") };
    if (!navigator.mediaDevices) {
      this.faults = { camera: "insecure", microphone: "insecure" };
      return this.tell();
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia(wanted);
      for (const track of stream.getTracks()) this.take(track);
      this.tell();
    } catch {
      await this.open("microphone");
      if (this.isCameraWanted) await this.open("camera");
    }
  }

  /**
   * @param {Kind | "speaker"} kind
   * @param {string} id "" lets the browser choose
   */
  async choose(kind, id) {
    this.wish({ [kind]: id });
    if (kind === "speaker") return this.tell();
    if (kind === "camera") this.wish({ cameraOff: false });
    await this.open(kind);
  }

  /** The other camera of a phone: the next one where there are several. */
  async flip() {
    const { cameras } = await this.list();
    const settings = this.camera?.getSettings() ?? {};
    if (settings.facingMode) {
      this.wish({ camera: "", facing: settings.facingMode === "user" ? "environment" : "user", cameraOff: false });
    } else {
      const at = cameras.findIndex((device) => device.deviceId === settings.deviceId);
      this.wish({ camera: cameras[(at + 1) % Math.max(cameras.length, 1)]?.deviceId ?? "", cameraOff: false });
    }
    await this.open("camera");
  }

  /** @param {boolean} on off stops the camera itself, so that its light goes out */
  async setCamera(on) {
    this.wish({ cameraOff: !on });
    if (on) return this.open("camera");
    this.drop("camera");
    this.faults.camera = null;
    this.tell();
  }

  /** @param {boolean} on off keeps the microphone and sends silence */
  async setMicrophone(on) {
    this.wish({ muted: !on });
    if (on && !this.microphone) return this.open("microphone");
    if (this.microphone) this.microphone.enabled = on;
    this.tell();
  }

  /** @returns {Promise<{cameras: MediaDeviceInfo[], microphones: MediaDeviceInfo[], speakers: MediaDeviceInfo[]}>} */
  async list() {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    const of = (/** @type {string} */ kind) => all.filter((device) => device.kind === kind && device.deviceId);
    return { cameras: of("videoinput"), microphones: of("audioinput"), speakers: of("audiooutput") };
  }

  stop() {
    this.isStarted = false;
    this.drop("camera");
    this.drop("microphone");
    this.tell();
  }

  /** A device was plugged in or out: take what is wanted and not there. */
  async recover() {
    if (!this.isStarted) return;
    if (this.isCameraWanted && !this.camera) await this.open("camera");
    if (!this.microphone) await this.open("microphone");
    this.tell();
  }

  /** @param {Kind} kind */
  async open(kind) {
    const constraints = this.constraints(kind);
    this.drop(kind); // a phone gives one camera at a time
    try {
      const stream = await navigator.mediaDevices.getUserMedia(kind === "camera" ? { video: constraints } : { audio: constraints });
      for (const track of stream.getTracks()) this.take(track);
    } catch (error) {
      this.faults[kind] = navigator.mediaDevices ? faultOf(error) : "insecure";
    }
    this.tell();
  }

  /**
   * @param {Kind} kind
   * @returns {MediaTrackConstraints}
   */
  constraints(kind) {
    const id = this.wishes[kind];
    const chosen = id ? { deviceId: { ideal: id } } : {};
    if (kind === "microphone") return { ...chosen, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return { ...this.picture, ...(id ? chosen : { facingMode: this.wishes.facing ?? "user" }) };
  }

  /** @param {MediaStreamTrack} track */
  take(track) {
    const kind = track.kind === "video" ? "camera" : "microphone";
    this.drop(kind);
    this[kind] = track;
    this.faults[kind] = null;
    this.stream.addTrack(track);
    if (kind === "microphone") track.enabled = !this.isMuted;
    track.addEventListener("ended", () => {
      if (this[kind] !== track) return;
      this.drop(kind);
      this.faults[kind] = "missing";
      this.tell();
    });
  }

  /** @param {Kind} kind */
  drop(kind) {
    const track = this[kind];
    if (!track) return;
    this[kind] = null;
    this.stream.removeTrack(track);
    track.stop();
  }

  /** @param {Wishes} change */
  wish(change) {
    this.wishes = { ...this.wishes, ...change };
    try {
      localStorage.setItem(STORE, JSON.stringify(this.wishes));
    } catch {
      // a browser that keeps nothing forgets the choice with the page
    }
  }

  tell() {
    this.dispatchEvent(new Event("change"));
  }
}
