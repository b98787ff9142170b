// The table itself: a row for each customer, those just added in a group of their own, and the ways
// to go through it with the pointer and with keys. It knows nothing of pages and requests.

import { h, replace } from '../core/dom.js';
import { formatDate, formatDay, t } from '../core/text.js';
import { companyHash, go } from '../core/router.js';
import { advisoryChips, fullName, market, meter } from '../part/judgement.js';

const COLUMNS = ['name', 'email', 'vat-number', 'category', 'market', 'quality', 'advisories', 'created'];

/** How long a row that changed is marked. */
const MARKED = 2500;

/** More new customers than these are only counted. */
export const MOST_NEW = 20;

/**
 * @param {import('../core/service.js').Company} company
 */
export function makeTable(company) {
  const fresh = h('tbody', { role: 'rowgroup', class: 'fresh', hidden: true });
  const body = h('tbody', { role: 'rowgroup' });
  const head = h('tr', { role: 'row' }, COLUMNS.map((name) => h('th', { role: 'columnheader', scope: 'col' }, t(columnKey(name)))));
  // A phone lays rows out as cards; the roles keep it a table for those who listen.
  const node = h('table', { class: 'customers', role: 'table', 'aria-label': t('customers.title') },
    h('colgroup', null, COLUMNS.map((name) => h('col', { class: `col-${name}` }))),
    h('thead', { role: 'rowgroup' }, head), fresh, body);
  node.addEventListener('click', (event) => openRow(event, company));

  const find = (id) => node.querySelector(`tr[data-id="${CSS.escape(id)}"]`);
  const added = () => [...fresh.querySelectorAll('tr[data-id]')];

  return {
    node,
    has: (id) => find(id) !== null,
    /** @param {Record<string, any>[]} customers */
    show(customers) {
      fresh.hidden = true;
      replace(fresh);
      replace(body, customers.map((customer) => row(customer, company)));
    },
    /** @param {Record<string, any>[]} customers */
    append(customers) {
      body.append(...customers.map((customer) => row(customer, company)));
    },
    skeleton: () => replace(body, Array.from({ length: 12 }, skeletonRow)),
    refresh(customer) {
      const old = find(customer.id);
      if (!old) return;
      const hadFocus = old.contains(document.activeElement);
      const now = row(customer, company);
      old.replaceWith(now);
      mark(now);
      if (hadFocus) now.querySelector('a').focus();
    },
    remove(id) {
      const old = find(id);
      if (!old) return;
      const next = old.nextElementSibling ?? old.previousElementSibling;
      const hadFocus = old.contains(document.activeElement);
      old.remove();
      fresh.hidden = added().length === 0;
      if (hadFocus) next?.querySelector('a')?.focus();
    },
    /** Puts a new customer at the end of the list, or in the group of new ones above it. */
    add(customer, isAtEnd) {
      const now = row(customer, company);
      if (isAtEnd) body.append(now);
      else {
        if (fresh.hidden) replace(fresh, freshHead());
        fresh.hidden = false;
        fresh.firstChild.after(now);
        added().slice(MOST_NEW).forEach((old) => old.remove());
      }
      mark(now);
    },
    /** Moves the focus between the rows. */
    move(step) {
      const links = [...node.querySelectorAll('tr[data-id] a')];
      const at = links.indexOf(document.activeElement);
      const to = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
      links[to]?.focus();
    },
    focus: (id) => find(id)?.querySelector('a').focus(),
    hasFocus: () => node.contains(document.activeElement),
  };
}

function columnKey(name) {
  return ['email', 'vat-number'].includes(name) ? `field.${name}` : `customer.${name}`;
}

function row(customer, company) {
  const { ai } = customer;
  return h('tr', { role: 'row', 'data-id': customer.id },
    cell('name', h('a', { class: 'cut', dir: 'auto', href: companyHash(company, `customers/${customer.id}`), title: fullName(customer) }, fullName(customer))),
    cell('email', h('span', { class: 'cut', title: customer.email }, customer.email)),
    cell('vat-number', h('span', { class: 'mono' }, customer['vat-number'])),
    cell('category', t(`category.${ai.category}`)),
    cell('market', market(ai.market)),
    cell('quality', meter(ai.quality)),
    cell('advisories', advisoryChips(ai.advisories)),
    cell('created', h('time', { datetime: customer['created-at'], title: formatDate(customer['created-at']) }, formatDay(customer['created-at']))));
}

function cell(name, content) {
  return h('td', { role: 'cell', class: `col-${name}` }, content);
}

function skeletonRow() {
  return h('tr', { role: 'row', 'aria-hidden': 'true' },
    COLUMNS.map((name) => cell(name, h('span', { class: 'skeleton' }))));
}

function freshHead() {
  return h('tr', { role: 'row' }, h('th', { role: 'rowheader', scope: 'rowgroup', colspan: COLUMNS.length }, t('customers.just-added')));
}

function mark(row) {
  row.classList.add('marked');
  setTimeout(() => row.classList.remove('marked'), MARKED);
}

/** A click anywhere in a row opens it, unless it is on the link itself or marks text. */
function openRow(event, company) {
  const row = event.target.closest('tr[data-id]');
  if (!row || event.target.closest('a') || getSelection().toString()) return;
  const hash = companyHash(company, `customers/${row.dataset.id}`);
  if (event.ctrlKey || event.metaKey) window.open(hash);
  else go(hash);
}
