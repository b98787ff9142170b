// One customer at the service: read, create, change, delete. Every change says which state it was
// made for, so that nobody overwrites what somebody else has just written.

import { companyPath, customerPath, request } from '../core/service.js';

/** The fields that a person enters, in their order. */
export const FIELDS = ['first-name', 'last-name', 'email', 'vat-number'];

/**
 * @typedef {import('../core/service.js').Company} Company
 * @typedef {Record<string, string>} Draft the four fields
 * @typedef {Record<string, any>} Customer
 * @typedef {{customer: Customer, etag: string | null}} Record
 */

/** The fields of a customer that a person entered. @param {Customer} customer @returns {Draft} */
export function draftOf(customer) {
  return Object.fromEntries(FIELDS.map((field) => [field, customer[field] ?? '']));
}

/** Those fields of `wanted` that are not as in `kept`. @param {Draft} wanted @param {Draft} kept @returns {Draft} */
export function changesOf(wanted, kept) {
  return Object.fromEntries(FIELDS.filter((field) => wanted[field] !== kept[field]).map((field) => [field, wanted[field]]));
}

/** @param {Company} company @param {string} id @param {AbortSignal} [signal] @returns {Promise<Record>} */
export async function readCustomer(company, id, signal) {
  return record(await request('GET', customerPath(company, id), { signal }));
}

/** What would be stored of a draft; nothing is. @param {Company} company @param {Draft} draft @param {AbortSignal} [signal] */
export async function judgeDraft(company, draft, signal) {
  const query = { 'validate-only': true };
  return (await request('POST', companyPath(company, 'customer'), { query, body: draft, signal })).body;
}

/** @param {Company} company @param {Draft} draft @param {string} key the same for each attempt @returns {Promise<Record>} */
export async function createCustomer(company, draft, key) {
  const headers = { 'Idempotency-Key': key };
  return record(await request('POST', companyPath(company, 'customer'), { body: draft, headers }));
}

/** @param {Company} company @param {string} id @param {Draft} changes @param {string | null} etag @returns {Promise<Record>} */
export async function changeCustomer(company, id, changes, etag) {
  const headers = { 'Content-Type': 'application/merge-patch+json', ...ifMatch(etag) };
  const body = JSON.stringify(changes);
  return record(await request('PATCH', customerPath(company, id), { body, headers }));
}

/** @param {Company} company @param {string} id @param {string | null} etag */
export async function deleteCustomer(company, id, etag) {
  await request('DELETE', customerPath(company, id), { headers: ifMatch(etag) });
}

function ifMatch(etag) {
  return etag ? { 'If-Match': etag } : {};
}

function record({ body, headers }) {
  return { customer: body, etag: headers.get('ETag') };
}
