// Lets people say which column of their file is which, where it is not plain from its header: with
// the best guess chosen already, and what is left out named.

import { h, replace } from '../core/dom.js';
import { t } from '../core/text.js';
import { FIELDS, guessed, isUnderstood, layout, names } from './columns.js';
import { cutter } from './cut.js';

/** Bytes in which a header line is looked for. */
const BEGINNING = 64 * 1024;

/** No column. */
const NONE = '-1';

/**
 * @typedef {object} Choice
 * @property {import('../core/dom.js').Child} node
 * @property {(hasHistory: boolean) => import('./columns.js').Layout | null | undefined} layout null
 *   where the file goes out as it is, undefined where a column is still to be chosen
 */

/**
 * @param {File} file
 * @param {'csv' | 'ndjson'} form
 * @returns {Promise<Choice>}
 */
export async function columnChoice(file, form) {
  const asItIs = { node: null, layout: () => null };
  if (form !== 'csv') return asItIs;
  const cut = cutter('csv');
  cut.feed(new Uint8Array(await file.slice(0, BEGINNING).arrayBuffer()));
  if (!cut.header()) cut.finish();
  const delimiter = cut.delimiter();
  const found = names(cut.header() ?? new Uint8Array(), delimiter);
  return isUnderstood(found) || found.length < FIELDS.length ? asItIs : choice({ names: found, delimiter });
}

function choice(file) {
  const guess = guessed(file.names);
  const trouble = h('p', { class: 'said danger', role: 'alert' });
  const leftOut = h('p', { class: 'note' });
  const selects = FIELDS.map((field) => select(file.names, guess[field], show));
  const places = () => Object.fromEntries(FIELDS.map((field, at) => [field, Number(selects[at].value)]));

  function show() {
    const chosen = Object.values(places());
    const others = file.names.filter((name, at) => name && !chosen.includes(at));
    replace(leftOut, others.length > 0 && t('transfer.left-out', { names: others.join(', ') }));
    replace(trouble);
  }

  show();
  return {
    node: h('fieldset', { class: 'options columns' }, h('legend', null, t('transfer.columns')),
      h('div', { class: 'pairs' }, FIELDS.map((field, at) => h('label', { class: 'field' }, h('span', null, t(`field.${field}`)), selects[at]))),
      leftOut, trouble),
    layout(hasHistory) {
      const open = selects.find((one) => one.value === NONE);
      if (!open) return layout(file, places(), hasHistory);
      replace(trouble, t('transfer.column-wanted'));
      open.focus();
      return undefined;
    },
  };
}

function select(names, guess, onChange) {
  return h('select', { onchange: onChange },
    h('option', { value: NONE, selected: guess < 0 }, t('transfer.column-choose')),
    names.map((name, at) => h('option', { value: String(at), selected: at === guess }, name || t('transfer.column-unnamed', { number: at + 1 }))));
}
