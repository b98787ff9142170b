// The line above the table: the search, and what narrows the list. It only says what is wanted;
// reading is the screen's.

import { h } from '../core/dom.js';
import { countryName, formatNumber, t } from '../core/text.js';
import { companyPath, request } from '../core/service.js';
import { ADVISORIES, CATEGORIES } from '../part/judgement.js';
import { isFiltered } from './reader.js';

/** So long after the last key the search begins. */
const PATIENCE = 250;

const CREATED = ['today', '7', '30'];

/** The filters by their names in the address. */
export const FILTERS = ['q', 'category', 'market', 'advisory', 'created'];

/**
 * @param {import('./reader.js').Filter} filter what it begins with; changed in place
 * @param {() => void} onChange
 * @returns {{node: HTMLElement, search: HTMLInputElement, clear: () => void, setMarkets: (markets: Record<string, number>) => void}}
 */
export function makeFilters(filter, onChange) {
  let timer = 0;
  const search = h('input', {
    type: 'search', value: filter.q, placeholder: t('customers.search-hint'), autocomplete: 'off', spellcheck: 'false',
    maxlength: 200, 'aria-label': t('customers.search'), 'aria-keyshortcuts': '/',
  });
  const clearButton = h('button', { type: 'button', class: 'button quiet', onclick: () => clear() }, t('customers.clear'));
  const selects = {
    category: select('category', CATEGORIES.map((code) => [code, t(`category.${code}`)])),
    market: select('market', filter.market ? [[filter.market, countryName(filter.market)]] : []),
    advisory: select('advisory', ADVISORIES.map((code) => [code, t(`advisory.${code}`)])),
    created: select('created', CREATED.map((code) => [code, t(`customers.created-${code}`)])),
  };
  const change = (name, value) => {
    filter[name] = value;
    clearButton.hidden = !isFiltered(filter);
    onChange();
  };

  function select(name, options) {
    return h('select', { 'aria-label': t(`customers.filter-${name}`), onchange: (event) => change(name, event.target.value) },
      h('option', { value: '' }, t(`customers.any-${name}`)),
      options.map(([value, text]) => h('option', { value, selected: filter[name] === value }, text)));
  }

  function clear() {
    clearTimeout(timer);
    for (const name of FILTERS) filter[name] = '';
    search.value = '';
    Object.values(selects).forEach((one) => { one.value = ''; });
    clearButton.hidden = true;
    search.focus();
    onChange();
  }

  const searchFor = () => {
    const wanted = search.value.trim();
    if (wanted !== filter.q) change('q', wanted);
  };
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(searchFor, PATIENCE);
  });
  clearButton.hidden = !isFiltered(filter);

  const node = h('form', { class: 'filters', role: 'search', onsubmit: (event) => { event.preventDefault(); clearTimeout(timer); searchFor(); } },
    search, Object.values(selects), clearButton);
  return { node, search, clear, setMarkets: (markets) => setMarkets(selects.market, filter.market, markets) };
}

/**
 * The markets of a company with how many customers are of each.
 * @param {import('../core/service.js').Company} company
 * @param {AbortSignal} signal
 * @returns {Promise<Record<string, number>>}
 */
export async function readMarkets(company, signal) {
  const { body } = await request('GET', companyPath(company, 'insight'), { signal });
  return body.markets;
}

function setMarkets(select, chosen, markets) {
  const known = Object.entries(markets).filter(([code]) => /^[A-Z]{2}$/.test(code));
  if (chosen && !known.some(([code]) => code === chosen)) known.push([chosen, 0]);
  const named = known.map(([code, count]) => [code, `${countryName(code)} (${formatNumber(count)})`]);
  named.sort((one, other) => one[1].localeCompare(other[1]));
  const options = named.map(([value, text]) => h('option', { value, selected: value === chosen }, text));
  select.replaceChildren(select.options[0], ...options);
}
