// Creating and editing a customer: the same form, empty or filled.

import { h } from '../core/dom.js';
import { addTexts, t } from '../core/text.js';
import { CustomerForm } from '../customer/form.js';
import { draftOf, readCustomer } from '../customer/record.js';
import { fullName } from '../part/judgement.js';
import customerTexts from '../text/customer.js';

addTexts(customerTexts);

/** @type {import('../core/router.js').Screen} */
export default async function customerFormScreen(params, main, signal) {
  const title = h('h1', null, t(params.id ? 'form.edit' : 'form.new'));
  main.append(title);
  const record = params.id ? await readCustomer(params, params.id, signal) : null;
  if (signal.aborted) return;
  if (record) title.textContent = t('form.edit-name', { name: fullName(record.customer) });
  const form = new CustomerForm(params, record ? draftOf(record.customer) : {}, record, signal);
  main.append(form.node);
  form.focus();
}
