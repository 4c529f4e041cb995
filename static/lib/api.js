// @ts-check
/**
 * Requests to the JSON API, for forms and for view modules.
 *
 *   await send("POST", "/api/jobs/1/applications", body?, {key?})  → the answer's JSON (null for 204)
 *   await read("/api/…")                                           → JSON
 *   throws Problem (the server refused: .status .type .detail .fields .answer) or TypeError (no connection)
 *
 * A key made once per tap and passed again on a retry makes the retry safe; see Attempt in fields.js.
 * crypto.randomUUID exists only on HTTPS and localhost: newKey() works everywhere.
 */
import { t } from "./texts.js";

/** @typedef {{status: number, type: string, detail: string, fields: Record<string, string>, answer: any}} ProblemShape */

export class Problem extends Error {
  /** @param {ProblemShape} shape */
  constructor(shape) {
    super(shape.detail);
    this.name = "Problem";
    this.status = shape.status;
    this.type = shape.type;
    this.detail = shape.detail;
    this.fields = shape.fields;
    this.answer = shape.answer;
  }
}

/** @returns {string} a fresh UUID v4 */
export function newKey() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
async function take(response) {
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const answer = isJson && text ? JSON.parse(text) : null;
  if (response.ok) return answer;
  throw new Problem({
    status: response.status,
    type: String(answer?.type ?? "about:blank"),
    detail: String(answer?.detail ?? answer?.title ?? t("Something went wrong on our side. Please try again.")),
    fields: answer?.fields ?? {},
    answer,
  });
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body] sent as JSON; undefined sends none
 * @param {{key?: string, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export async function send(method, url, body, { key = newKey(), signal } = {}) {
  /** @type {RequestInit} */
  const init = { method, credentials: "same-origin", headers: { Accept: "application/json", "Idempotency-Key": key } };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  if (signal) init.signal = signal;
  return take(await fetch(url, init));
}

/**
 * @param {string} url
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export async function read(url, { signal } = {}) {
  return take(await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" }, signal: signal ?? null }));
}
