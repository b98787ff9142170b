// Customers in: a file is dropped or chosen, checked or imported with a bar that tells the truth,
// and what became of its lines is told in numbers, with those that were refused.

import { announce, h, replace } from '../core/dom.js';
import { can, refreshSession, session } from '../core/session.js';
import { formatPercent, t } from '../core/text.js';
import { icon } from '../part/icon.js';
import { mishapText } from '../part/mishap.js';
import { toast } from '../part/toast.js';
import { columnChoice } from './column-choice.js';
import { formOf } from './cut.js';
import { carryOut } from './job.js';
import { report } from './report.js';
import { resultOf } from './result.js';
import { saveBlob } from './save.js';
import { formatSize } from './size.js';
import { inWords } from './words.js';

/** Bytes that tell what a file is. */
const BEGINNING = 4096;

const ACCEPTED = '.csv,.tsv,.txt,.ndjson,.jsonl,text/csv,text/plain,application/x-ndjson';

/** The parts of the way after which those who do not see the bar are told. */
const TOLD = 4;

/**
 * @param {import('../core/service.js').Company} company
 * @param {AbortSignal} signal ends a running import when one leaves
 * @returns {HTMLElement}
 */
export function importCard(company, signal) {
  const stage = h('div', { class: 'stage' });
  const card = h('section', { class: 'card', 'aria-labelledby': 'import' },
    h('h2', { id: 'import' }, t('transfer.import')),
    h('p', { class: 'lead' }, t('transfer.import-lead')),
    stage);
  let isBusy = false;

  const choose = (...said) => replace(stage, said, dropZone(take));

  async function take(file) {
    if (isBusy || !file) return;
    const form = formOf(file.name, new Uint8Array(await file.slice(0, BEGINNING).arrayBuffer()));
    if (form !== 'csv' && form !== 'ndjson') return choose(notice('warn', t(`transfer.is-${form}`, { name: file.name })));
    replace(stage, fileView(file, form, await columnChoice(file, form), begin, () => choose()));
    stage.querySelector('.primary').focus();
  }

  async function begin(order) {
    isBusy = true;
    const outcome = await running({ company, salt: '', ...order }, stage, signal);
    isBusy = false;
    if (signal.aborted) return;
    replace(stage, resultOf(outcome, { begin, choose: () => choose() }));
    stage.querySelector('h3').focus();
  }

  acceptDrops(card, take, signal);
  choose();
  return card;
}

function notice(kind, ...said) {
  return h('div', { class: `notice ${kind}`, role: 'alert' }, icon(kind === 'danger' ? 'error' : 'warning'), h('div', null, said));
}

function dropZone(onFile) {
  const input = h('input', { type: 'file', accept: ACCEPTED, hidden: true, onchange: () => onFile(input.files[0]) });
  return [
    h('div', { class: 'drop' },
      h('p', null, t('transfer.drop')),
      h('button', { type: 'button', class: 'button primary', onclick: () => input.click() }, t('transfer.choose')),
      input,
      h('p', { class: 'note' }, t('transfer.forms'))),
    h('div', null, h('button', { type: 'button', class: 'button small', onclick: saveTemplate }, t('transfer.template'))),
  ];
}

/** A file to begin with: the header and a customer that is as it should be. */
function saveTemplate() {
  const lines = ['first-name,last-name,email,vat-number', 'Anna,Rossi,anna.rossi@example.com,IT12345678903', ''];
  saveBlob('customers.csv', new Blob([lines.join('\r\n')], { type: 'text/csv' }));
}

/** A file that is dropped beside its place is meant for it, too; the browser would open it. */
function acceptDrops(card, onFile, signal) {
  const mark = (isOver) => card.classList.toggle('is-over', isOver);
  const hasFile = (event) => event.dataTransfer?.types.includes('Files');
  document.addEventListener('dragover', (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    mark(true);
  }, { signal });
  document.addEventListener('dragleave', (event) => event.relatedTarget === null && mark(false), { signal });
  document.addEventListener('drop', (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    mark(false);
    onFile(event.dataTransfer.files[0]);
  }, { signal });
}

function fileView(file, form, columns, onBegin, onOther) {
  const history = h('input', { type: 'checkbox' });
  const begin = (isCheck) => {
    const layout = columns.layout(history.checked);
    if (layout !== undefined) onBegin({ file, form, layout, isCheck, hasHistory: history.checked });
  };
  const button = (kind, text, isCheck) => h('button', { type: 'button', class: `button ${kind}`, onclick: () => begin(isCheck) }, text);
  return [
    h('p', { class: 'file' }, h('strong', null, file.name), h('span', { class: 'note' }, `${form === 'csv' ? 'CSV' : 'NDJSON'} · ${formatSize(file.size)}`)),
    columns.node,
    can('admin') && h('label', { class: 'tick' }, history, h('span', null, t('transfer.history'))),
    h('div', { class: 'row' },
      button('primary', t('transfer.start'), false),
      button('', t('transfer.check'), true),
      h('button', { type: 'button', class: 'button quiet', onclick: onOther }, t('transfer.other-file'))),
    h('p', { class: 'note' }, t('transfer.check-hint')),
  ];
}

/** Runs an order to its end, whatever that is, and says how it goes. */
async function running(order, stage, signal) {
  const cancelled = new AbortController();
  const view = progressView(order, () => cancelled.abort());
  const refusals = report(inWords, ['line', 'problem', 'record'].map((name) => t(`transfer.column-${name}`)));
  const outcome = { order, tally: null, refusals, isCancelled: false, fault: null };
  const stay = (event) => event.preventDefault();
  const listeners = {
    onProgress: (tally) => view.show(outcome.tally = tally),
    onRefused: refusals.add,
    onStuck: (fault) => view.stuck(fault),
  };
  replace(stage, view.node);
  view.cancel.focus();
  window.addEventListener('beforeunload', stay);
  try {
    outcome.tally = await carryOut(order, listeners, AbortSignal.any([signal, cancelled.signal]));
    outcome.isWhole = true;
  } catch (fault) {
    outcome.isCancelled = fault.name === 'AbortError';
    outcome.fault = outcome.isCancelled ? null : fault;
  } finally {
    window.removeEventListener('beforeunload', stay);
  }
  if (signal.aborted) toast(t('transfer.left', { name: order.file.name }));
  // The company may be new, and has other numbers now.
  if (!order.isCheck && outcome.tally?.good && session()) refreshSession().catch(() => {});
  return outcome;
}

function progressView({ file, isCheck }, onCancel) {
  const title = t(isCheck ? 'transfer.checking' : 'transfer.importing', { name: file.name });
  const bar = h('progress', { max: file.size, value: 0, 'aria-label': title });
  const counts = h('p', { class: 'note' }, t('transfer.counting'));
  const trouble = h('div', null);
  const cancel = h('button', { type: 'button', class: 'button', onclick: onCancel }, t('app.cancel'));
  let told = 0;
  return {
    node: h('div', { class: 'running' }, h('p', null, h('strong', null, title)), bar, counts, trouble, h('div', null, cancel)),
    cancel,
    show({ bytes, read, refused, changed }) {
      const share = bytes / file.size;
      bar.value = bytes;
      counts.textContent = t('transfer.progress', { share: formatPercent(share), lines: read, refused: refused + changed });
      if (Math.floor(share * TOLD) > told) {
        told = Math.floor(share * TOLD);
        announce(counts.textContent);
      }
    },
    stuck(fault) {
      return new Promise((resolve) => {
        const goOn = h('button', { type: 'button', class: 'button primary', onclick: () => { replace(trouble); cancel.focus(); resolve(); } }, t('transfer.go-on'));
        const said = notice('warn', h('p', null, mishapText(fault)), h('p', { class: 'note' }, t('transfer.stuck')));
        said.append(goOn);
        replace(trouble, said);
        goOn.focus();
      });
    },
  };
}
