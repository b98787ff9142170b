// A field with its label and what is said of it: a fault (red, the field is marked invalid) or
// advisories (amber, nothing is refused), each with the offered correction as one button.

import { h, replace, uniqueId } from '../core/dom.js';
import { t } from '../core/text.js';
import { icon } from './icon.js';
import { said } from './said.js';

/**
 * @typedef {object} Field
 * @property {HTMLElement} node
 * @property {HTMLInputElement} input
 * @property {(faults: Remark[], advisories: Remark[]) => void} say
 * @typedef {{code: string, message: string, suggestion?: string | null, action?: HTMLElement | null}} Remark
 */

/**
 * @param {object} field
 * @param {string} field.label
 * @param {string} [field.hint]
 * @param {import('../core/dom.js').Attributes} [field.attributes] of the input
 * @param {(value: string) => void} [field.onSuggestion] takes a correction
 * @returns {Field}
 */
export function makeField({ label, hint, attributes = {}, onSuggestion = () => {} }) {
  const [id, remarksId, hintId] = ['field', 'remarks', 'hint'].map(uniqueId);
  const describedBy = [hint && hintId, remarksId].filter(Boolean).join(' ');
  const input = h('input', { id, type: 'text', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': describedBy, ...attributes });
  const remarks = h('div', { id: remarksId, class: 'remarks', 'aria-live': 'polite' });
  let shown = '';
  const say = (faults, advisories) => {
    input.setAttribute('aria-invalid', String(faults.length > 0));
    // What is said already is left alone: it would be read out again.
    const now = JSON.stringify([faults, advisories].map((list) => list.map(({ message }) => message)));
    if (now === shown) return;
    shown = now;
    replace(remarks,
      faults.map((fault) => remark('danger', 'error', fault, onSuggestion)),
      advisories.map((advisory) => remark('warn', 'warning', advisory, onSuggestion)));
  };
  const node = h('div', { class: 'field' },
    h('label', { for: id }, label), input, hint && h('p', { id: hintId, class: 'note' }, hint), remarks);
  return { node, input, say };
}

function remark(kind, sign, { message, suggestion, action }, onSuggestion) {
  const offer = suggestion && h('button', {
    type: 'button', class: 'button small', onclick: () => onSuggestion(suggestion),
  }, t('customer.suggest', { value: suggestion }));
  return h('p', { class: `said ${kind}` }, icon(sign), h('span', null, said(message)), action ?? offer);
}
