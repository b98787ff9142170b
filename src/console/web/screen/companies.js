// The companies that the token may see, and the way into one that has no customer yet.

import { announce, h, replace } from '../core/dom.js';
import { addTexts, formatNumber, t } from '../core/text.js';
import { companyHash, go } from '../core/router.js';
import { can, isInScope, lastCompany, refreshSession, session } from '../core/session.js';
import { makeField } from '../part/field.js';
import texts from '../text/sign-in.js';

addTexts(texts);

/** So many can be seen at a glance; more are searched through. */
const FEW = 8;

const PART = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,64}$/;
const VERSION = /^v\d+(\.\d+)?$/;

/** @type {import('../core/router.js').Screen} */
export default async function companiesScreen(_params, main, signal) {
  const known = h('section', { class: 'card', 'aria-busy': 'true' }, h('span', { class: 'skeleton' }));
  main.append(h('h1', null, t('companies.title')), h('p', { class: 'lead' }, t('companies.lead')), known, otherCompany());
  await refreshSession();
  if (signal.aborted) return;
  known.removeAttribute('aria-busy');
  replace(known, knownCompanies());
}

function knownCompanies() {
  const { companies, more } = session();
  if (companies.length === 0) return h('p', null, t(can('read') ? 'companies.none' : 'companies.cannot-list'));
  const body = h('tbody', null, companies.map(row));
  return [
    companies.length > FEW && finder(companies, body),
    h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('companies.title') }, h('table', { class: 'lines' },
      h('thead', null, h('tr', null,
        ['company', 'product', 'version'].map((key) => h('th', { scope: 'col' }, t(`companies.${key}`))),
        h('th', { scope: 'col', class: 'number' }, t('companies.customers')))),
      body)),
    more && h('p', { class: 'note' }, t('companies.more')),
  ];
}

function row(company) {
  return h('tr', null,
    h('td', null, h('a', { href: companyHash(company, can('read') ? 'customers' : 'customers/new') }, company.company)),
    h('td', null, company.product),
    h('td', null, company.version),
    h('td', { class: 'number' }, formatNumber(company.customers)));
}

function finder(companies, body) {
  const find = (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    const found = companies.filter((one) => `${one.company} ${one.product} ${one.version}`.toLowerCase().includes(wanted));
    replace(body, found.map(row));
    announce(t('companies.found', { count: found.length }));
  };
  return h('label', { class: 'field short' }, h('span', null, t('companies.find')),
    h('input', { type: 'search', autocomplete: 'off', oninput: find }));
}

/** What the scope leaves no choice about is filled in. */
function otherCompany() {
  const { product, company } = session();
  const last = lastCompany();
  const fields = {
    product: part('product', product === '*' ? (last?.product ?? '') : product),
    version: part('version', last?.version ?? 'v1'),
    company: part('company', company === '*' ? '' : company),
  };
  const scope = product !== '*' || company !== '*';
  const any = (name) => (name === '*' ? t('companies.any') : name);
  return h('form', { class: 'card', novalidate: true, onsubmit: (event) => open(event, fields) },
    h('h2', null, t('companies.other')),
    h('p', { class: 'note' }, t('companies.other-lead')),
    scope && h('p', { class: 'note' }, t('companies.out-of-scope', { product: any(product), company: any(company) })),
    h('div', { class: 'fields three' }, Object.values(fields).map(({ node }) => node)),
    h('div', { class: 'row' }, h('button', { type: 'submit', class: 'button primary' }, t('companies.open'))));
}

function part(name, value) {
  const placeholder = { product: 'demo', version: 'v1', company: 'acme' }[name];
  return makeField({ label: t(`companies.${name}`), attributes: { value, placeholder, required: true, autocapitalize: 'off' } });
}

function open(event, fields) {
  event.preventDefault();
  const entries = Object.entries(fields).map(([name, { input }]) => [name, input.value.trim()]);
  const faulty = entries.filter(([name, value]) => {
    const isGood = (name === 'version' ? VERSION : PART).test(value);
    const message = t(name === 'version' ? 'companies.bad-version' : 'companies.bad-part');
    fields[name].say(isGood ? [] : [{ code: 'invalid-path-parameter', message }], []);
    return !isGood;
  });
  if (faulty.length > 0) return fields[faulty[0][0]].input.focus();
  const company = Object.fromEntries(entries);
  if (!isInScope(company)) {
    const { product, company: scoped } = session();
    const message = t('companies.out-of-scope', { product, company: scoped });
    return fields.company.say([{ code: 'out-of-scope', message }], []);
  }
  go(companyHash(company, can('read') ? 'customers' : 'customers/new'));
}
