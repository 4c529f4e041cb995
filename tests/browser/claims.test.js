// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Problem } from "../../static/lib/api.js";
import { Claims } from "../../static/live/claims.js";

const refusal = (/** @type {number} */ status, /** @type {string} */ name) => new Problem({ status, type: `/problems/${name}`, detail: `says ${name}`, fields: {}, answer: null });
const LOST = new TypeError("Failed to fetch");

/** Answers are given one after another: a value, or an error that is thrown. */
function scene(/** @type {any[]} */ answers, kept = /** @type {Record<string, string>} */ ({})) {
  /** @type {string[]} */
  const keys = [];
  let made = 0;
  const claims = new Claims({
    send: async (_method, _url, _body, { key }) => {
      keys.push(key);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    store: { getItem: (name) => kept[name] ?? null, setItem: (name, value) => void (kept[name] = value) },
    newKey: () => `key${(made += 1)}`,
    changed: () => {},
    pause: async () => {},
  });
  return { claims, keys, kept };
}

test("a place that was claimed is won, with the way to the interview", async () => {
  const { claims } = scene([{ claim: "c1", place: 1, interview: "i1" }]);
  await claims.claim("o1");
  assert.deepEqual([claims.of("o1")?.status, claims.of("o1")?.interview], ["won", "i1"]);
});

test("until there is a definite answer the same key is repeated", async () => {
  const { claims, keys } = scene([LOST, refusal(503, "busy"), refusal(429, "too-fast"), LOST, { claim: "c1", place: 1, interview: null }]);
  await claims.claim("o1");
  assert.equal(claims.of("o1")?.status, "won");
  assert.deepEqual(keys, Array(5).fill("key1"));
});

test("full, closed and already are told apart, and everything else is said in the house's words", async () => {
  for (const [status, name, shown] of /** @type {[number, string, string][]} */ ([[409, "full", "full"], [410, "closed", "closed"], [409, "already", "already"], [403, "forbidden", "refused"]])) {
    const { claims } = scene([refusal(status, name)]);
    await claims.claim("o1");
    assert.deepEqual([claims.of("o1")?.status, claims.of("o1")?.detail], [shown, `says ${name}`]);
  }
});

test("two taps are one claim", async () => {
  const { claims, keys } = scene([LOST, { claim: "c1", place: 1, interview: null }]);
  await Promise.all([claims.claim("o1"), claims.claim("o1")]);
  assert.deepEqual(keys, ["key1", "key1"], "one try that was lost, and its repetition");
});

test("a claim in doubt when the page was left goes on with its key on the next page", async () => {
  const kept = { "daigang.claims": JSON.stringify({ o1: { status: "pending", key: "before", interview: null, detail: "" } }) };
  const { claims, keys } = scene([{ claim: "c1", place: 1, interview: null }], kept);
  await claims.resume();
  assert.deepEqual([keys, claims.of("o1")?.status], [["before"], "won"]);
  assert.equal(scene([], kept).claims.of("o1")?.status, "won", "the answer is kept, too");
});

test("a result that was read is forgotten; a later tap is a new attempt", async () => {
  const { claims, keys } = scene([refusal(409, "full"), { claim: "c1", place: 1, interview: null }]);
  await claims.claim("o1");
  claims.forget("o1");
  assert.equal(claims.of("o1"), null);
  await claims.claim("o1");
  assert.deepEqual(keys, ["key1", "key2"]);
});

test("who stands by has a position, and wins when the line comes to them", async () => {
  const { claims, keys } = scene([LOST, { claim: "c1", place: null, interview: null, state: "standing", position: 2 }]);
  await claims.standBy("o1");
  assert.deepEqual([claims.of("o1")?.status, claims.of("o1")?.position, keys], ["standing", 2, ["key1", "key1"]]);
  claims.learn("o1", { state: "standing", interview: null, position: 1 });
  assert.equal(claims.of("o1")?.position, 1);
  claims.learn("o1", { state: "holding", interview: "i1", position: 0 });
  assert.deepEqual([claims.of("o1")?.status, claims.of("o1")?.interview], ["won", "i1"]);
  claims.learn("o1", { state: "expired", interview: null, position: 0 });
  assert.equal(claims.of("o1")?.status, "won", "what was read on the card stays");
});

test("a page opened later shows a place or a line, and nothing of what is past", () => {
  for (const [state, shown] of [["holding", "already"], ["hired", "already"], ["standing", "standing"], ["declined", undefined]]) {
    const { claims } = scene([]);
    claims.learn("o1", { state: String(state), interview: null, position: 1 });
    assert.equal(claims.of("o1")?.status, shown);
  }
});
