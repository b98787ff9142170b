// Reads a company's customers page by page. What the service can select it selects; by advisory,
// and by age within a search, it cannot, so there the list is read on until a page is full, and
// only so far at a time: how far it looked is told.

import { companyPath, request } from '../core/service.js';
import { ulidAt } from '../core/ulid.js';

/** Customers on a page. */
export const PAGE = 50;

/** Customers asked for at once where most of them will not be shown. */
const CHUNK = 500;

/** Customers looked at before the reader is asked whether to go on. */
const MOST_LOOKED_AT = 5000;

const DAY = 24 * 60 * 60 * 1000;

/**
 * @typedef {{q: string, category: string, market: string, advisory: string, created: string}} Filter
 * @typedef {object} Page
 * @property {Record<string, any>[]} rows
 * @property {string | null} next the id that the next page goes on after
 * @property {number} looked how many customers were looked at
 * @property {boolean} isCut whether it stopped before the page was full or the list at its end
 * @property {string | null} until when the last one that was looked at was created
 */

/**
 * Reads a page.
 * @param {import('../core/service.js').Company} company
 * @param {Filter} filter
 * @param {string | null} after the id it goes on after
 * @param {AbortSignal} signal
 * @param {number} [wanted] customers
 * @returns {Promise<Page>}
 */
export async function readPage(company, filter, after, signal, wanted = PAGE) {
  const criteria = ownCriteria(filter);
  const page = { rows: [], next: after ?? firstPlace(filter), looked: 0, isCut: false, until: null };
  do {
    const list = await readList(company, filter, page.next, criteria ? CHUNK : wanted, signal);
    take(page, list, criteria ?? (() => true), wanted);
  } while (page.next && page.rows.length < wanted && page.looked < MOST_LOOKED_AT);
  page.isCut = page.next !== null && page.rows.length < wanted;
  return page;
}

/**
 * Whether a filter selects a customer, as well as can be told here: a search also finds what is
 * spelt nearly so.
 * @param {Filter} filter
 * @param {Record<string, any>} customer
 */
export function selects(filter, customer) {
  const { category, market, q } = filter;
  return (!category || customer.ai.category === category)
    && (!market || customer.ai.market === market)
    && (!q || hasWords(customer, q))
    && isSince(filter.created, customer)
    && hasAdvisory(filter.advisory, customer);
}

/** Whether anything is filtered at all. @param {Filter} filter */
export function isFiltered(filter) {
  return Object.values(filter).some(Boolean);
}

async function readList(company, { q, category, market }, after, limit, signal) {
  const { body, headers } = await request('GET', companyPath(company, 'customer'), {
    query: { q, category, market, limit, after }, signal,
  });
  const next = /[?&]after=([^&>]+)[^>]*>; rel="next"/.exec(headers.get('Link') ?? '');
  return { customers: body, next: next && decodeURIComponent(next[1]) };
}

function take(page, { customers, next }, isWanted, wanted) {
  for (const [at, customer] of customers.entries()) {
    page.looked += 1;
    page.until = customer['created-at'];
    if (isWanted(customer)) page.rows.push(customer);
    if (page.rows.length === wanted) {
      page.next = at + 1 < customers.length || next ? customer.id : null;
      return;
    }
  }
  page.next = next;
}

/** What the service cannot select by; null where it does all. */
function ownCriteria({ advisory, created, q }) {
  if (!advisory && !(created && q)) return null;
  return (customer) => hasAdvisory(advisory, customer) && (!q || isSince(created, customer));
}

// A search goes on after a customer that it found, so no place can be made up for it.
function firstPlace({ created, q }) {
  return created && !q ? ulidAt(beginning(created)) : null;
}

function beginning(created) {
  if (created === 'today') return new Date().setHours(0, 0, 0, 0);
  return Date.now() - Number.parseInt(created, 10) * DAY;
}

function isSince(created, customer) {
  return !created || Date.parse(customer['created-at']) >= beginning(created);
}

function hasAdvisory(code, customer) {
  return !code || customer.ai.advisories.some((advisory) => advisory.code === code);
}

function hasWords(customer, q) {
  const there = words(`${customer['first-name']} ${customer['last-name']} ${customer.email}`);
  return words(q).every((wanted) => there.some((word) => word.startsWith(wanted)));
}

function words(text) {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}
