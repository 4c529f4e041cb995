// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Attempt, collect, fillAddress, readApi } from "../../static/lib/fields.js";

test("a form becomes nested JSON with the types its controls name", () => {
  const body = collect([
    { name: "title", value: "  CNC operator " },
    { name: "pay.min", value: "6500", type: "number" },
    { name: "pay.max", value: "8500", type: "number" },
    { name: "housing", value: false },
    { name: "skills", value: "车床，卡尺、 drawings\n", type: "list" },
    { name: "rule", value: '{"weekday": 3}', type: "json" },
  ]);
  assert.deepEqual(body, {
    title: "CNC operator",
    pay: { min: 6500, max: 8500 },
    housing: false,
    skills: ["车床", "卡尺", "drawings"],
    rule: { weekday: 3 },
  });
});

test("an empty control is left out, unless it asks to be kept", () => {
  assert.deepEqual(collect([{ name: "a", value: " " }, { name: "b", value: "", type: "number" }, { name: "c", value: "", keepEmpty: true }]), { c: "" });
});

test("a name given twice makes a list, in order", () => {
  assert.deepEqual(collect([{ name: "day", value: "mon" }, { name: "day", value: "fri" }, { name: "day", value: "sun" }]), { day: ["mon", "fri", "sun"] });
});

test("a number that is none is sent as null for the server to refuse, never as a text", () => {
  assert.equal(JSON.stringify(collect([{ name: "n", value: "12a", type: "number" }])), '{"n":null}');
});

test("a hostile name cannot reach the prototype", () => {
  collect([{ name: "__proto__.polluted", value: "yes" }, { name: "constructor.prototype.polluted", value: "yes" }]);
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
});

test("an address is filled from the answer and encoded", () => {
  assert.equal(fillAddress("/jobs/{id}?from={job.place}", { id: "a/b", job: { place: "苏州 1" } }), "/jobs/a%2Fb?from=%E8%8B%8F%E5%B7%9E%201");
  assert.equal(fillAddress("/jobs/{id}", null), "/jobs/");
});

test("data-api names a method that changes something and a path of this site", () => {
  assert.deepEqual(readApi("POST /api/jobs"), { method: "POST", url: "/api/jobs" });
  assert.throws(() => readApi("GET /api/jobs"));
  assert.throws(() => readApi("POST https://elsewhere.example/"));
});

test("a retry of the same body keeps its key; another body or a definite answer gets a new one", () => {
  let made = 0;
  const attempt = new Attempt(() => `key-${++made}`);
  assert.equal(attempt.keyFor("POST /a {}"), "key-1");
  assert.equal(attempt.keyFor("POST /a {}"), "key-1");
  assert.equal(attempt.keyFor('POST /a {"x":1}'), "key-2");
  attempt.settle();
  assert.equal(attempt.keyFor('POST /a {"x":1}'), "key-3");
});
