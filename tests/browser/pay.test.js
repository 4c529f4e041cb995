// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { payText } from "../../static/lib/pay.js";

test("pay reads as the server writes it", () => {
  assert.equal(payText(6500, 8500, "month", "en"), "¥6,500–8,500 / month");
  assert.equal(payText(18000, 28500, "月", "zh-CN"), "¥1.8万–28,500 / 月");
  assert.equal(payText(1234567, 1234567, "year", "en"), "¥1,234,567 / year");
  assert.equal(payText(20, 20, "小时", "zh-CN"), "¥20 / 小时");
});
