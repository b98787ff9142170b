// The four fields of a customer, judged while they are filled in. The service itself judges (nothing
// is stored), so what is said here is what will be said of the record. A field is left in peace
// until it has been left once.

import { h } from '../core/dom.js';
import { t } from '../core/text.js';
import { companyHash } from '../core/router.js';
import { makeField } from '../part/field.js';
import { FIELDS, judgeDraft } from './record.js';

/** So long after the last key the draft is judged. */
const PATIENCE = 350;

const ATTRIBUTES = {
  'first-name': { maxlength: 400, dir: 'auto', autocapitalize: 'words' },
  'last-name': { maxlength: 400, dir: 'auto', autocapitalize: 'words' },
  email: { inputmode: 'email', autocapitalize: 'off' },
  'vat-number': { autocapitalize: 'characters', class: 'mono' },
};

/**
 * @param {object} options
 * @param {import('../core/service.js').Company} options.company
 * @param {Record<string, string>} options.values what it begins with
 * @param {string} [options.ownId] the customer that is edited: it is no duplicate of itself
 * @param {(judged: Record<string, any> | null) => void} options.onJudged with the record as it would be, or null
 * @param {AbortSignal} options.signal
 */
export function makeCustomerFields({ company, values, ownId, onJudged, signal }) {
  let timer = 0;
  let judging = new AbortController();
  const touched = new Set(FIELDS.filter((name) => values[name]));
  const fields = Object.fromEntries(FIELDS.map((name) => [name, makeField({
    label: t(`field.${name}`),
    hint: name === 'vat-number' ? t('form.vat-hint') : undefined,
    attributes: { name, value: values[name] ?? '', required: true, ...ATTRIBUTES[name] },
    onSuggestion: (suggestion) => set({ [name]: suggestion }, name),
  })]));

  const current = () => Object.fromEntries(FIELDS.map((name) => [name, fields[name].input.value]));

  /** Takes a correction and judges anew at once. */
  function set(changes, focused) {
    for (const [name, value] of Object.entries(changes)) fields[name].input.value = value;
    fields[focused].input.focus();
    judge();
  }

  async function judge() {
    clearTimeout(timer);
    judging.abort();
    judging = new AbortController();
    const mine = judging;
    try {
      const judged = await judgeDraft(company, current(), AbortSignal.any([signal, mine.signal]));
      if (mine.signal.aborted) return;
      showRemarks([], judged.ai.advisories);
      onJudged(judged);
    } catch (error) {
      if (mine.signal.aborted || signal.aborted) return;
      // A service that is away or busy is told of when one saves.
      if (error.status === 400) showRemarks(error.errors, []);
      onJudged(null);
    }
  }

  function showRemarks(faults, advisories) {
    for (const [name, field] of Object.entries(fields)) {
      const ofField = (one) => one.field === name && touched.has(name);
      field.say(faults.filter(ofField), advisories.filter(ofField).filter(isOfOthers).map(withAction));
    }
  }

  const isOfOthers = ({ code, message }) => code !== 'possible-duplicate' || !ownId || !message.includes(ownId);

  function withAction(advisory) {
    if (advisory.code === 'names-swapped') return { ...advisory, action: swapButton() };
    if (advisory.code === 'possible-duplicate') return { ...advisory, action: lookLink(advisory.message) };
    return advisory;
  }

  function swapButton() {
    const swap = () => {
      const { 'first-name': first, 'last-name': last } = current();
      set({ 'first-name': last, 'last-name': first }, 'first-name');
    };
    return h('button', { type: 'button', class: 'button small', onclick: swap }, t('customer.swap'));
  }

  // It opens beside the form, which is not lost; the tab that opens it lends it the session.
  function lookLink(message) {
    const id = /[0-9A-HJKMNP-TV-Z]{26}/.exec(message)?.[0];
    return id && h('a', { href: companyHash(company, `customers/${id}`), target: '_blank', rel: 'opener' }, t('form.look'));
  }

  for (const [name, { input }] of Object.entries(fields)) {
    input.addEventListener('blur', (event) => {
      if (input.value === '' && !touched.has(name)) return;
      touched.add(name);
      // On the way to the button nothing may move from under the pointer.
      if (event.relatedTarget?.type === 'submit') timer = setTimeout(judge, PATIENCE);
      else judge();
    });
    input.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(judge, PATIENCE);
    });
  }
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  if (touched.size > 0) judge();

  return {
    node: h('div', { class: 'fields two' }, FIELDS.map((name) => fields[name].node)),
    values: current,
    focus: (name = FIELDS[0]) => fields[name].input.focus(),
    /** Shows why the record was refused, and leads to the first field at fault. */
    refuse(faults) {
      clearTimeout(timer);
      judging.abort();
      FIELDS.forEach((name) => touched.add(name));
      showRemarks(faults, []);
      const first = FIELDS.find((name) => faults.some((fault) => fault.field === name));
      if (first) fields[first].input.focus();
    },
  };
}
