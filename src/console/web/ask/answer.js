// What was understood of a sentence: the intent, how sure that is, the values found in it, what is
// missing, who may be meant; and below it what was prepared.

import { h, replace } from '../core/dom.js';
import { formatPercent, t } from '../core/text.js';
import { icon } from '../part/icon.js';
import { fullName, meter } from '../part/judgement.js';
import { preparedView } from './prepared.js';

/** Values that are shown, in their order. */
const SHOWN = ['customer-id', 'first-name', 'last-name', 'email', 'vat-number', 'q'];

/**
 * @param {import('../core/service.js').Company} company
 * @param {Record<string, any>} intent the answer of the service
 * @param {AbortSignal} signal
 * @returns {HTMLElement[]}
 */
export function answerView(company, intent, signal) {
  const { purpose, parameters, missing, candidates = [] } = intent;
  const prepared = h('div', { class: 'stack' });
  const prepare = (id) => replace(prepared, preparedView(company, intent, id, signal));
  const understood = h('section', { class: 'card', 'aria-label': t('ask.understood') },
    h('div', { class: 'head' },
      h('h2', { tabindex: '-1' }, t(`ask.${purpose}`)),
      h('span', { class: 'row note' }, t('ask.confidence'), meter(intent.confidence))),
    purpose === 'unknown' && h('p', null, t('ask.unknown-lead')),
    values(parameters),
    missing.length > 0 && purpose !== 'unknown' && stillMissing(missing),
    alternatives(intent.alternatives));
  if (candidates.length > 0) return [understood, choice(candidates, prepare), prepared];
  prepare(null);
  return [understood, prepared];
}

function values(parameters) {
  const given = SHOWN.filter((name) => name in parameters);
  if (given.length === 0) return null;
  return h('dl', { class: 'facts' }, given.map((name) => [
    h('dt', null, t(name === 'q' ? 'ask.q' : name === 'customer-id' ? 'customer.id' : `field.${name}`)),
    h('dd', null, h('bdi', null, parameters[name]))]));
}

function stillMissing(missing) {
  const names = missing.map((name) => t(name === 'customer-id' ? 'ask.which' : `field.${name}`)).join(', ');
  return h('div', { class: 'notice warn' }, icon('warning'), h('div', null, h('p', null, t('ask.missing', { names }))));
}

function alternatives(list) {
  if (list.length === 0) return null;
  const texts = list.map(({ purpose, confidence }) => `${t(`ask.${purpose}`)} (${formatPercent(confidence)})`);
  return h('p', { class: 'note' }, t('ask.alternatives', { list: texts.join('; ') }));
}

/** Several people are called so: which one is meant is for the reader to say. */
function choice(candidates, onChoice) {
  const option = (customer) => h('li', null,
    h('button', { type: 'button', class: 'button example', onclick: () => onChoice(customer.id) },
      h('bdi', null, fullName(customer)), h('span', { class: 'note' }, `${customer.email} · ${customer['vat-number']}`)));
  return h('section', { class: 'card', 'aria-label': t('ask.who') },
    h('h2', null, t('ask.who')), h('ul', { class: 'plain' }, candidates.map(option)));
}
