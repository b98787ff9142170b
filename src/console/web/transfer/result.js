// What became of a file: the numbers, what to do next, and the lines that were refused.

import { h } from '../core/dom.js';
import { companyHash } from '../core/router.js';
import { can } from '../core/session.js';
import { hasText, formatNumber, t } from '../core/text.js';
import { icon } from '../part/icon.js';
import { mishapText } from '../part/mishap.js';
import { SHOWN } from './report.js';
import { fileName, saveBlob } from './save.js';
import { faultInWords, inWords } from './words.js';

/** Characters of a refused line that are shown. */
const LONGEST = 160;

const decoder = new TextDecoder();

/**
 * @typedef {object} Outcome
 * @property {import('./job.js').Order} order
 * @property {import('./run.js').Tally | null} tally null where no line was answered
 * @property {import('./report.js').Report} refusals
 * @property {boolean} isCancelled
 * @property {unknown} fault what ended it
 */

/**
 * @param {Outcome} outcome
 * @param {{begin: (order: object) => void, choose: () => void}} next
 * @returns {import('../core/dom.js').Child}
 */
export function resultOf({ order, tally, refusals, isCancelled, fault }, { begin, choose }) {
  const { isCheck, company } = order;
  const isGood = tally && !fault && !isCancelled;
  const isStored = tally && tally.good + tally.earlier > 0;
  const title = fault ? 'transfer.failed' : isCancelled ? 'transfer.cancelled' : isCheck ? 'transfer.checked' : isStored ? 'transfer.done' : 'transfer.none';
  return [
    h('h3', { class: 'outcome', tabindex: -1 }, isGood && (isStored || isCheck) && icon('check'), t(title, { name: order.file.name })),
    fault && faultView(fault),
    isCancelled && h('p', null, t(isCheck ? 'transfer.cancelled-check' : 'transfer.cancelled-hint')),
    tally && tally.read === 0 && h('p', null, t('transfer.no-lines')),
    tally && tally.read > 0 && numbers(tally, isCheck),
    tally && tally.changed > 0 && changedView(order, begin),
    tally && isCheck && advisories(tally),
    h('div', { class: 'row' },
      isCheck && isGood && tally.good > 0 && h('button', { type: 'button', class: 'button primary', onclick: () => begin({ ...order, isCheck: false }) }, t('transfer.import-now')),
      !isCheck && tally?.good > 0 && can('read') && h('a', { class: 'button primary', href: companyHash(company, 'customers') }, t('transfer.show-customers')),
      !isGood && h('button', { type: 'button', class: 'button', onclick: () => begin(order) }, t('transfer.again')),
      h('button', { type: 'button', class: 'button', onclick: choose }, t('transfer.other-file'))),
    refusals.count() > 0 && refusedView(order, refusals),
  ];
}

/** A file that is wrong as a whole, such as its header, or a service that does not take it. */
function faultView(fault) {
  const faults = fault.errors ?? [];
  return h('div', { class: 'notice danger', role: 'alert' }, icon('error'),
    h('div', null, faults.length === 0
      ? h('p', null, mishapText(fault))
      : [h('ul', { class: 'plain' }, faults.map((one) => h('li', null, faultInWords(one)))), h('p', { class: 'note' }, t('transfer.columns-hint'))]));
}

function numbers(tally, isCheck) {
  const { good, earlier, refused, changed } = tally;
  const fact = (name, count) => [h('dt', null, t(`transfer.count-${name}`)), h('dd', null, h('strong', null, formatNumber(count)))];
  return h('dl', { class: 'facts counts' },
    fact(isCheck ? 'good' : 'stored', good),
    earlier > 0 && fact('earlier', earlier),
    fact('refused', refused),
    changed > 0 && fact('changed', changed));
}

/** The same lines held something else a while ago: it may be another file of the same name. */
function changedView(order, begin) {
  const asNew = () => begin({ ...order, salt: `${Date.now().toString(36)}` });
  return h('div', { class: 'notice warn' }, icon('warning'),
    h('div', null, h('p', null, t('transfer.changed'))),
    h('button', { type: 'button', class: 'button', onclick: asNew }, t('transfer.as-new')));
}

function advisories({ advisories }) {
  if (advisories.size === 0) return null;
  const found = [...advisories].sort(([, one], [, other]) => other - one);
  const name = (code) => (hasText(`advisory.${code}`) ? t(`advisory.${code}`) : code);
  return [
    h('p', null, t('transfer.with-advisories')),
    h('ul', { class: 'chips plain-chips' }, found.map(([code, count]) => h('li', { class: 'chip warn' }, name(code), ' ', h('strong', null, formatNumber(count))))),
  ];
}

function refusedView(order, refusals) {
  const columns = ['line', 'problem', 'record'].map((name) => h('th', { scope: 'col' }, t(`transfer.column-${name}`)));
  const stem = order.file.name.replace(/\.[^.]*$/, '');
  const ending = order.form === 'csv' ? 'csv' : 'ndjson';
  // The time makes it another file than an earlier one, so that its lines are not taken for those.
  const time = new Date().toISOString().slice(11, 19).replaceAll(':', '');
  const title = t('transfer.refused', { count: refusals.count() });
  return h('div', { class: 'refused' },
    h('h3', null, title),
    h('div', { class: 'row' },
      h('button', { type: 'button', class: 'button', onclick: () => saveBlob(fileName(stem, 'report.csv'), refusals.reasons()) }, t('transfer.save-report')),
      h('button', { type: 'button', class: 'button', onclick: () => saveBlob(fileName(stem, 'refused', `${time}.${ending}`), refusals.records()) }, t('transfer.save-refused'))),
    h('p', { class: 'note' }, t('transfer.refused-hint')),
    h('div', { class: 'scroll', role: 'group', 'aria-label': title, tabindex: 0 },
      h('table', null, h('thead', null, h('tr', null, columns)), h('tbody', null, refusals.shown().map(refusedRow)))),
    refusals.count() > SHOWN && h('p', { class: 'note' }, t('transfer.refused-first', { count: SHOWN })));
}

function refusedRow({ line, problem, bytes }) {
  const text = decoder.decode(bytes);
  return h('tr', null,
    h('th', { scope: 'row', class: 'number' }, formatNumber(line)),
    h('td', { class: 'what' }, inWords(problem)),
    h('td', null, h('code', null, text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)));
}
