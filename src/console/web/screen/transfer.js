// Customers in and out of a company, as files.

import { h, replace } from '../core/dom.js';
import { can } from '../core/session.js';
import { addTexts, t } from '../core/text.js';
import customerTexts from '../text/customer.js';
import texts from '../text/transfer.js';
import { exportCard } from '../transfer/exporting.js';
import { importCard } from '../transfer/importing.js';

addTexts(customerTexts);
addTexts(texts);

/**
 * @param {import('../core/router.js').Params & import('../core/service.js').Company} company
 * @param {HTMLElement} main
 * @param {AbortSignal} signal
 */
export default async function transfer(company, main, signal) {
  const mayNot = (permission) => h('section', { class: 'card' },
    h('h2', null, t(permission === 'write' ? 'transfer.import' : 'transfer.export')), h('p', null, t(`not-allowed.${permission}`)));
  replace(main,
    h('h1', null, t('transfer.title')),
    h('div', { class: 'transfer' },
      can('write') ? importCard(company, signal) : mayNot('write'),
      can('read') ? exportCard(company, signal) : mayNot('read')));
}
