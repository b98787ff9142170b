// For whoever runs the service: its tokens, a backup, and how it is.

import { announce, h, replace } from '../core/dom.js';
import { addTexts, t } from '../core/text.js';
import { backupCard } from '../admin/backup.js';
import { healthCard } from '../admin/health.js';
import { tokensCard } from '../admin/tokens.js';
import texts from '../text/admin.js';

addTexts(texts);

/**
 * @param {import('../core/router.js').Params} _params
 * @param {HTMLElement} main
 * @param {AbortSignal} signal
 */
export default async function admin(_params, main, signal) {
  const cards = [tokensCard(signal), healthCard(signal), backupCard(signal)];
  const refresh = h('button', { type: 'button', class: 'button', onclick: () => show(true) }, t('admin.refresh'));
  replace(main,
    h('div', { class: 'head' }, h('h1', null, t('admin.title')), refresh),
    h('div', { class: 'admin' }, cards.map(({ node }) => node)));

  async function show(isAgain) {
    await Promise.all(cards.map((card) => card.refresh?.()));
    if (isAgain && !signal.aborted) announce(t('admin.refreshed'));
  }

  await show(false);
}
