// Beside the form: how the record would be judged if it were saved as it stands.

import { h, replace } from '../core/dom.js';
import { formatPercent, t } from '../core/text.js';
import { market, meter } from '../part/judgement.js';

/**
 * @returns {{node: HTMLElement, show: (judged: Record<string, any> | null) => void}}
 */
export function makeJudged() {
  const body = h('div', { 'aria-live': 'polite' });
  const show = (judged) => replace(body, judged ? facts(judged.ai) : h('p', { class: 'note' }, t('form.not-judged')));
  show(null);
  return { node: h('aside', { class: 'card', 'aria-label': t('form.judged') }, h('h2', null, t('form.judged')), body), show };
}

function facts({ category, confidence, market: code, quality }) {
  return h('dl', { class: 'facts' },
    fact('category', t(`category.${category}`), h('span', { class: 'note' }, ` ${t('customer.confidence', { share: formatPercent(confidence) })}`)),
    fact('market', market(code)),
    fact('quality', meter(quality)));
}

function fact(name, ...values) {
  return [h('dt', null, t(`customer.${name}`)), h('dd', null, values)];
}
