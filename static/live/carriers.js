// @ts-check
/**
 * The ways to follow a room: a WebSocket, a stream of events, or one answer after another. Each tells its
 * owner what came and that it ended; none knows what a frame means, but for the seat that `ready` names.
 *
 *   const carrier = new SocketCarrier(place, owner);   place: where, and the surroundings
 *   carrier.say({type: "beat", …}) · carrier.close(code)
 * `owner.heard(told)` gets a frame or an array of them; `owner.ended(code)` comes once, not after close().
 */

/**
 * @typedef {object} Place
 * @property {string} base ws://host
 * @property {string} path
 * @property {() => number | null} since the last seq seen, null for none
 * @property {new (url: string) => WebSocket} Socket
 * @property {typeof globalThis.fetch} fetch
 */
/** @typedef {{heard: (told: any) => void, ended: (code: number) => void}} Owner */
/** @typedef {{say: (message: object) => void, close: (code: number) => void}} Carrier */

const LOST = 1006;
const WAIT_S = 20;
/** What an answer's status means, as a close code. A seat that is gone is only lost. @type {Record<number, number>} */
const CODES = { 401: 4505, 403: 4503, 404: 4504 };

/**
 * @param {Place} place
 * @param {Record<string, string | number>} [more]
 * @returns {string} the address with `since` and more
 */
function address({ path, since }, more = {}) {
  const query = new URLSearchParams();
  const known = since();
  if (known !== null) query.set("since", String(known));
  for (const [name, value] of Object.entries(more)) query.set(name, String(value));
  return query.size ? `${path}?${query}` : path;
}

export class SocketCarrier {
  /**
   * @param {Place} place
   * @param {Owner} owner
   */
  constructor(place, owner) {
    this.socket = new place.Socket(place.base + address(place));
    this.socket.onmessage = ({ data }) => owner.heard(JSON.parse(String(data)));
    this.socket.onclose = ({ code }) => owner.ended(code);
  }

  /** @param {object} message */
  say(message) {
    this.socket.send(JSON.stringify(message));
  }

  /** @param {number} code */
  close(code) {
    this.socket.onmessage = null;
    this.socket.onclose = null;
    try {
      this.socket.close(code);
    } catch {
      // one that is still opening may refuse; nobody listens to it any more
    }
  }
}

/** What the two ways over HTTP share: a seat with a name, and words that are posted to it. */
class HttpCarrier {
  /**
   * @param {Place} place
   * @param {Owner} owner
   */
  constructor(place, owner) {
    this.place = place;
    this.owner = owner;
    this.seat = "";
    this.aborting = new AbortController();
    this.run().catch(() => this.end(LOST)); // the network, or an answer cut short
  }

  /** @returns {Promise<void>} */
  async run() {
    throw new Error("a carrier streams or polls");
  }

  /**
   * @param {string} accept
   * @param {Record<string, string | number>} [more]
   * @returns {Promise<Response | null>} null: refused, and the owner knows
   */
  async ask(accept, more) {
    const url = this.place.base.replace(/^ws/, "http") + address(this.place, more);
    const answer = await this.place.fetch(url, { headers: { Accept: accept }, credentials: "same-origin", cache: "no-store", signal: this.aborting.signal });
    if (answer.ok) return answer;
    this.end(CODES[answer.status] ?? LOST);
    return null;
  }

  /** @param {any} told */
  take(told) {
    const frames = [told].flat(2);
    const closing = frames.find((frame) => frame.type === "close");
    this.seat = frames.find((frame) => frame.type === "ready")?.seat ?? this.seat;
    if (!this.aborting.signal.aborted) this.owner.heard(frames.filter((frame) => frame !== closing));
    if (closing) this.end(closing.code);
  }

  /** @param {object} message */
  say(message) {
    const url = `${this.place.base.replace(/^ws/, "http")}${this.place.path}?seat=${this.seat}`;
    const sent = this.place.fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, credentials: "same-origin", body: JSON.stringify(message), signal: this.aborting.signal });
    sent.then((answer) => answer.status === 404 && this.lostSeat(), () => {}); // unheard: the next beat says it again
  }

  /** The process that answered does not know this seat: there are several, and calls are spread over them. */
  lostSeat() {}

  /** @param {number} code */
  end(code) {
    if (this.aborting.signal.aborted) return;
    this.aborting.abort();
    this.owner.ended(code);
  }

  close() {
    this.aborting.abort();
  }
}

export class StreamCarrier extends HttpCarrier {
  async run() {
    const reader = (await this.ask("text/event-stream"))?.body?.getReader();
    if (!reader) return;
    const decoder = new TextDecoder();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const events = (text + decoder.decode(part.value, { stream: true })).split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const data = event.split("\n").find((line) => line.startsWith("data: "));
        if (data) this.take(JSON.parse(data.slice(6)));
      }
    }
    this.end(LOST);
  }

  /** A stream that cannot be answered is of no use. */
  lostSeat() {
    this.end(NO_SEAT);
  }
}

export class PollCarrier extends HttpCarrier {
  async run() {
    while (!this.aborting.signal.aborted) {
      const answer = await this.ask("application/json", this.seat ? { wait: WAIT_S, seat: this.seat } : {});
      if (!answer) return;
      this.take(await answer.json());
    }
  }

  /** Asking for the next answer says already that the page is there. @param {{type?: string}} message */
  say(message) {
    if (message.type !== "beat") super.say(message);
  }
}

/** Not a code of the server: this way does not work here, take another. */
export const NO_SEAT = 4099;
