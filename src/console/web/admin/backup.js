// A backup of everything at this moment, saved as it comes.

import { announce, h, replace } from '../core/dom.js';
import { open, request } from '../core/service.js';
import { t } from '../core/text.js';
import { mishap } from '../part/mishap.js';
import { carry, dayOfToday, target } from '../transfer/save.js';
import { formatSize } from '../transfer/size.js';

const TYPE = 'application/octet-stream';

/**
 * @param {AbortSignal} signal
 * @returns {{node: HTMLElement}}
 */
export function backupCard(signal) {
  const stage = h('div', { class: 'stage' });
  const button = h('button', { type: 'button', class: 'button primary', onclick: () => start() }, t('admin.backup-start'));
  const node = h('section', { class: 'card', 'aria-labelledby': 'backup' },
    h('h2', { id: 'backup' }, t('admin.backup')),
    h('p', null, t('admin.backup-lead')),
    h('p', { class: 'note' }, t('admin.backup-note')),
    h('div', null, button), stage);

  async function start() {
    button.disabled = true;
    try {
      const name = `smart-customer-${dayOfToday()}.backup`;
      const to = await target({ name, type: TYPE, expected: await expectedSize(signal) });
      if (to) await save(name, to);
    } catch (error) {
      replace(stage, error.name === 'AbortError' ? h('p', { role: 'status' }, t('admin.backup-cancelled')) : mishap(error, start));
    } finally {
      button.disabled = false;
      button.focus();
    }
  }

  async function save(name, to) {
    const stopped = new AbortController();
    const size = h('p', { class: 'note' }, t('admin.backup-begun'));
    const cancel = h('button', { type: 'button', class: 'button', onclick: () => stopped.abort() }, t('app.cancel'));
    replace(stage, h('div', { class: 'running' }, h('progress', { 'aria-label': t('admin.backup-running') }), size, h('div', null, cancel)));
    announce(t('admin.backup-running'));
    cancel.focus();
    const response = await open('GET', 'admin/backup', { accept: TYPE, signal: AbortSignal.any([signal, stopped.signal]) });
    let received = 0;
    await carry(response, to, (bytes) => {
      received += bytes.length;
      size.textContent = t('admin.backup-size', { size: formatSize(received) });
      return bytes;
    });
    replace(stage, h('p', { role: 'status' }, t('admin.backup-done', { name, size: formatSize(received) })));
  }

  return { node };
}

/** About how large it will be: a snapshot is what a backup is, and the journal what came since. */
async function expectedSize(signal) {
  const { disk } = (await request('GET', 'console/figures', { signal })).body;
  return disk['snapshot-bytes'] + disk['journal-bytes'];
}
