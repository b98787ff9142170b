// Who may be the same person: side by side with this one, field by field, so that it is seen at a
// glance what agrees and which of the two is to stay.

import { h } from '../core/dom.js';
import { formatDay, formatPercent, t } from '../core/text.js';
import { companyHash } from '../core/router.js';
import { can } from '../core/session.js';
import { fullName } from '../part/judgement.js';
import { FIELDS, readCustomer } from './record.js';

/** Pairs that are shown; there are hardly ever more. */
const MOST = 5;

/**
 * @param {import('../core/service.js').Company} company
 * @param {Record<string, any>} customer
 * @param {{id: string, probability: number, agreement: Record<string, string>}[]} duplicates
 * @param {() => void} onDelete deletes this customer
 * @param {AbortSignal} signal
 * @returns {Promise<HTMLElement | null>}
 */
export async function duplicatesView(company, customer, duplicates, onDelete, signal) {
  const read = duplicates.slice(0, MOST).map(async (duplicate) => {
    const other = await readOther(company, duplicate.id, signal);
    return other && pair(company, customer, other, duplicate, onDelete);
  });
  const pairs = (await Promise.all(read)).filter(Boolean);
  if (pairs.length === 0) return null;
  return h('section', { class: 'card', 'aria-labelledby': 'duplicates' },
    h('h2', { id: 'duplicates', tabindex: '-1' }, t('duplicates.title')),
    h('p', { class: 'note' }, t('duplicates.lead')), pairs);
}

/** None where it was deleted just now. */
async function readOther(company, id, signal) {
  try {
    return (await readCustomer(company, id, signal)).customer;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

function pair(company, customer, other, { probability, agreement }, onDelete) {
  const name = fullName(other);
  return h('div', { class: 'pair' },
    h('div', { class: 'row' },
      h('h3', null, h('bdi', null, name)),
      h('span', { class: 'chip' }, t('duplicates.probability', { share: formatPercent(probability, 1) })),
      h('span', { class: 'space' }),
      h('a', { class: 'button', href: companyHash(company, `customers/${other.id}`) }, t('duplicates.open')),
      can('write') && h('button', { type: 'button', class: 'button', onclick: onDelete }, t('duplicates.delete-this'))),
    h('table', { class: 'versus', role: 'table', 'aria-label': t('duplicates.of', { name }) },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head(''), head(t('duplicates.this')), head(t('duplicates.other')), head(t('duplicates.agreement')))),
      h('tbody', { role: 'rowgroup' },
        FIELDS.map((field) => row(t(`field.${field}`), customer[field], other[field], agreement[field])),
        row(t('customer.created'), formatDay(customer['created-at']), formatDay(other['created-at'])))));
}

function head(text) {
  return h(text ? 'th' : 'td', text ? { role: 'columnheader', scope: 'col' } : { role: 'cell' }, text);
}

function row(label, one, other, agreement) {
  const isSame = agreement === 'exact' || agreement === 'variant';
  return h('tr', { role: 'row' },
    h('th', { role: 'rowheader', scope: 'row' }, label),
    cell(h('bdi', null, one)), cell(h('bdi', null, other)),
    cell(agreement && h('span', { class: `chip ${isSame ? 'accent' : ''}` }, t(`agreement.${agreement}`))));
}

function cell(content) {
  return h('td', { role: 'cell' }, content);
}
