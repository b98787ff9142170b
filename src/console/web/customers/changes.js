// Keeps the table as the customers are now: follows the change feed, gathers what comes within a
// moment, and reads those customers anew that are shown or have just come.

import { h, replace } from '../core/dom.js';
import { t } from '../core/text.js';
import { follow } from '../core/feed.js';
import { customerPath, request } from '../core/service.js';
import { MOST_NEW } from './table.js';

/** Changes that come within this time are shown together. */
const GATHERED = 250;

/**
 * @typedef {object} Shown
 * @property {ReturnType<import('./table.js').makeTable>} table
 * @property {(customer: Record<string, any>) => boolean} isWanted whether the filter selects it
 * @property {() => boolean} showsNew whether new ones belong on this page
 * @property {() => boolean} isAtEnd whether the list's end is on this page
 * @property {(change: number) => void} onCount
 * @property {() => void} onFirst the table was empty and now there is something
 * @property {() => void} onGap all has to be read anew
 */

/**
 * Follows until the signal aborts.
 * @param {import('../core/service.js').Company} company
 * @param {Shown} shown
 * @param {AbortSignal} signal
 * @returns {HTMLElement} says whether the table is live
 */
export function followTable(company, shown, signal) {
  const indicator = h('span', { class: 'live note', role: 'status' });
  /** @type {Map<string, string>} what happened last, and whether it was new, by customer */
  let waiting = new Map();
  let timer = 0;
  const work = async () => {
    timer = 0;
    const batch = waiting;
    waiting = new Map();
    await apply(company, batch, shown, signal).catch(() => {});
  };
  follow(company, {
    signal,
    onGap: shown.onGap,
    onState: (isLive) => {
      indicator.classList.toggle('on', isLive);
      replace(indicator, h('span', { class: 'dot', 'aria-hidden': 'true' }), t(isLive ? 'customers.live' : 'customers.not-live'));
    },
    onEvent: (event) => {
      const id = event['customer-id'];
      if (event.kind === 'created') shown.onCount(1);
      if (event.kind === 'deleted') shown.onCount(-1);
      const isNew = event.kind === 'created' || waiting.get(id) === 'created';
      waiting.set(id, event.kind === 'deleted' ? 'deleted' : isNew ? 'created' : 'updated');
      timer ||= setTimeout(work, GATHERED);
    },
  });
  return indicator;
}

async function apply(company, batch, shown, signal) {
  const { table } = shown;
  const ids = (kind) => [...batch].filter(([, last]) => last === kind).map(([id]) => id);
  ids('deleted').forEach(table.remove);
  for (const id of ids('updated').filter(table.has)) {
    const customer = await read(company, id, signal);
    if (customer) table.refresh(customer);
  }
  const created = ids('created');
  if (created.length > 0) shown.onFirst();
  if (!shown.showsNew()) return;
  for (const id of created.slice(-MOST_NEW)) {
    const customer = table.has(id) ? null : await read(company, id, signal);
    if (customer && !table.has(id) && shown.isWanted(customer)) table.add(customer, shown.isAtEnd());
  }
}

/** None where it has gone meanwhile. */
async function read(company, id, signal) {
  try {
    return (await request('GET', customerPath(company, id), { signal })).body;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}
