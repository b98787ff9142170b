// What looks wrong with a customer, each with its message and, where it is clear what was meant, one
// button that mends it.

import { h } from '../core/dom.js';
import { t } from '../core/text.js';
import { can } from '../core/session.js';
import { icon } from '../part/icon.js';
import { advisoryName, said } from '../part/said.js';

/**
 * @param {Record<string, any>} customer
 * @param {(changes: Record<string, string>) => void} onFix
 * @returns {HTMLElement | null}
 */
export function advisoriesView(customer, onFix) {
  const { advisories } = customer.ai;
  if (advisories.length === 0) return null;
  return h('section', { class: 'card', 'aria-label': t('customer.advisories') },
    h('h2', null, t('customer.advisories')),
    h('ul', { class: 'plain' }, advisories.map((advisory) => line(advisory, customer, onFix))));
}

function line(advisory, customer, onFix) {
  const { code, field, message } = advisory;
  return h('li', { class: 'notice warn' }, icon('warning'),
    h('div', null,
      h('h3', null, advisoryName(code), h('span', { class: 'note' }, ` · ${t(`field.${field}`)}`)),
      h('p', null, said(message))),
    can('write') && fix(advisory, customer, onFix));
}

function fix({ code, field, suggestion }, customer, onFix) {
  if (code === 'possible-duplicate') {
    return h('button', { type: 'button', class: 'button', onclick: showDuplicates }, t('customer.compare'));
  }
  if (!suggestion) return null;
  const isSwap = code === 'names-swapped';
  const changes = isSwap
    ? { 'first-name': customer['last-name'], 'last-name': customer['first-name'] }
    : { [field]: suggestion };
  const text = isSwap ? t('customer.swap') : t('customer.suggest', { value: suggestion });
  return h('button', { type: 'button', class: 'button', onclick: () => onFix(changes) }, text);
}

function showDuplicates() {
  const heading = document.getElementById('duplicates');
  heading?.scrollIntoView({ block: 'center' });
  heading?.focus({ preventScroll: true });
}
