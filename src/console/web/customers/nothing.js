// What is shown where there are no customers: never a blank, always what to do next.

import { h } from '../core/dom.js';
import { t } from '../core/text.js';
import { companyPath } from '../core/service.js';
import { companyHash } from '../core/router.js';
import { can } from '../core/session.js';
import { codeBox } from '../part/code.js';
import { icon } from '../part/icon.js';
import { mishapText } from '../part/mishap.js';
import { toast } from '../part/toast.js';
import { addSamples, SAMPLES } from './sample.js';

/** A company that has none yet. @param {import('../core/service.js').Company} company @param {() => void} onAdded */
export function noCustomers(company, onAdded) {
  return h('section', { class: 'empty' },
    h('h2', null, t('customers.none')),
    h('p', { class: 'lead' }, t(can('write') ? 'customers.none-lead' : 'customers.none-read-only')),
    can('write') && [
      h('div', { class: 'row' },
        h('a', { class: 'button primary', href: companyHash(company, 'customers/new') }, icon('plus'), t('customers.new')),
        sampleButton(company, onAdded),
        h('a', { class: 'button', href: companyHash(company, 'transfer') }, icon('transfer'), t('customers.import'))),
      h('h3', null, t('customers.by-api')),
      codeBox(curlLine(company), t('customers.by-api'))]);
}

/** A search or filter that selects none. @param {() => void} onClear */
export function nothingFound(onClear) {
  return h('section', { class: 'empty' },
    h('h2', null, t('customers.not-found')),
    h('p', { class: 'lead' }, t('customers.not-found-lead')),
    h('button', { type: 'button', class: 'button', onclick: onClear }, t('customers.clear')));
}

function sampleButton(company, onAdded) {
  const add = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      const count = await addSamples(company);
      toast(t('customers.samples-added', { count }));
      onAdded();
    } catch (error) {
      button.disabled = false;
      toast(mishapText(error));
    }
  };
  return h('button', { type: 'button', class: 'button', onclick: add }, t('customers.add-samples', { count: SAMPLES.length }));
}

// The token itself is never shown: whoever pastes this sets TOKEN.
function curlLine(company) {
  const address = new URL(companyPath(company, 'customer'), document.baseURI).href;
  const customer = { 'first-name': 'John', 'last-name': 'Smith', email: 'john.smith@example.com', 'vat-number': 'IT12345678903' };
  return [
    `curl '${address}' \\`,
    '  -H "Authorization: Bearer $TOKEN" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify(customer)}'`,
  ].join('\n');
}
