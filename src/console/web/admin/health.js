// How the service is: whether it lives and takes requests, and what it keeps on the disk.

import { h, replace } from '../core/dom.js';
import { request } from '../core/service.js';
import { formatDate, formatNumber, hasText, t } from '../core/text.js';
import { icon } from '../part/icon.js';
import { mishap } from '../part/mishap.js';
import { formatSize } from '../transfer/size.js';

/** Below so many free bytes it is time to make room. */
const SCARCE = 1_000_000_000;

/**
 * @param {AbortSignal} signal
 * @returns {{node: HTMLElement, refresh: () => Promise<void>}}
 */
export function healthCard(signal) {
  const content = h('div', { class: 'stage' }, h('p', { class: 'note' }, t('app.loading')));
  const node = h('section', { class: 'card', 'aria-labelledby': 'health' }, h('h2', { id: 'health' }, t('admin.health')), content);

  async function refresh() {
    const [live, ready] = await Promise.all([state('healthz', signal), state('readyz', signal)]);
    const states = h('ul', { class: 'plain' }, stateLine('admin.live', live), stateLine('admin.ready', ready));
    try {
      const { body } = await request('GET', 'console/figures', { signal });
      replace(content, states, figures(body));
    } catch (error) {
      if (!signal.aborted) replace(content, states, mishap(error, refresh));
    }
  }

  return { node, refresh };
}

/** What a health page says; it needs no token, and says no to whoever may not rely on the service. */
async function state(path, signal) {
  try {
    const response = await fetch(path, { cache: 'no-store', signal });
    return { isGood: response.ok, said: (await response.text()).trim() };
  } catch {
    return { isGood: false, said: 'unreachable' };
  }
}

function stateLine(key, { isGood, said }) {
  const known = `admin.state-${said}`;
  return h('li', { class: `said ${isGood ? '' : 'danger'}` }, icon(isGood ? 'check' : 'error'),
    h('span', null, t(key), ' ', h('strong', null, hasText(known) ? t(known) : said)));
}

function figures({ version, disk, snapshot, customers, companies, connections, ...rest }) {
  const fact = (name, value) => [h('dt', null, t(`admin.figure-${name}`)), h('dd', null, value)];
  const free = disk['free-bytes'];
  return h('dl', { class: 'facts' },
    fact('version', version),
    fact('started', formatDate(rest['started-at'])),
    fact('companies', formatNumber(companies)),
    fact('customers', formatNumber(customers)),
    fact('connections', formatNumber(connections)),
    fact('trees', formatSize(disk['trees-bytes'])),
    fact('journal', formatSize(disk['journal-bytes'])),
    fact('snapshot', [
      formatSize(disk['snapshot-bytes']), ' ',
      h('span', { class: 'note' }, snapshot['taken-at'] ? t('admin.snapshot-of', { time: formatDate(snapshot['taken-at']) }) : t('admin.no-snapshot')),
    ]),
    fact('free', free === null ? t('admin.not-known') : [formatSize(free), free < SCARCE && [' ', h('span', { class: 'chip warn' }, t('admin.scarce'))]]));
}
