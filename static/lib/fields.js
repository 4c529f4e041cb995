// @ts-check
/**
 * From form fields to the JSON of a request, and from an answer to an address. Knows no document.
 *
 * A field is {name, value, type}: type is the data-type of the control.
 *   (none) text, trimmed; an empty text is left out unless keepEmpty is set
 *   number "12" → 12; boolean true/false; list "a, b⏎c" → ["a","b","c"]; json parsed as it stands
 * A dot nests: "pay.min" → {pay: {min: …}}. A name given twice makes a list.
 */

/**
 * @typedef {{name: string, value: string | boolean, type?: string, keepEmpty?: boolean}} Field
 * @typedef {{[key: string]: any}} Body
 */

/**
 * @param {Field} field
 * @returns {any} undefined when there is nothing to send
 */
export function readValue({ value, type, keepEmpty }) {
  if (typeof value === "boolean") return value;
  const text = value.trim();
  if (type === "boolean") return text === "true" || text === "on" || text === "1";
  if (type === "list") return text ? text.split(/[\n,，、;；]+/).map((item) => item.trim()).filter(Boolean) : [];
  if (text === "") return keepEmpty ? "" : undefined;
  if (type === "number") return Number(text);
  if (type === "json") return JSON.parse(text);
  return text;
}

/**
 * @param {Iterable<Field>} fields
 * @returns {Body}
 */
export function collect(fields) {
  /** @type {Body} */
  const body = {};
  for (const field of fields) {
    const value = readValue(field);
    if (value === undefined) continue;
    const path = field.name.split(".");
    if (path.some((part) => part === "__proto__" || part === "constructor")) continue;
    const last = /** @type {string} */ (path.pop());
    let place = body;
    for (const part of path) place = place[part] ??= {};
    if (last in place) place[last] = [].concat(place[last], value);
    else place[last] = value;
  }
  return body;
}

/**
 * @param {string} template "/jobs/{id}" or "/x/{job.id}"
 * @param {any} answer
 * @returns {string} places filled and encoded; an unknown place becomes empty
 */
export function fillAddress(template, answer) {
  return template.replace(/\{([\w.]+)\}/g, (_, path) => {
    /** @type {any} */
    let value = answer;
    for (const part of path.split(".")) value = value?.[part];
    return value === undefined || value === null ? "" : encodeURIComponent(String(value));
  });
}

/**
 * Splits data-api="POST /api/jobs".
 * @param {string} api
 * @returns {{method: string, url: string}}
 */
export function readApi(api) {
  const match = /^(POST|PUT|PATCH|DELETE)\s+(\/\S*)$/.exec(api.trim());
  if (!match) throw new Error(`data-api must be "METHOD /path", not "${api}"`);
  return { method: match[1] ?? "", url: match[2] ?? "" };
}

/**
 * One key per attempt: the same request repeated after a lost answer keeps its key, another body
 * or a definite answer gets a new one.
 */
export class Attempt {
  /** @param {() => string} [makeKey] */
  constructor(makeKey = () => crypto.randomUUID()) {
    this.makeKey = makeKey;
    /** @type {string | null} */
    this.request = null;
    this.key = "";
  }

  /**
   * @param {string} request method, address and body as sent
   * @returns {string} the Idempotency-Key
   */
  keyFor(request) {
    if (this.request !== request) {
      this.request = request;
      this.key = this.makeKey();
    }
    return this.key;
  }

  /** A definite answer came: the next tap is a new attempt. */
  settle() {
    this.request = null;
  }
}
