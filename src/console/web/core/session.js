// Who is signed in and what they may do. The token lives in the tab's session storage and nowhere
// else: no cookie, nothing that outlives the tab. Only the last company is remembered for longer.

import { get, put } from './keep.js';
import { request, useToken } from './service.js';

const TOKEN = 'smart-customer.token';
const LAST = 'last-company';

/**
 * @typedef {import('./service.js').Company & {customers?: number}} Known
 * @typedef {object} Session
 * @property {string} token
 * @property {string} name
 * @property {string[]} permissions
 * @property {string} product the scope, `*` for all
 * @property {string} company the scope, `*` for all
 * @property {Known[]} companies those that the token may see
 * @property {boolean} more whether there are more than those
 */

/** @type {Session | null} */
let current = null;
const listeners = new Set();

/** @returns {Session | null} */
export function session() {
  return current;
}

/**
 * Whether the token has a permission. To manage the service it takes one for all companies, too.
 * @param {'read' | 'write' | 'admin'} permission
 */
export function can(permission) {
  if (!current?.permissions.includes(permission)) return false;
  return permission !== 'admin' || (current.product === '*' && current.company === '*');
}

/**
 * Signs in with a token.
 * @param {string} token
 * @returns {Promise<Session>}
 * @throws {import('./service.js').Problem} where it is none
 */
export async function signIn(token) {
  useToken(token, () => signOut('refused'));
  try {
    current = await load(token);
  } catch (error) {
    useToken(null);
    throw error;
  }
  keepToken(token);
  tell();
  return current;
}

/**
 * Signs in again with the token of this tab, if there is one.
 * @returns {Promise<Session | null>}
 */
export async function resume() {
  const token = keptToken();
  return token ? signIn(token) : null;
}

/** Reads again which companies there are and how many customers they have. */
export async function refreshSession() {
  if (!current) return;
  current = await load(current.token);
  tell();
}

/**
 * Signs out.
 * @param {'refused' | 'wanted'} [why]
 */
export function signOut(why = 'wanted') {
  const was = current;
  current = null;
  useToken(null);
  keepToken(null);
  if (was) tell(why);
}

/**
 * Calls `listener` after each change, with the reason where somebody was signed out.
 * @param {(why?: 'refused' | 'wanted') => void} listener
 */
export function onSession(listener) {
  listeners.add(listener);
}

/**
 * The company that was worked with last.
 * @returns {import('./service.js').Company | null}
 */
export function lastCompany() {
  try {
    const { product, version, company } = JSON.parse(get(LAST) ?? '{}');
    return product && version && company ? { product, version, company } : null;
  } catch {
    return null;
  }
}

/** @param {import('./service.js').Company} company */
export function rememberCompany({ product, version, company }) {
  put(LAST, JSON.stringify({ product, version, company }));
}

/**
 * Whether the token's scope holds a company.
 * @param {import('./service.js').Company} company
 */
export function isInScope({ product, company }) {
  if (!current) return false;
  const holds = (scope, name) => scope === '*' || scope === name;
  return holds(current.product, product) && holds(current.company, company);
}

async function load(token) {
  const { body } = await request('GET', 'console/session');
  const { name, permissions, product, company } = body.token;
  return { token, name, permissions, product, company, companies: body.companies, more: body.more };
}

function tell(why) {
  listeners.forEach((listener) => listener(why));
}

function keptToken() {
  try {
    return sessionStorage.getItem(TOKEN);
  } catch {
    return null;
  }
}

function keepToken(token) {
  try {
    if (token === null) sessionStorage.removeItem(TOKEN);
    else sessionStorage.setItem(TOKEN, token);
  } catch {
    // Without a session storage one signs in again after a reload.
  }
}
