// What is understood of a customer, with the reasons: so that a clerk can tell whether to believe it.

import { h } from '../core/dom.js';
import { formatPercent, t } from '../core/text.js';
import { market, meter } from '../part/judgement.js';
import { said } from '../part/said.js';

/**
 * @param {Record<string, any>} insight
 * @returns {HTMLElement}
 */
export function whyView(insight) {
  const { category, confidence, quality, retention } = insight;
  return h('section', { class: 'card', 'aria-label': t('why.title') },
    h('h2', null, t('why.title')),
    judgement('category', t(`category.${category}`), h('span', { class: 'note' }, t('customer.confidence', { share: formatPercent(confidence) })),
      reasons(insight['category-reasons'])),
    judgement('market', market(insight.market)),
    judgement('quality', meter(quality), null, lowerings(insight['quality-reasons'])),
    retention !== undefined && judgement('retention', meter(retention), null, h('p', { class: 'note' }, t('why.retention-lead'))));
}

function judgement(name, value, beside, below) {
  return h('div', { class: 'judgement' },
    h('h3', null, t(name === 'retention' ? 'why.retention' : `customer.${name}`)),
    h('p', { class: 'row' }, h('span', null, value), beside), below);
}

function reasons(list) {
  return h('ul', { class: 'reasons note' }, list.map(({ message }) => h('li', null, said(message))));
}

function lowerings(list) {
  if (list.length === 0) return h('p', { class: 'note' }, t('why.nothing-lowers'));
  return [
    h('p', { class: 'note' }, t('why.lowered')),
    h('ul', { class: 'reasons note' }, list.map(({ message, by }) =>
      h('li', null, said(message), ' ', h('span', { class: 'nowrap' }, t('why.by', { share: formatPercent(by) }))))),
  ];
}
