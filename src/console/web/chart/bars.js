// Bars beside each other: a table whose rows have a bar each, so that what is seen and what is read
// are the same, every row can lead somewhere, and nothing has to be told by colour.

import { h, svg } from '../core/dom.js';

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {string} [href] where its customers are
 * @property {number} value how long it is
 * @property {string[]} figures what is written behind it
 */

/**
 * @param {string} label what the table is called
 * @param {string[]} columns the names of its columns: the label's, then those of the figures
 * @param {Bar[]} bars
 * @returns {HTMLElement}
 */
export function bars(label, columns, bars) {
  const longest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const [first, ...rest] = columns;
  return h('table', { class: 'bars', 'aria-label': label },
    h('thead', null, h('tr', null, h('th', { scope: 'col' }, first), h('td'), rest.map((name) => h('th', { scope: 'col', class: 'number' }, name)))),
    h('tbody', null, bars.map(({ label, href, value, figures }) => h('tr', null,
      h('th', { scope: 'row' }, href ? h('a', { href }, label) : label),
      h('td', { class: 'bar' }, bar(value / longest)),
      figures.map((figure) => h('td', { class: 'number' }, figure))))));
}

function bar(share) {
  return svg('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { class: 'bar-ground', width: 100, height: 10 }),
    svg('rect', { class: 'bar-length', width: share > 0 ? Math.max(100 * share, 0.8) : 0, height: 10 }));
}
