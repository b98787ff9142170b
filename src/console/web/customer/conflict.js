// Two people changed the same customer: theirs beside yours, field by field, and a choice for each.
// What only one of the two touched is chosen already; nothing is written before one says so.

import { h, uniqueId } from '../core/dom.js';
import { t } from '../core/text.js';
import { icon } from '../part/icon.js';
import { FIELDS } from './record.js';

/**
 * @param {object} conflict
 * @param {Record<string, string>} conflict.base what was read before
 * @param {Record<string, string>} conflict.mine what is in the form
 * @param {Record<string, string>} conflict.theirs what is stored now
 * @param {(chosen: Record<string, string>) => void} conflict.onSave
 * @param {() => void} conflict.onBack
 * @returns {HTMLElement}
 */
export function conflictView({ base, mine, theirs, onSave, onBack }) {
  const chosen = { ...theirs };
  const differing = FIELDS.filter((field) => mine[field] !== theirs[field]);
  const choices = differing.map((field) => {
    const isMine = mine[field] !== base[field];
    if (isMine) chosen[field] = mine[field];
    return choice(field, { mine, theirs, isMine }, (value) => { chosen[field] = value; });
  });
  const save = (event) => {
    event.preventDefault();
    onSave(chosen);
  };
  return h('form', { class: 'card', onsubmit: save },
    h('h2', { tabindex: '-1' }, t('conflict.title')),
    h('div', { class: 'notice warn' }, icon('warning'), h('div', null, h('p', null, t(differing.length ? 'conflict.lead' : 'conflict.same')))),
    choices,
    h('div', { class: 'row' },
      h('button', { type: 'submit', class: 'button primary' }, t('conflict.save')),
      h('button', { type: 'button', class: 'button', onclick: onBack }, t('conflict.back'))));
}

function choice(field, { mine, theirs, isMine }, onChoice) {
  const name = uniqueId('choice');
  const option = (whose, value, isChosen) => h('label', { class: 'option' },
    h('input', { type: 'radio', name, checked: isChosen, onchange: () => onChoice(value) }),
    h('span', null, h('span', { class: 'note' }, t(`conflict.${whose}`)), h('bdi', { class: 'value' }, value)));
  return h('fieldset', { class: 'choice' }, h('legend', null, t(`field.${field}`)),
    option('theirs', theirs[field], !isMine), option('mine', mine[field], isMine));
}
