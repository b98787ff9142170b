// Customers out: all of them, or those that the filter of the table selects, in a form of one's
// choice, saved as they come.

import { announce, h, replace } from '../core/dom.js';
import { selects } from '../customers/reader.js';
import { companyPath, open, request } from '../core/service.js';
import { countryName, formatNumber, hasText, t } from '../core/text.js';
import { mishap } from '../part/mishap.js';
import { carry, dayOfToday, fileName, target } from './save.js';
import { sifted, whole } from './sieve.js';

const FORMS = { csv: 'text/csv', ndjson: 'application/x-ndjson', json: 'application/json' };

/** Bytes that a customer takes, roughly: enough to tell a large file from a small one. */
const CUSTOMER_BYTES = 400;

const FILTERS = ['q', 'category', 'market', 'advisory', 'created'];

/** Milliseconds between two looks at the count. */
const PATIENCE = 100;

/**
 * @param {import('../core/service.js').Company & {query: URLSearchParams}} company with the filter of the table
 * @param {AbortSignal} signal
 * @returns {HTMLElement}
 */
export function exportCard(company, signal) {
  const filter = Object.fromEntries(FILTERS.map((name) => [name, company.query.get(name) ?? '']));
  const isFiltered = Object.values(filter).some(Boolean);
  const stage = h('div', { class: 'stage' });
  const button = h('button', { type: 'submit', class: 'button primary' }, t('transfer.export-start'));
  let total = null;

  const form = h('form', { class: 'stage', onsubmit: (event) => {
    event.preventDefault();
    const given = new FormData(form);
    const wanted = given.get('which') === 'filter' ? filter : nothing();
    start(wanted, String(given.get('form')));
  } },
    isFiltered && choices('which', t('transfer.which'), [
      ['filter', [t('transfer.which-filter'), ' ', h('span', { class: 'chips' }, chips(filter))]],
      ['all', t('transfer.which-all')],
    ]),
    choices('form', t('transfer.form'), Object.keys(FORMS).map((name) => [name, [h('strong', null, t(`transfer.form-${name}`)), ' ', h('span', { class: 'note' }, t(`transfer.form-${name}-for`))]])),
    h('div', null, button));

  async function start(wanted, form) {
    const isAll = !Object.values(wanted).some(Boolean);
    const file = { name: fileName(company.company, `${dayOfToday()}.${form}`), type: FORMS[form], expected: (total ?? 0) * CUSTOMER_BYTES };
    const to = await target(file);
    if (!to) return;
    const stopped = new AbortController();
    const view = progressView(isAll ? total : null, () => stopped.abort());
    button.disabled = true;
    replace(stage, view.node);
    view.cancel.focus();
    try {
      const count = await carryOut(company, wanted, form, to, AbortSignal.any([signal, stopped.signal]), view.show);
      done(h('p', { role: 'status' }, t('transfer.exported', { count, name: file.name })));
    } catch (error) {
      if (error.name === 'AbortError') done(h('p', { role: 'status' }, t('transfer.export-cancelled')));
      else if (error.kind === 'customers-not-found') done(h('p', { role: 'status' }, t('transfer.nothing')));
      else done(mishap(error, () => start(wanted, form)));
    } finally {
      button.disabled = false;
    }
  }

  function done(said) {
    button.disabled = false;
    button.focus();
    replace(stage, said);
  }

  countAll(company, signal).then((count) => { total = count; });
  return h('section', { class: 'card', 'aria-labelledby': 'export' },
    h('h2', { id: 'export' }, t('transfer.export')), h('p', { class: 'lead' }, t('transfer.export-lead')), form, stage);
}

async function carryOut(company, wanted, form, to, signal, onCount) {
  // Search, category and market the service selects by; what else is wanted is sifted here.
  const own = { ...nothing(), advisory: wanted.advisory, created: wanted.created };
  const isSifted = Boolean(own.advisory || own.created);
  const passage = isSifted ? sifted(form, (customer) => selects(own, customer)) : whole(form);
  const { q, category, market } = wanted;
  const response = await open('GET', companyPath(company, 'customer'), {
    query: { q, category, market }, accept: FORMS[isSifted ? 'ndjson' : form], signal,
  });
  const ticking = setInterval(() => onCount(passage.count()), PATIENCE);
  try {
    await carry(response, to, passage.pass, passage.end);
  } finally {
    clearInterval(ticking);
  }
  return passage.count();
}

function nothing() {
  return Object.fromEntries(FILTERS.map((name) => [name, '']));
}

/** How many customers there are; the export goes as well without knowing. */
async function countAll(company, signal) {
  try {
    return (await request('GET', companyPath(company, 'insight'), { signal })).body.customers;
  } catch {
    return null;
  }
}

function choices(name, label, options) {
  return h('fieldset', { class: 'options' }, h('legend', null, label),
    options.map(([value, text], at) => h('label', { class: 'tick' }, h('input', { type: 'radio', name, value, checked: at === 0 }), h('span', null, text))));
}

function chips(filter) {
  const shown = {
    q: (value) => `“${value}”`,
    category: (value) => t(`category.${value}`),
    market: countryName,
    advisory: (value) => t(`advisory.${value}`),
    created: (value) => (hasText(`transfer.created-${value}`) ? t(`transfer.created-${value}`) : value),
  };
  return FILTERS.filter((name) => filter[name]).map((name) => h('span', { class: 'chip accent' }, shown[name](filter[name])));
}

function progressView(total, onCancel) {
  const bar = h('progress', { 'aria-label': t('transfer.exporting'), ...(total && { max: total, value: 0 }) });
  const count = h('p', { class: 'note' }, t('transfer.export-begun'));
  const cancel = h('button', { type: 'button', class: 'button', onclick: onCancel }, t('app.cancel'));
  announce(t('transfer.exporting'));
  return {
    node: h('div', { class: 'running' }, bar, count, h('div', null, cancel)),
    cancel,
    show(done) {
      if (total) bar.value = Math.min(done, total);
      count.textContent = total
        ? t('transfer.export-progress', { done: formatNumber(done), total: formatNumber(total) })
        : t('transfer.export-count', { count: done });
    },
  };
}
