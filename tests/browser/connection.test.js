// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Connection, backoffMs } from "../../static/live/connection.js";

/** A socket whose other end is the test. */
class Socket {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
    /** @type {any[]} */
    this.sent = [];
    this.closedWith = 0;
    /** @type {any} */
    this.onmessage = null;
    /** @type {any} */
    this.onclose = null;
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  /** @param {number} code */
  close(code) {
    this.closedWith = code;
  }

  /** @param {any[]} frames */
  tell(...frames) {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** @param {any[]} frames */
  tellTogether(...frames) {
    this.onmessage?.({ data: JSON.stringify(frames) });
  }
}

/** A call whose answer is the test's. */
class Asked {
  /**
   * @param {string} url
   * @param {any} options
   */
  constructor(url, options) {
    this.url = url;
    this.accept = options.headers.Accept ?? "";
    this.said = options.body ? JSON.parse(options.body) : null;
    this.isAborted = false;
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.fail = () => reject(new TypeError("no network"));
      options.signal.addEventListener("abort", () => ((this.isAborted = true), reject(new DOMException("", "AbortError"))));
    });
    /** @type {ReadableStreamDefaultController<Uint8Array> | null} */
    this.stream = null;
  }

  /** @param {number} status */
  refuse(status) {
    this.resolve?.(new Response(null, { status }));
  }

  /** Answers a poll. @param {any[]} messages */
  tell(...messages) {
    this.resolve?.(new Response(JSON.stringify(messages)));
  }

  /** Sends events down the stream. @param {any[]} messages */
  send(...messages) {
    if (!this.stream) this.resolve?.(new Response(new ReadableStream({ start: (stream) => void (this.stream = stream) })));
    for (const message of messages) this.stream?.enqueue(new TextEncoder().encode(`id: 1\ndata: ${JSON.stringify(message)}\n\n`));
  }
}

/** Lets promises settle. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A room with a clock that only the test moves. */
function scene({ since = /** @type {number | null} */ (7), isVisible = true } = {}) {
  /** @type {Socket[]} */
  const sockets = [];
  /** @type {{at: number, run: () => void}[]} */
  const timers = [];
  /** @type {any[]} */
  const heard = [];
  /** @type {string[]} */
  const states = [];
  /** @type {Asked[]} */
  const asked = [];
  let nowMs = 1_000_000;
  const surroundings = {
    Socket: /** @type {any} */ (class extends Socket {
      /** @param {string} url */
      constructor(url) {
        super(url);
        sockets.push(this);
      }
    }),
    fetch: /** @type {any} */ ((/** @type {string} */ url, /** @type {any} */ options) => {
      asked.push(new Asked(url, options));
      return asked.at(-1)?.answer;
    }),
    setTimer: (/** @type {() => void} */ run, /** @type {number} */ ms) => {
      const timer = { at: nowMs + ms, run };
      timers.push(timer);
      return timer;
    },
    clearTimer: (/** @type {any} */ timer) => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1)),
    nowMs: () => nowMs,
    chance: () => 1,
    isVisible: () => isVisible,
    base: "ws://house",
  };
  const connection = new Connection("r1", {
    since, surroundings,
    heard: (frame) => heard.push(frame),
    changed: (state, why) => states.push(why ? `${state}: ${why}` : state),
  });
  const pass = (/** @type {number} */ ms) => {
    for (const until = nowMs + ms; ;) {
      const next = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) return void (nowMs = until);
      timers.splice(timers.indexOf(next), 1);
      nowMs = Math.max(nowMs, next.at);
      next.run();
    }
  };
  connection.start();
  /** Two sockets that do not open. */
  const block = () => {
    for (let tries = 0; tries < 2; tries += 1) {
      sockets.at(-1)?.onclose({ code: 1006 });
      pass(2000);
    }
  };
  return { connection, sockets, asked, block, heard, states, pass, last: () => /** @type {Socket} */ (sockets.at(-1)), seqs: () => heard.filter((f) => f.type === "event").map((f) => f.seq) };
}

const ready = (/** @type {number} */ seq, now = 5000) => ({ type: "ready", seq, now, beat_every_s: 15 });
const fact = (/** @type {number} */ seq, prev = seq - 1) => ({ type: "event", seq, prev, event: { type: "job_unpinned", at: 0 } });

test("it asks for what came after the page was drawn, and is live when the room says so", () => {
  const { connection, last, states, seqs } = scene();
  assert.equal(last().url, "ws://house/api/rooms/r1/events?since=7");
  last().tell(fact(8), ready(8));
  assert.deepEqual(states, ["connecting", "live"]);
  assert.deepEqual(seqs(), [8]);
  assert.equal(connection.now(), 5000, "the server's clock, not ours");
});

test("without a seq it takes the room's whole state", () => {
  const { connection, last, heard } = scene({ since: null });
  assert.equal(last().url, "ws://house/api/rooms/r1/events");
  last().tell({ type: "resync", seq: 40, state: {} }, ready(40));
  assert.deepEqual(heard.map((frame) => frame.type), ["resync", "ready"]);
  assert.equal(connection.seq, 40);
});

test("a fact comes once however often it is told", () => {
  const { last, seqs } = scene();
  last().tell(fact(8), fact(8), ready(8), fact(7), fact(9));
  assert.deepEqual(seqs(), [8, 9]);
});

test("facts for the crew leave no hole for the others: prev names what this audience saw", () => {
  const { last, seqs, states } = scene();
  last().tell(ready(7), fact(11, 7));
  assert.deepEqual(seqs(), [11]);
  assert.deepEqual(states, ["connecting", "live"]);
});

test("a hole is never shown: it comes back for what is missing", () => {
  const { last, seqs, pass, states } = scene();
  last().tell(ready(7), fact(10, 9));
  assert.deepEqual(seqs(), []);
  assert.deepEqual(states, ["connecting", "live", "reconnecting"]);
  pass(1000);
  assert.equal(last().url, "ws://house/api/rooms/r1/events?since=7");
  last().tell(fact(8), fact(9), fact(10), ready(10));
  assert.deepEqual(seqs(), [8, 9, 10]);
});

test("a hole that the room cannot fill ends in a fresh start", () => {
  const { last, pass } = scene();
  last().tell(fact(10, 9));
  pass(1000);
  last().tell(fact(10, 9));
  pass(2000);
  assert.equal(last().url, "ws://house/api/rooms/r1/events");
});

test("after a lost socket it resumes with the last seq, and each try waits longer", async () => {
  const { last, pass, sockets, asked, seqs } = scene();
  last().tell(ready(7), fact(8));
  const waits = [];
  const tried = [];
  last().onclose({ code: 1006 });
  for (let tries = 0; tries < 8; tries += 1) {
    const before = [sockets.length, asked.length];
    let waited = 0;
    for (; sockets.length === before[0] && asked.length === before[1]; waited += 250) pass(250);
    waits.push(waited);
    const isSocket = sockets.length > (before[0] ?? 0);
    tried.push(isSocket ? "socket" : asked.at(-1)?.accept);
    assert.match(isSocket ? last().url : asked.at(-1)?.url ?? "", /\/api\/rooms\/r1\/events\?since=8$/);
    if (tries === 7) break;
    if (isSocket) last().onclose({ code: 1006 });
    else asked.at(-1)?.fail?.();
    await settle();
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  assert.deepEqual(tried, ["socket", "socket", "text/event-stream", "application/json", "socket", "text/event-stream", "application/json", "socket"]);
  last().tell(fact(9), ready(9));
  assert.deepEqual(seqs(), [8, 9]);
  last().onclose({ code: 4002 });
  const before = sockets.length;
  pass(500);
  assert.equal(sockets.length, before + 1, "a success starts the waits anew");
});

test("half of each wait is chance, so that a crowd does not come at once", () => {
  assert.deepEqual([backoffMs(3, 0), backoffMs(3, 1)], [2000, 4000]);
});

test("codes below 4500 come back; from 4500 on it stops and says why", () => {
  for (const code of [1001, 1006, 1012, 4001, 4003, 4499]) {
    const { last, states } = scene();
    last().onclose({ code });
    assert.equal(states.at(-1), "reconnecting", String(code));
  }
  for (const [code, why] of /** @type {[number, string][]} */ ([[4500, "malformed"], [4503, "forbidden"], [4504, "not-found"], [4505, "signed-out"], [4999, "refused"]])) {
    const { last, states, sockets, pass } = scene();
    last().onclose({ code });
    pass(60_000);
    assert.equal(states.at(-1), `stopped: ${why}`);
    assert.equal(sockets.length, 1, "it does not come back by itself");
  }
});

test("a socket that never opens is given up", () => {
  const { pass, sockets, states } = scene();
  pass(10_500);
  assert.equal(sockets.length, 2);
  assert.equal(states.at(-1), "reconnecting");
});

test("it says every fifteen seconds that it is there, and whether the page is in front", () => {
  const { last, pass } = scene({ isVisible: false });
  last().tell(ready(7));
  pass(30_000);
  assert.deepEqual(last().sent, Array(3).fill({ type: "beat", visible: false }));
});

test("frames that were told together are heard one by one, and none after a hole", () => {
  const { last, heard, seqs, states } = scene();
  last().tellTogether(fact(8), ready(8), { type: "live", viewers: 1 });
  assert.deepEqual(heard.map((frame) => frame.type), ["event", "ready", "live"]);
  last().tellTogether(fact(9), fact(11, 10), fact(12));
  assert.deepEqual(seqs(), [8, 9]);
  assert.equal(states.at(-1), "reconnecting");
});

test("a socket on which the server is not heard any more is dead, and its beats keep it alive", () => {
  const { last, pass, sockets, heard } = scene();
  last().tell(ready(7));
  for (let beats = 0; beats < 8; beats += 1) {
    pass(15_000);
    last().tell({ type: "beat" });
  }
  assert.equal(sockets.length, 1);
  assert.deepEqual(heard.map((frame) => frame.type), ["ready"]);
  pass(50_000);
  assert.equal(sockets.length, 2);
});

test("the network that comes back is tried at once; one that goes is not trusted", () => {
  const { connection, last, sockets, states } = scene();
  last().tell(ready(7));
  connection.lose();
  assert.equal(states.at(-1), "reconnecting");
  connection.hurry();
  assert.equal(sockets.length, 2);
  connection.hurry();
  assert.equal(sockets.length, 2, "one at a time");
});

test("a socket that was left is not heard any more", () => {
  const { connection, sockets, heard, pass } = scene();
  sockets[0]?.tell(ready(7));
  connection.stop();
  sockets[0]?.tell(fact(8));
  pass(60_000);
  assert.equal(heard.length, 1);
  assert.equal(sockets.length, 1);
});

test("where sockets do not open it goes on by a stream of events and loses nothing", async () => {
  const { connection, asked, block, seqs, pass, states } = scene();
  block();
  assert.equal(asked[0]?.url, "http://house/api/rooms/r1/events?since=7");
  assert.equal(asked[0]?.accept, "text/event-stream");
  asked[0]?.send([fact(8), { ...ready(8), seat: "s1" }], fact(9));
  await settle();
  assert.equal(states.at(-1), "live");
  assert.deepEqual(seqs(), [8, 9]);
  assert.equal(connection.state, "live");
  pass(15_000);
  assert.equal(asked.at(-1)?.url, "http://house/api/rooms/r1/events?seat=s1");
  assert.deepEqual(asked.at(-1)?.said, { type: "beat", visible: true });
});

test("an event that is cut in two on its way is one event", async () => {
  const { asked, block, seqs } = scene();
  block();
  asked[0]?.send(ready(7));
  await settle();
  const bytes = new TextEncoder().encode(`id: 8\ndata: ${JSON.stringify({ ...fact(8), words: "岗位" })}\n\n`);
  for (const byte of bytes) asked[0]?.stream?.enqueue(Uint8Array.of(byte));
  await settle();
  await settle();
  assert.deepEqual(seqs(), [8]);
});

test("where a stream does not come through either, it asks for one answer after another", async () => {
  const { asked, block, pass, seqs, states } = scene();
  block();
  pass(10_000);
  await settle();
  pass(4000);
  assert.equal(asked.at(-1)?.accept, "application/json");
  assert.equal(asked.at(-1)?.url, "http://house/api/rooms/r1/events?since=7");
  asked.at(-1)?.tell([fact(8), { ...ready(8), seat: "s1" }]);
  await settle();
  assert.equal(states.at(-1), "live");
  assert.equal(asked.at(-1)?.url, "http://house/api/rooms/r1/events?since=8&wait=20&seat=s1");
  asked.at(-1)?.tell(fact(9), [fact(10), fact(11)]);
  await settle();
  assert.deepEqual(seqs(), [8, 9, 10, 11]);
  assert.equal(asked.at(-1)?.url, "http://house/api/rooms/r1/events?since=11&wait=20&seat=s1");
});

test("a stream whose beats reach another process gives way to polling", async () => {
  const { asked, block, pass } = scene();
  block();
  asked[0]?.send({ ...ready(7), seat: "s1" });
  await settle();
  assert.equal(asked[1]?.said.type, "beat");
  asked[1]?.refuse(404);
  await settle();
  assert.ok(asked[0]?.isAborted);
  pass(1000);
  assert.equal(asked.at(-1)?.accept, "application/json");
});

test("sockets are tried again beside a stream, and nothing is lost or doubled when they open", async () => {
  const { asked, block, sockets, pass, last, seqs, states } = scene();
  block();
  asked[0]?.send({ ...ready(7), seat: "s1" });
  await settle();
  const tries = sockets.length;
  pass(30_000);
  assert.equal(sockets.length, tries + 1);
  last().onclose({ code: 1006 });
  asked[0]?.send(fact(8), { type: "beat" });
  await settle();
  assert.deepEqual(seqs(), [8]);
  asked[0]?.send({ type: "beat" });
  await settle();
  for (let waited = 0; sockets.length === tries + 1; waited += 15_000) {
    pass(15_000);
    asked[0]?.send({ type: "beat" });
    await settle();
    assert.ok(waited < 120_000);
  }
  asked[0]?.send(fact(9));
  await settle();
  last().tellTogether(fact(9), ready(9));
  last().tell(fact(10));
  assert.ok(asked[0]?.isAborted);
  assert.deepEqual(seqs(), [8, 9, 10]);
  assert.equal(states.at(-1), "live");
});

test("a refusal over HTTP stops it as a close code would, and a close frame is one", async () => {
  for (const [status, why] of /** @type {[number, string][]} */ ([[403, "forbidden"], [404, "not-found"], [401, "signed-out"]])) {
    const { asked, block, states } = scene();
    block();
    asked[0]?.refuse(status);
    await settle();
    assert.equal(states.at(-1), `stopped: ${why}`);
  }
  const { asked, block, states, heard } = scene();
  block();
  asked[0]?.send(ready(7), { type: "close", code: 4505 });
  await settle();
  assert.equal(states.at(-1), "stopped: signed-out");
  assert.deepEqual(heard.map((frame) => frame.type), ["ready"]);
});
