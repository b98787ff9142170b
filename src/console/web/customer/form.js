// The form of a customer with all that saving can meet. What is saved is told apart by whether there
// is a record already; a conflict with somebody else's change is laid open, not overwritten.

import { h, replace } from '../core/dom.js';
import { addTexts, t } from '../core/text.js';
import { companyHash, go } from '../core/router.js';
import { can } from '../core/session.js';
import { randomKey } from '../core/random.js';
import { fullName } from '../part/judgement.js';
import { mishap } from '../part/mishap.js';
import { toast } from '../part/toast.js';
import texts from '../text/form.js';
import { conflictView } from './conflict.js';
import { makeCustomerFields } from './fields.js';
import { makeJudged } from './judged.js';
import { changeCustomer, changesOf, createCustomer, draftOf, readCustomer } from './record.js';

addTexts(texts);

export class CustomerForm {
  /**
   * @param {import('../core/service.js').Company} company
   * @param {Record<string, string>} values what the fields begin with
   * @param {import('./record.js').Record | null} record what is stored; null where the customer is new
   * @param {AbortSignal} signal
   */
  constructor(company, values, record, signal) {
    this.company = company;
    this.id = record?.customer.id;
    this.signal = signal;
    this.values = values;
    this.record = record;
    this.attempt = { body: '', key: '' };
    this.node = h('div', { class: 'beside' });
    this.show();
  }

  show() {
    const judged = makeJudged();
    this.fields = makeCustomerFields({
      company: this.company, values: this.values, ownId: this.id, onJudged: judged.show, signal: this.signal,
    });
    this.submit = h('button', { type: 'submit', class: 'button primary' }, t(this.id ? 'form.save' : 'form.create'));
    this.outcome = h('div');
    const back = companyHash(this.company, this.id ? `customers/${this.id}` : 'customers');
    replace(this.node,
      h('form', { class: 'card', novalidate: true, onsubmit: (event) => { event.preventDefault(); this.save(); } },
        this.fields.node,
        h('div', { class: 'row' }, this.submit, can('read') && h('a', { class: 'button', href: back }, t('app.cancel'))),
        this.outcome),
      judged.node);
  }

  focus() {
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
    this.focus();
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
      onBack: () => { this.show(); this.focus(); },
      onSave: (chosen) => {
        this.values = chosen;
        this.show();
        this.working(() => this.send(chosen));
      },
    });
    replace(this.node, view);
    view.querySelector('h2').focus();
  }
}
