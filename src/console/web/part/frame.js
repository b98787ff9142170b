// What surrounds every screen: the name, the company switcher, the ways to the screens, settings,
// and the two live regions. It is drawn anew on each change of screen; the main part stays.

import { h, replace } from '../core/dom.js';
import { language, setLanguage, t } from '../core/text.js';
import { can, isInScope, session, signOut } from '../core/session.js';
import { companyHash } from '../core/router.js';
import { setTheme, theme } from '../core/theme.js';
import { icon } from './icon.js';
import { menu } from './menu.js';
import { areShortcutsOn, setShortcutsOn, showShortcuts } from './shortcut.js';

const header = h('header', { class: 'frame' });
const nav = h('nav', { class: 'ways' });
const main = h('main', { id: 'main', tabindex: '-1' });

/**
 * Puts the frame on the page.
 * @returns {HTMLElement} where screens are shown
 */
export function makeFrame() {
  const skip = h('button', { type: 'button', class: 'skip button', onclick: () => main.focus() });
  document.body.replaceChildren(
    skip, header, main,
    h('div', { id: 'toasts', role: 'status', 'aria-live': 'polite' }),
    h('div', { id: 'announcer', class: 'unseen', role: 'status', 'aria-live': 'polite' }),
  );
  return main;
}

/**
 * Draws what depends on the screen, the session and the language.
 * @param {import('../core/service.js').Company | null} company the one that is worked with
 */
export function renderFrame(company) {
  const shown = company && session() && isInScope(company) ? company : null;
  document.querySelector('.skip').textContent = t('app.skip');
  nav.setAttribute('aria-label', t('app.nav'));
  replace(header,
    h('a', { class: 'name', href: '#/' }, h('img', { src: 'console/icon.svg', alt: '', width: 24, height: 24 }), h('span', null, t('app.name'))),
    session() && switcher(shown),
    nav,
    h('span', { class: 'space' }),
    settings());
  replace(nav, session() && h('ul', null, ways(shown)));
  nav.hidden = !session();
}

function ways(company) {
  const list = [];
  if (company) {
    if (can('read')) list.push(way('customers', companyHash(company, 'customers')));
    if (can('read')) list.push(way('ask', companyHash(company, 'ask')));
    if (can('read')) list.push(way('insights', companyHash(company, 'insights')));
    list.push(way('transfer', companyHash(company, 'transfer')));
  }
  if (can('admin')) list.push(way('admin', '#/admin'));
  return list;
}

function way(name, hash) {
  const path = location.hash.split('?')[0];
  const isHere = path === hash || path.startsWith(`${hash}/`);
  return h('li', null, h('a', { href: hash, 'aria-current': isHere && 'page' }, icon(name), h('span', null, t(`nav.${name}`))));
}

function switcher(company) {
  const face = [icon('building'), h('span', { class: 'cut' }, company ? company.company : t('app.choose-company'))];
  return menu({ face, label: t('app.companies'), class: 'switcher', content: () => companies(company) });
}

function companies(current) {
  const others = session().companies.slice(0, 12);
  return [
    current && h('p', { class: 'note' }, `${current.product} / ${current.version}`),
    h('ul', { class: 'choices' }, others.map((one) => h('li', null,
      h('a', { href: companyHash(one, 'customers'), 'aria-current': isSame(one, current) && 'true' },
        h('span', null, one.company), h('span', { class: 'note' }, `${one.product} / ${one.version}`))))),
    h('a', { class: 'all', href: '#/companies' }, t('app.all-companies')),
  ];
}

function isSame(one, other) {
  return ['product', 'version', 'company'].every((key) => one[key] === other?.[key]);
}

function settings() {
  const face = [icon('settings'), h('span', { class: 'wide' }, session()?.name ?? t('app.settings'))];
  return menu({ face, label: t('app.settings'), content: () => [
    choice('language', language(), { en: 'English', it: 'Italiano' }, setLanguage),
    choice('theme', theme(), { system: t('theme.system'), light: t('theme.light'), dark: t('theme.dark') }, setTheme),
    session() && shortcuts(),
    h('a', { href: 'docs' }, t('app.docs')),
    session() && h('button', { type: 'button', class: 'button', onclick: () => signOut() }, t('app.sign-out')),
  ] });
}

function choice(name, current, options, onChoice) {
  return h('label', { class: 'field' }, h('span', null, t(`app.${name}`)),
    h('select', { onchange: (event) => onChoice(event.target.value) },
      Object.entries(options).map(([value, text]) => h('option', { value, selected: value === current }, text))));
}

function shortcuts() {
  return [
    h('label', { class: 'tick' },
      h('input', { type: 'checkbox', checked: areShortcutsOn(), onchange: (event) => setShortcutsOn(event.target.checked) }),
      t('shortcut.on')),
    h('button', { type: 'button', class: 'button', onclick: showShortcuts }, t('shortcut.show')),
  ];
}
