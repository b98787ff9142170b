// The customers of a company: searched, filtered, fifty at a time, and followed live. Pages are
// cursors, so going back is a stack of them; it is kept while one looks at a customer.

import { announce, h, replace } from '../core/dom.js';
import { addTexts, formatDate, formatNumber, t } from '../core/text.js';
import { companyHash, go, noteQuery } from '../core/router.js';
import { can, refreshSession, session } from '../core/session.js';
import { isFiltered, PAGE, readPage, selects } from '../customers/reader.js';
import { FILTERS, makeFilters, readMarkets } from '../customers/filters.js';
import { followTable } from '../customers/changes.js';
import { makeTable } from '../customers/table.js';
import { noCustomers, nothingFound } from '../customers/nothing.js';
import { icon } from '../part/icon.js';
import { mishap } from '../part/mishap.js';
import { useShortcuts } from '../part/shortcut.js';
import customerTexts from '../text/customer.js';
import texts from '../text/customers.js';

addTexts(customerTexts);
addTexts(texts);

/** Where somebody was in a list before opening a customer: the address, the cursors, the row. */
let left = { hash: '', places: [null], id: '' };

/** @type {import('../core/router.js').Screen} */
export default async function customersScreen(params, main, signal) {
  const list = new List(params, signal);
  main.append(...list.nodes());
  useShortcuts(list.shortcuts(), signal);
  signal.addEventListener('abort', () => list.leave(), { once: true });
  list.countAll();
  readMarkets(params, signal).then(list.filters.setMarkets, () => {});
  await list.load();
  list.table.focus(left.id);
}

class List {
  constructor(params, signal) {
    this.company = params;
    this.signal = signal;
    this.loading = new AbortController();
    this.filter = Object.fromEntries(FILTERS.map((name) => [name, params.query.get(name) ?? '']));
    this.filters = makeFilters(this.filter, () => this.filterChanged());
    this.table = makeTable(params);
    this.places = left.hash === location.hash ? [...left.places] : [null];
    if (left.hash !== location.hash) left.id = '';
    this.page = null;
    this.total = null;
    this.isEmpty = false;
    this.count = h('span', { class: 'note count' });
    this.outcome = h('div', { class: 'outcome' });
    this.paging = h('nav', { class: 'row paging', 'aria-label': t('customers.pages') });
    this.frame = h('div', { class: 'card table' }, this.table.node);
  }

  nodes() {
    const indicator = followTable(this.company, {
      table: this.table,
      isWanted: (customer) => selects(this.filter, customer),
      showsNew: () => !this.isEmpty && (this.places.length === 1 || this.isAtEnd()),
      isAtEnd: () => this.isAtEnd(),
      onCount: (change) => this.setTotal(this.total === null ? null : this.total + change),
      onFirst: () => { if (this.isEmpty) this.load(); },
      onGap: () => this.load(),
    }, this.signal);
    this.exportLink = h('a', { class: 'button' });
    this.noteExport();
    const head = h('div', { class: 'head' },
      h('h1', null, t('customers.title')), this.count, indicator, h('span', { class: 'space' }), this.exportLink,
      can('write') && h('a', { class: 'button primary', href: companyHash(this.company, 'customers/new'), 'aria-keyshortcuts': 'n' },
        icon('plus'), t('customers.new')));
    this.table.node.addEventListener('keydown', (event) => this.arrow(event));
    return [head, this.filters.node, this.frame, this.outcome, this.paging];
  }

  /** Reads the page that the last cursor leads to. */
  async load() {
    const { signal } = this.renew();
    replace(this.outcome);
    if (this.page) this.frame.setAttribute('aria-busy', 'true');
    else this.table.skeleton();
    try {
      const page = await readPage(this.company, this.filter, this.places.at(-1), signal);
      this.isEmpty = false;
      this.show(page);
    } catch (error) {
      if (signal.aborted) return;
      this.fail(error);
    }
  }

  show(page) {
    this.page = page;
    this.frame.removeAttribute('aria-busy');
    this.table.show(page.rows);
    this.shown = page.rows.length;
    this.say();
  }

  /** Goes on from where the look for matches stopped. */
  async lookFurther() {
    const { signal } = this.renew();
    this.frame.setAttribute('aria-busy', 'true');
    try {
      const more = await readPage(this.company, this.filter, this.page.next, signal, PAGE - this.shown);
      this.frame.removeAttribute('aria-busy');
      this.table.append(more.rows);
      this.shown += more.rows.length;
      this.page = { ...more, looked: this.page.looked + more.looked };
      this.say();
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  /** Says what was found, and offers what can be done next. */
  say() {
    const { isCut, looked, until, next } = this.page;
    const isNothing = this.shown === 0 && !isCut && this.places.length === 1;
    this.frame.hidden = isNothing || this.shown === 0;
    const notice = isNothing ? nothingFound(() => this.filters.clear()) : isCut && this.cutNotice(looked, until);
    replace(this.outcome, notice || null);
    this.drawPaging(next !== null && !isCut);
    announce(t('customers.announce', { count: this.shown }));
  }

  cutNotice(looked, until) {
    return h('div', { class: 'notice' }, icon('search'),
      h('div', null, h('p', null, t('customers.looked', { count: looked, found: this.shown, until: formatDate(until) }))),
      h('button', { type: 'button', class: 'button', onclick: () => this.lookFurther() }, t('customers.look-further')));
  }

  fail(error) {
    this.frame.removeAttribute('aria-busy');
    this.isEmpty = error.kind === 'customers-not-found';
    if (this.isEmpty || !this.page) this.frame.hidden = true;
    replace(this.paging);
    if (!this.isEmpty) return replace(this.outcome, mishap(error, () => { this.frame.hidden = false; this.load(); }));
    this.setTotal(0);
    replace(this.outcome, noCustomers(this.company, () => { this.frame.hidden = false; this.load(); }));
  }

  drawPaging(hasNext) {
    const number = this.places.length;
    if (number === 1 && !hasNext) return replace(this.paging);
    const from = (number - 1) * PAGE;
    replace(this.paging,
      h('button', { type: 'button', class: 'button', disabled: number === 1, onclick: () => this.turn(-1) }, icon('left'), t('customers.previous')),
      h('span', { class: 'note' }, this.shown === 0 ? t('customers.page-empty') : t('customers.range', { from: from + 1, to: from + this.shown })),
      h('button', { type: 'button', class: 'button', disabled: !hasNext, onclick: () => this.turn(1) }, t('customers.next'), icon('right')));
  }

  async turn(step) {
    if (step > 0) this.places.push(this.page.next);
    else this.places.pop();
    await this.load();
    this.frame.scrollIntoView({ block: 'start' });
    this.table.move(1);
  }

  filterChanged() {
    noteQuery(this.filter);
    this.noteExport();
    this.places = [null];
    this.frame.hidden = false;
    this.load();
  }

  /** What is shown here can be saved as a file. */
  noteExport() {
    this.exportLink.href = companyHash(this.company, 'transfer', this.filter);
    this.exportLink.textContent = t(isFiltered(this.filter) ? 'customers.export-these' : 'customers.export');
  }

  /** The number beside the title; the feed keeps it right afterwards. */
  async countAll() {
    await refreshSession().catch(() => {});
    if (this.signal.aborted) return;
    const { product, version, company } = this.company;
    const known = session()?.companies.find((one) => one.product === product && one.version === version && one.company === company);
    if (known) this.setTotal(known.customers);
  }

  setTotal(total) {
    this.total = total;
    replace(this.count, total === null ? null : t('customers.count', { count: total }));
  }

  isAtEnd() {
    return this.page !== null && this.page.next === null && !this.filter.q;
  }

  shortcuts() {
    const list = [
      { keys: ['/'], text: 'customers.key-search', run: () => this.filters.search.select() },
      { keys: ['j'], shown: 'j ↓', text: 'customers.key-down', run: () => this.table.move(1) },
      { keys: ['k'], shown: 'k ↑', text: 'customers.key-up', run: () => this.table.move(-1) },
    ];
    if (can('write')) list.splice(1, 0, { keys: ['n'], text: 'customers.key-new', run: () => go(companyHash(this.company, 'customers/new')) });
    return list;
  }

  /** Arrows go from row to row once one is in the table; elsewhere they scroll as ever. */
  arrow(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.table.move(step);
  }

  leave() {
    this.loading.abort();
    const opened = /\/customers\/([^/?]+)/.exec(location.hash);
    left = { hash: this.hash(), places: this.places, id: opened ? opened[1] : '' };
  }

  hash() {
    return companyHash(this.company, 'customers', this.filter);
  }

  /** A request that is no longer wanted is given up. */
  renew() {
    this.loading.abort();
    this.loading = new AbortController();
    return this.loading;
  }
}
