// Leads from the hash of the address to a screen, so that one page is the whole console and every
// screen, with its filters, has an address of its own.

import { replace } from './dom.js';
import { t } from './text.js';

/**
 * @typedef {Record<string, string> & {query: URLSearchParams}} Params the named parts of the path
 * @typedef {(params: any, main: HTMLElement, signal: AbortSignal) => Promise<void>} Screen
 * @typedef {object} Route
 * @property {string} path such as `/{product}/{version}/{company}/customers/{id}`
 * @property {() => Promise<{default: Screen}>} load
 * @property {string} [needs] the permission without which it is not shown
 * @typedef {object} Options
 * @property {HTMLElement} main where screens are shown
 * @property {(route: Route, params: Params) => string | null} guard leads elsewhere
 * @property {(route: Route, params: Params) => void} onEnter told before a screen is shown
 * @property {(error: Error, main: HTMLElement, again: () => void) => void} onError shows what went wrong
 */

/** @type {Route[]} */
let routes = [];
/** @type {Options} */
let options;
let leaving = new AbortController();

/**
 * Goes to a screen.
 * @param {string} hash such as `#/companies`
 */
export function go(hash) {
  if (location.hash === hash) show();
  else location.hash = hash;
}

/**
 * Goes to a screen without a step to come back to.
 * @param {string} hash
 */
export function goInstead(hash) {
  history.replaceState(null, '', hash);
  show();
}

/**
 * Notes a query in the address without showing the screen anew.
 * @param {Record<string, string | null | undefined>} query
 */
export function noteQuery(query) {
  const given = Object.entries(query).filter(([, value]) => value);
  const path = location.hash.split('?')[0];
  const search = new URLSearchParams(given).toString();
  history.replaceState(null, '', path + (search && `?${search}`));
}

/**
 * Starts to follow the address.
 * @param {Route[]} screens the first that fits is shown
 * @param {Options} given
 */
export function start(screens, given) {
  routes = screens;
  options = given;
  addEventListener('hashchange', show);
  show();
}

/** Shows the screen of the address anew, as after a change of the language. */
export function refresh() {
  show();
}

/**
 * The address of a company's screen.
 * @param {import('./service.js').Company} company
 * @param {string} rest such as `customers`
 * @param {Record<string, string | null | undefined>} [query]
 */
export function companyHash({ product, version, company }, rest, query = {}) {
  const parts = [product, version, company].map(encodeURIComponent).join('/');
  const given = Object.entries(query).filter(([, value]) => value);
  const search = new URLSearchParams(given).toString();
  return `#/${parts}/${rest}${search && `?${search}`}`;
}

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const [path, search = ''] = location.hash.slice(1).split('?');
  const found = find(path);
  const params = { ...found?.params, query: new URLSearchParams(search) };
  const elsewhere = options.guard(found?.route ?? null, params);
  if (elsewhere) return goInstead(elsewhere);
  options.onEnter(found.route, params);
  await run(found.route, params, signal);
}

async function run(route, params, signal) {
  const { main } = options;
  try {
    const screen = (await route.load()).default;
    if (signal.aborted) return;
    replace(main);
    window.scrollTo(0, 0);
    const shown = screen(params, main, signal);
    arrive(main);
    await shown;
    if (!signal.aborted) arrive(main);
  } catch (error) {
    if (signal.aborted) return;
    options.onError(error, main, show);
    arrive(main);
  }
}

/** The title follows the heading, and whoever reads with ears or keys is led to it. */
function arrive(main) {
  const heading = main.querySelector('h1');
  document.title = heading?.textContent ? `${heading.textContent} · ${t('app.name')}` : t('app.name');
  if (!heading || main.contains(document.activeElement)) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

function find(path) {
  const given = path.split('/').map(decoded);
  for (const route of routes) {
    const params = match(route.path.split('/'), given);
    if (params) return { route, params };
  }
  return null;
}

function match(wanted, given) {
  if (wanted.length !== given.length) return null;
  const params = {};
  for (const [at, part] of wanted.entries()) {
    if (part.startsWith('{')) params[part.slice(1, -1)] = given[at];
    else if (part !== given[at]) return null;
  }
  return Object.values(params).every(Boolean) ? params : null;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
