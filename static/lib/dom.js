// @ts-check
/**
 * Small hands for the document: make, find, listen, fill. Text is always set as text, never as markup.
 *
 *   el("p", {class: "hint", "data-fill": "note", onclick: f}, "text", child)   an element
 *   on(root, "click", "[data-open]", (event, target) => …)                     a delegated listener; returns its remover
 *   need("#chat")            the element, or an error that names what is missing
 *   find(root, selector)     the element or null, as HTMLElement
 *   clone("template-id")     a copy of a <template>'s first element
 *   fill(root, {title: …})   writes into [data-fill="title"] inside (or on) root; null leaves it alone
 *   icon("bag")              an svg of the sprite, whose address is taken from the page
 */

/**
 * @typedef {string | number | Node | null | undefined | false} Child
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>} Attributes
 */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes] keys starting with "on" take a function; true writes a bare attribute, false and null none
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

/**
 * @param {Document | HTMLElement} root
 * @param {string} type
 * @param {string} selector
 * @param {(event: Event, target: HTMLElement) => void} listener
 * @returns {() => void} stops listening
 */
export function on(root, type, selector, listener) {
  /** @param {Event} event */
  const heard = (event) => {
    if (!(event.target instanceof Element)) return;
    const target = event.target.closest(selector);
    if (target instanceof HTMLElement && root.contains(target)) listener(event, target);
  };
  root.addEventListener(type, heard);
  return () => root.removeEventListener(type, heard);
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function find(root, selector) {
  const node = root.querySelector(selector);
  return node instanceof HTMLElement ? node : null;
}

/**
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
export function need(selector, root = document) {
  const node = find(root, selector);
  if (!node) throw new Error(`the page has no ${selector}`);
  return node;
}

/**
 * @param {string} id of a <template>
 * @returns {HTMLElement}
 */
export function clone(id) {
  const template = document.getElementById(id);
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`the page has no template ${id}`);
  const first = template.content.firstElementChild?.cloneNode(true);
  if (!(first instanceof HTMLElement)) throw new Error(`template ${id} is empty`);
  return first;
}

/**
 * @param {HTMLElement} root
 * @param {Record<string, string | number | null | undefined>} values
 * @returns {HTMLElement} root
 */
export function fill(root, values) {
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined) continue;
    const selector = `[data-fill="${CSS.escape(name)}"]`;
    if (root.matches(selector)) root.textContent = String(value);
    for (const slot of root.querySelectorAll(selector)) slot.textContent = String(value);
  }
  return root;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} name an id in static/icons.svg
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const used = document.querySelector("use[href*='icons.svg']")?.getAttribute("href") ?? "/static/icons.svg";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${used.split("#")[0]}#${name}`);
  svg.append(use);
  return svg;
}
