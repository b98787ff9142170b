// What happened to a customer and when, newest first.

import { h } from '../core/dom.js';
import { countryName, formatDate, t } from '../core/text.js';
import { request } from '../core/service.js';

/** Events that are shown before one asks for all. */
const FEW = 8;

/**
 * @param {import('../core/service.js').Company} company
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<HTMLElement>}
 */
export async function historyView({ product, version, company }, id, signal) {
  const path = ['console/history', ...[product, version, company, id].map(encodeURIComponent)].join('/');
  const { body } = await request('GET', path, { signal });
  const list = h('ol', { class: 'plain history' }, body.events.slice(0, FEW).map(line));
  const showAll = (event) => {
    list.append(...body.events.slice(FEW).map(line));
    event.currentTarget.remove();
  };
  return h('section', { class: 'card', 'aria-label': t('history.title') },
    h('h2', null, t('history.title')), list,
    body.events.length > FEW && h('button', { type: 'button', class: 'button', onclick: showAll }, t('history.all', { count: body.events.length })),
    !body.complete && h('p', { class: 'note' }, t('history.incomplete')));
}

function line({ kind, time, category, market }) {
  const judged = [category && t(`category.${category}`), countryName(market)].filter(Boolean).join(', ');
  return h('li', null,
    h('time', { datetime: time, class: 'note' }, formatDate(time)),
    h('span', null, t(`history.${kind}`), judged && h('span', { class: 'note' }, ` · ${judged}`)));
}
