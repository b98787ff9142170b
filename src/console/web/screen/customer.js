// A customer's page: what is kept, what looks wrong and how to mend it, why it is judged so, who may
// be the same, and what happened to it. It follows the change feed like the table.

import { h, replace } from '../core/dom.js';
import { addTexts, formatDate, t } from '../core/text.js';
import { companyHash, go } from '../core/router.js';
import { follow } from '../core/feed.js';
import { customerPath, request } from '../core/service.js';
import { can } from '../core/session.js';
import { advisoriesView } from '../customer/advisories.js';
import { duplicatesView } from '../customer/duplicates.js';
import { historyView } from '../customer/history.js';
import { changeCustomer, FIELDS, readCustomer } from '../customer/record.js';
import { removeCustomer } from '../customer/remove.js';
import { whyView } from '../customer/why.js';
import { icon } from '../part/icon.js';
import { fullName } from '../part/judgement.js';
import { mishap, mishapText } from '../part/mishap.js';
import { useShortcuts } from '../part/shortcut.js';
import { toast } from '../part/toast.js';
import customerTexts from '../text/customer.js';
import texts from '../text/page.js';

addTexts(customerTexts);
addTexts(texts);

const LEFT = ['facts', 'advisories', 'duplicates'];
const RIGHT = ['why', 'history'];
const PARTS = [...LEFT, ...RIGHT];

/** @type {import('../core/router.js').Screen} */
export default async function customerScreen(params, main, signal) {
  const page = new Page(params, main, signal);
  await page.load();
  follow(params, {
    signal,
    onEvent: (event) => { if (event['customer-id'] === params.id) page.changed(event.kind); },
    onGap: () => page.changed('updated'),
  });
}

class Page {
  constructor(params, main, signal) {
    this.company = params;
    this.id = params.id;
    this.main = main;
    this.signal = signal;
    this.record = null;
    this.isDeleting = false;
    this.title = h('h1', null, t('page.title'));
    this.actions = h('div', { class: 'row' });
    this.notice = h('div');
    this.parts = Object.fromEntries(PARTS.map((name) => [name, h('div')]));
    for (const name of ['facts', 'why']) this.parts[name].append(skeleton());
    main.append(
      h('p', null, h('a', { class: 'back', href: companyHash(params, 'customers') }, icon('left'), t('page.back'))),
      h('div', { class: 'head' }, this.title, this.actions),
      this.notice,
      h('div', { class: 'beside' },
        h('div', { class: 'stack' }, LEFT.map((name) => this.parts[name])),
        h('div', { class: 'stack' }, RIGHT.map((name) => this.parts[name]))));
    useShortcuts(this.shortcuts(), signal);
  }

  async load() {
    this.record = await readCustomer(this.company, this.id, this.signal);
    this.title.replaceChildren(h('bdi', null, fullName(this.record.customer)));
    replace(this.actions, can('write') && this.buttons());
    const { advisories, duplicates, why, history } = this.parts;
    replace(this.parts.facts, facts(this.record.customer));
    replace(advisories, advisoriesView(this.record.customer, (changes) => this.fix(changes)));
    await Promise.all([
      this.fill(why, async () => {
        const { body } = await request('GET', customerPath(this.company, this.id, '/insight'), { signal: this.signal });
        replace(duplicates, await duplicatesView(this.company, this.record.customer, body['possible-duplicates'], () => this.remove(), this.signal));
        return whyView(body);
      }),
      this.fill(history, () => historyView(this.company, this.id, this.signal)),
    ]);
  }

  /** A part that cannot be had says so in its place and leaves the others alone. */
  async fill(place, make) {
    try {
      replace(place, await make());
    } catch (error) {
      if (!this.signal.aborted) replace(place, mishap(error, () => this.fill(place, make)));
    }
  }

  buttons() {
    return [
      h('a', { class: 'button', href: companyHash(this.company, `customers/${this.id}/edit`) }, icon('edit'), t('page.edit')),
      h('button', { type: 'button', class: 'button', onclick: () => this.remove() }, icon('trash'), t('page.delete')),
    ];
  }

  async fix(changes) {
    try {
      await changeCustomer(this.company, this.id, changes, this.record.etag);
      toast(t('page.fixed'));
      await this.load();
      this.title.focus();
    } catch (error) {
      await this.stale(error);
    }
  }

  async remove() {
    this.isDeleting = true;
    try {
      if (await removeCustomer(this.company, this.record)) go(companyHash(this.company, 'customers'));
    } catch (error) {
      await this.stale(error);
    } finally {
      this.isDeleting = false;
    }
  }

  /** What was shown is no longer so: it is read anew, and nothing was done. */
  async stale(error) {
    if (this.signal.aborted) return;
    if (error.status !== 412) return toast(mishapText(error));
    toast(t('page.stale'));
    await this.load();
  }

  changed(kind) {
    if (kind === 'deleted') return this.gone();
    this.load().catch((error) => { if (error.status === 404) this.gone(); });
  }

  gone() {
    if (this.isDeleting || this.signal.aborted) return;
    replace(this.actions);
    replace(this.notice, h('div', { class: 'notice danger', role: 'alert' }, icon('error'), h('div', null, h('p', null, t('page.gone')))));
  }

  shortcuts() {
    const to = (rest) => () => go(companyHash(this.company, rest));
    const list = [{ keys: ['u'], text: 'page.back', run: to('customers') }];
    if (can('write')) list.push({ keys: ['e'], text: 'page.edit', run: to(`customers/${this.id}/edit`) });
    return list;
  }
}

function facts(customer) {
  const created = formatDate(customer['created-at']);
  const updated = formatDate(customer['updated-at']);
  return h('section', { class: 'card', 'aria-label': t('page.details') },
    h('dl', { class: 'facts' },
      FIELDS.map((field) => [
        h('dt', null, t(`field.${field}`)),
        h('dd', null, h('bdi', { class: field === 'vat-number' ? 'mono' : null }, customer[field]))]),
      fact('created', created), updated !== created && fact('updated', updated),
      fact('id', h('span', { class: 'mono' }, customer.id))));
}

function fact(name, value) {
  return [h('dt', null, t(`customer.${name}`)), h('dd', null, value)];
}

function skeleton() {
  return h('div', { class: 'card waiting', 'aria-hidden': 'true' }, Array.from({ length: 5 }, () => h('span', { class: 'skeleton' })));
}
