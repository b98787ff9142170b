// What a sentence asks for, ready to be done by a person: a filled form to save, a question before
// something is deleted, a way to the list, the page or the figures that were asked for.

import { h, replace } from '../core/dom.js';
import { t } from '../core/text.js';
import { companyHash, go } from '../core/router.js';
import { can } from '../core/session.js';
import { CustomerForm } from '../customer/form.js';
import { draftOf, FIELDS, readCustomer } from '../customer/record.js';
import { removeCustomer } from '../customer/remove.js';
import { icon } from '../part/icon.js';
import { fullName } from '../part/judgement.js';
import { mishap } from '../part/mishap.js';

/** @type {Record<string, (asked: Asked) => import('../core/dom.js').Child>} */
const PREPARED = {
  customer_creation: creation,
  customer_listing: listing,
  customer_detail: (asked) => ofCustomer(asked, detail),
  customer_update: (asked) => (can('write') ? ofCustomer(asked, update) : mayNot()),
  customer_deletion: (asked) => (can('write') ? ofCustomer(asked, deletion) : mayNot()),
  company_insight: insight,
};

/**
 * @typedef {object} Asked
 * @property {import('../core/service.js').Company} company
 * @property {Record<string, any>} intent
 * @property {string | null} id whom it is about
 * @property {AbortSignal} signal
 */

/**
 * @param {import('../core/service.js').Company} company
 * @param {Record<string, any>} intent the answer of the service
 * @param {string | null} chosen the one of the candidates who is meant
 * @param {AbortSignal} signal
 * @returns {import('../core/dom.js').Child}
 */
export function preparedView(company, intent, chosen, signal) {
  return PREPARED[intent.purpose]?.({ company, intent, id: chosen ?? target(intent), signal }) ?? null;
}

/** The customer at whom the prepared request points. */
function target({ operation }) {
  const found = /\/customer\/([^/?]+)$/.exec(operation?.path ?? '');
  return found && decodeURIComponent(found[1]);
}

function creation({ company, intent, signal }) {
  if (!can('write')) return mayNot();
  const values = Object.fromEntries(FIELDS.map((field) => [field, intent.parameters[field] ?? '']));
  return [h('h2', null, t('ask.check-create')), new CustomerForm(company, values, null, signal).node];
}

function update({ company, intent, signal }, record) {
  const kept = draftOf(record.customer);
  const changes = intent.operation?.body ?? newValues(intent, kept);
  const lines = Object.keys(changes).filter((field) => changes[field] !== kept[field]).map((field) => h('li', null,
    `${t(`field.${field}`)}: `, h('del', null, h('bdi', null, kept[field])), ' → ', h('ins', null, h('bdi', null, changes[field]))));
  return [
    h('h2', null, t('ask.check-update', { name: fullName(record.customer) })),
    lines.length > 0 && h('ul', { class: 'plain' }, lines),
    new CustomerForm(company, { ...kept, ...changes }, record, signal).node,
  ];
}

/** Where it was not clear who is meant, the names in the sentence say who, and the rest is new. */
function newValues({ parameters }, kept) {
  const isNew = (field) => parameters[field] && !field.endsWith('-name') && parameters[field] !== kept[field];
  return Object.fromEntries(['email', 'vat-number'].filter(isNew).map((field) => [field, parameters[field]]));
}

function deletion({ company }, record) {
  const { customer } = record;
  const outcome = h('div');
  const remove = async () => {
    try {
      if (await removeCustomer(company, record)) go(companyHash(company, 'customers'));
    } catch (error) {
      replace(outcome, mishap(error));
    }
  };
  return h('section', { class: 'card' },
    h('h2', null, h('bdi', null, fullName(customer))),
    h('p', { class: 'note' }, `${customer.email} · ${customer['vat-number']}`),
    h('div', { class: 'row' },
      h('button', { type: 'button', class: 'button danger', onclick: remove }, icon('trash'), t('ask.delete')),
      h('a', { class: 'button', href: companyHash(company, `customers/${customer.id}`) }, t('ask.look-first'))),
    outcome);
}

function detail({ company }, { customer }) {
  return h('div', { class: 'row' },
    h('a', { class: 'button primary', href: companyHash(company, `customers/${customer.id}`) }, t('ask.open', { name: fullName(customer) })));
}

function listing({ company, intent }) {
  const query = Object.fromEntries(new URLSearchParams(intent.operation?.path.split('?')[1] ?? ''));
  return h('div', { class: 'row' },
    h('a', { class: 'button primary', href: companyHash(company, 'customers', query) }, t('ask.show-list')));
}

function insight({ company }) {
  return h('div', { class: 'row' }, h('a', { class: 'button primary', href: companyHash(company, 'insights') }, t('ask.show-insights')));
}

/** Shown once the customer has been read, as it is now and with what is needed to change it. */
function ofCustomer(asked, make) {
  if (!asked.id) return null;
  const place = h('div', { class: 'stack' }, h('span', { class: 'skeleton' }));
  readCustomer(asked.company, asked.id, asked.signal)
    .then((record) => replace(place, make(asked, record)))
    .catch((error) => { if (!asked.signal.aborted) replace(place, mishap(error)); });
  return place;
}

function mayNot() {
  return h('p', { class: 'note' }, t('not-allowed.write'));
}
