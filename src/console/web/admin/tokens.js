// The tokens: who may do what, until when, and when they last did; made, and revoked for good.

import { h, replace } from '../core/dom.js';
import { request } from '../core/service.js';
import { signOut } from '../core/session.js';
import { formatDate, formatDay, t } from '../core/text.js';
import { codeBox } from '../part/code.js';
import { confirm } from '../part/dialog.js';
import { icon } from '../part/icon.js';
import { mishap } from '../part/mishap.js';
import { toast } from '../part/toast.js';
import { tokenForm } from './token-form.js';

const COLUMNS = ['name', 'scope', 'permissions', 'expires', 'limit', 'used', 'made'];

/**
 * @typedef {{id: string, name: string, product: string, company: string, permissions: string[],
 *   'expires-at': string | null, 'requests-per-second': number | null, 'created-at': string,
 *   'last-used-at': string | null}} Token
 */

/**
 * @param {AbortSignal} signal
 * @returns {{node: HTMLElement, refresh: () => Promise<void>}}
 */
export function tokensCard(signal) {
  const list = h('div', null, h('p', { class: 'note' }, t('app.loading')));
  const stage = h('div', { class: 'stage' });
  const create = h('button', { type: 'button', class: 'button primary', onclick: () => openForm() }, icon('plus'), t('admin.new-token'));
  const title = h('h2', { id: 'tokens', tabindex: -1 }, t('admin.tokens'));
  const node = h('section', { class: 'card wide', 'aria-labelledby': 'tokens' },
    h('div', { class: 'row' }, title, h('span', { class: 'space' }), create),
    h('p', { class: 'lead' }, t('admin.tokens-lead')), stage, list);

  function openForm() {
    const form = tokenForm(made, close);
    replace(stage, form.node);
    form.focus();
  }

  function close() {
    replace(stage);
    create.focus();
  }

  function made(token) {
    const box = secretBox(token, close);
    replace(stage, box);
    box.focus();
    refresh();
  }

  async function refresh() {
    try {
      const [{ body: tokens }, { body: session }] = await Promise.all([
        request('GET', 'admin/token', { signal }), request('GET', 'console/session', { signal }),
      ]);
      replace(list, table(tokens, session.token.id, revoke));
    } catch (error) {
      if (!signal.aborted) replace(list, mishap(error, refresh));
    }
  }

  async function revoke(token, isOwn) {
    const text = t(isOwn ? 'admin.revoke-own' : 'admin.revoke-text', { name: token.name });
    if (!await confirm({ title: t('admin.revoke-title', { name: token.name }), text, action: t('admin.revoke'), isDangerous: true })) return;
    try {
      await request('DELETE', `admin/token/${encodeURIComponent(token.id)}`);
      if (isOwn) return signOut();
      toast(t('admin.revoked', { name: token.name }));
    } catch (error) {
      replace(stage, mishap(error));
    }
    await refresh();
    title.focus();
  }

  return { node, refresh };
}

function table(tokens, own, onRevoke) {
  const now = Date.now();
  const sorted = tokens.toSorted((one, other) => other['created-at'].localeCompare(one['created-at']));
  const head = [...COLUMNS.map((name) => h('th', { scope: 'col' }, t(`admin.column-${name}`))), h('td', null, h('span', { class: 'unseen' }, t('admin.revoke')))];
  return h('div', { class: 'scroll', role: 'group', 'aria-labelledby': 'tokens', tabindex: 0 },
    h('table', null, h('thead', null, h('tr', null, head)),
      h('tbody', null, sorted.map((token) => row(token, token.id === own, now, onRevoke)))));
}

function row(token, isOwn, now, onRevoke) {
  const { name, product, company, permissions } = token;
  const limit = token['requests-per-second'];
  return h('tr', null,
    h('th', { scope: 'row' }, name, isOwn && [' ', h('span', { class: 'chip accent' }, t('admin.own'))]),
    h('td', null, scopeText(product, company)),
    h('td', null, h('span', { class: 'chips' }, permissions.map((one) => h('span', { class: 'chip' }, t(`admin.may-${one}`))))),
    h('td', null, expiry(token['expires-at'], now)),
    h('td', null, limit === null ? t('admin.no-limit') : t('admin.per-second', { count: limit })),
    h('td', null, token['last-used-at'] ? formatDate(token['last-used-at']) : t('admin.never')),
    h('td', null, formatDay(token['created-at'])),
    h('td', null, h('button', {
      type: 'button', class: 'button small', 'aria-label': t('admin.revoke-title', { name }), onclick: () => onRevoke(token, isOwn),
    }, t('admin.revoke'))));
}

function scopeText(product, company) {
  if (product === '*' && company === '*') return t('admin.everything');
  return `${product === '*' ? t('admin.all-products') : product} / ${company === '*' ? t('admin.all-companies') : company}`;
}

function expiry(time, now) {
  if (!time) return t('admin.no-expiry');
  return Date.parse(time) > now ? formatDate(time) : h('span', { class: 'chip warn' }, t('admin.expired', { time: formatDate(time) }));
}

/** The secret, which nobody can show again. It stays until it is said to be kept. */
function secretBox(token, onKept) {
  return h('div', { class: 'notice secret', tabindex: -1, role: 'status' }, icon('key'),
    h('div', null,
      h('p', null, h('strong', null, t('admin.made', { name: token.name }))),
      h('p', null, t('admin.once')),
      codeBox(token.token, t('admin.secret'))),
    h('button', { type: 'button', class: 'button', onclick: onKept }, t('admin.kept')));
}
