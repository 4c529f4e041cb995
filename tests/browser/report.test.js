// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { align } from "../../static/pages/report/curve.js";
import { compareKeys, isChosen } from "../../static/pages/report/table.js";

test("two curves share one axis, each keeping its value until it changes", () => {
  const everybody = /** @type {[number, number][]} */ ([[10, 1], [20, 3], [40, 0]]);
  const audience = /** @type {[number, number][]} */ ([[20, 1], [30, 2], [40, 0]]);
  assert.deepEqual(align(everybody, audience), [[10, 20, 30, 40], [1, 3, 3, 0], [0, 1, 2, 0]]);
  assert.deepEqual(align([], []), [[], [], []]);
});

test("numbers are ordered by size, words by language, and nothing comes last", () => {
  const sorted = (/** @type {string[]} */ keys) => [...keys].sort((a, b) => compareKeys(a, b, "zh-CN"));
  assert.deepEqual(sorted(["10", "9", "", "100.5"]), ["9", "10", "100.5", ""]);
  assert.deepEqual(sorted(["访客 10", "访客 9", "陈杰"]), ["陈杰", "访客 9", "访客 10"]);
});

test("a row is shown when its role and its name fit", () => {
  const wang = { role: "candidate", name: "Wang Min" };
  assert.ok(isChosen(wang, "", ""));
  assert.ok(isChosen(wang, "candidate", " wang "));
  assert.ok(!isChosen(wang, "guest", ""));
  assert.ok(!isChosen(wang, "", "li"));
});
