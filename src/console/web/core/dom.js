// The only place where nodes are made. Whatever comes from users goes through `h` and `svg` as a
// text node or an attribute, never as markup, so no name or address can ever become HTML.

const SVG = 'http://www.w3.org/2000/svg';

/** Set as properties, because their attributes are only what a field begins with. */
const PROPERTIES = new Set(['value', 'checked', 'disabled', 'indeterminate', 'open', 'selected']);

/**
 * @typedef {string | number | Node | null | undefined | false | Child[]} Child
 * @typedef {Record<string, unknown>} Attributes strings and booleans as attributes, functions named
 *   `onclick` and the like as listeners, `style` as an object of computed geometry
 */

/**
 * Makes an HTML element.
 * @param {string} tag
 * @param {Attributes | null} [attributes]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * Makes an SVG element.
 * @param {string} tag
 * @param {Attributes | null} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * Puts `children` in the place of all that a node holds.
 * @template {Element} N
 * @param {N} node
 * @param {...Child} children
 * @returns {N}
 */
export function replace(node, ...children) {
  node.replaceChildren(...nodes(children));
  return node;
}

/**
 * Says something to those who do not see the screen.
 * @param {string} text
 */
export function announce(text) {
  const region = document.getElementById('announcer');
  if (!region) return;
  region.textContent = '';
  // A region that says the same twice is only heard again when it was empty in between.
  setTimeout(() => { region.textContent = text; }, 50);
}

let lastId = 0;

/**
 * An id that no other element has, to tie a label or a description to a field.
 * @param {string} prefix
 * @returns {string}
 */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) set(element, name, value);
  element.append(...nodes(children));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === 'function') element.addEventListener(name.slice(2), value);
  else if (name === 'style') setStyle(element, value);
  else if (PROPERTIES.has(name) && name in element) element[name] = value;
  else element.setAttribute(name, value === true ? '' : String(value));
}

// The policy allows no style attribute; what script computes is set on the object instead.
function setStyle(element, style) {
  for (const [name, value] of Object.entries(style)) element.style.setProperty(name, String(value));
}

function nodes(children) {
  return children.flat(Infinity).filter(isThere).map((child) => (child instanceof Node ? child : String(child)));
}

function isThere(child) {
  return child !== null && child !== undefined && child !== false;
}
