// Creating and editing a customer: the same form. What is saved is told apart by whether there is an
// id; a conflict with somebody else's change is laid open, not overwritten.

import { h, replace } from '../core/dom.js';
import { addTexts, t } from '../core/text.js';
import { companyHash, go } from '../core/router.js';
import { can } from '../core/session.js';
import { randomKey } from '../core/random.js';
import { conflictView } from '../customer/conflict.js';
import { takeDraft } from '../customer/draft.js';
import { makeCustomerFields } from '../customer/fields.js';
import { makeJudged } from '../customer/judged.js';
import { changeCustomer, changesOf, createCustomer, draftOf, readCustomer } from '../customer/record.js';
import { fullName } from '../part/judgement.js';
import { mishap } from '../part/mishap.js';
import { toast } from '../part/toast.js';
import customerTexts from '../text/customer.js';
import texts from '../text/form.js';

addTexts(customerTexts);
addTexts(texts);

/** @type {import('../core/router.js').Screen} */
export default async function customerFormScreen(params, main, signal) {
  const draft = takeDraft();
  main.append(h('h1', null, t(params.id ? 'form.edit' : 'form.new')));
  if (!params.id) return new Form(params, main, signal, draft, null).show();
  const record = await readCustomer(params, params.id, signal);
  if (signal.aborted) return;
  main.querySelector('h1').textContent = t('form.edit-name', { name: fullName(record.customer) });
  new Form(params, main, signal, { ...draftOf(record.customer), ...draft }, record).show();
}

class Form {
  constructor(params, main, signal, values, record) {
    this.company = params;
    this.id = params.id;
    this.signal = signal;
    this.values = values;
    /** What is stored, as it was last read; null where the customer is new. */
    this.record = record;
    this.attempt = { body: '', key: '' };
    this.place = h('div', { class: 'beside' });
    main.append(this.place);
  }

  show() {
    const judged = makeJudged();
    this.fields = makeCustomerFields({
      company: this.company, values: this.values, ownId: this.id, onJudged: judged.show, signal: this.signal,
    });
    this.submit = h('button', { type: 'submit', class: 'button primary' }, t(this.id ? 'form.save' : 'form.create'));
    this.outcome = h('div');
    const back = companyHash(this.company, this.id ? `customers/${this.id}` : 'customers');
    replace(this.place,
      h('form', { class: 'card', novalidate: true, onsubmit: (event) => { event.preventDefault(); this.save(); } },
        this.fields.node,
        h('div', { class: 'row' }, this.submit, can('read') && h('a', { class: 'button', href: back }, t('app.cancel'))),
        this.outcome),
      judged.node);
    this.fields.focus();
  }

  async save() {
    this.values = this.fields.values();
    await this.working(() => this.send(this.values));
  }

  async send(values) {
    if (!this.id) return this.created(await createCustomer(this.company, values, this.keyFor(values)));
    await changeCustomer(this.company, this.id, changesOf(values, draftOf(this.record.customer)), this.record.etag);
    this.saved(this.id, t('form.saved'));
  }

  created({ customer }) {
    const text = t('form.created', { name: fullName(customer) });
    if (can('read')) return this.saved(customer.id, text);
    toast(text);
    this.values = {};
    this.show();
  }

  saved(id, text) {
    toast(text);
    go(companyHash(this.company, `customers/${id}`));
  }

  /** The same draft sent again is the same attempt, so that it is stored once. */
  keyFor(values) {
    const body = JSON.stringify(values);
    if (this.attempt.body !== body) this.attempt = { body, key: randomKey() };
    return this.attempt.key;
  }

  async working(work) {
    replace(this.outcome);
    this.submit.disabled = true;
    try {
      await work();
    } catch (error) {
      if (error.status === 412) await this.conflict();
      else this.refused(error);
    } finally {
      this.submit.disabled = false;
    }
  }

  refused(error) {
    const ofFields = error.status === 400 && error.errors?.length > 0;
    if (ofFields) this.fields.refuse(error.errors);
    else replace(this.outcome, mishap(error, () => this.save()));
  }

  /** Reads what is stored now and asks for each field which is to stay. */
  async conflict() {
    const base = draftOf(this.record.customer);
    try {
      this.record = await readCustomer(this.company, this.id, this.signal);
    } catch (error) {
      return this.refused(error);
    }
    const view = conflictView({
      base, mine: this.values, theirs: draftOf(this.record.customer),
      onBack: () => this.show(),
      onSave: (chosen) => {
        this.values = chosen;
        this.show();
        this.working(() => this.send(chosen));
      },
    });
    replace(this.place, view);
    view.querySelector('h2').focus();
  }
}
