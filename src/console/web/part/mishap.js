// Tells in plain words what went wrong and what can be done, for every way in which a request to
// the service can fail.

import { h, replace } from '../core/dom.js';
import { hasText, t } from '../core/text.js';
import { Problem } from '../core/service.js';
import { icon } from './icon.js';

/**
 * What went wrong in a sentence or two.
 * @param {unknown} error
 * @returns {string}
 */
export function mishapText(error) {
  if (!(error instanceof Problem)) return t('mishap.bug');
  const { status, retryAfter } = error;
  const key = [`mishap.${error.kind}`, `mishap.${status}`].find(hasText);
  const text = key ? t(key) : error.detail || t('mishap.other', { status: String(status) });
  return retryAfter ? `${text} ${t('mishap.retry-after', { count: retryAfter })}` : text;
}

/**
 * A notice of what went wrong, with a button to try again where that can help.
 * @param {unknown} error
 * @param {() => void} [again]
 * @returns {HTMLElement}
 */
export function mishap(error, again) {
  if (!(error instanceof Problem)) console.error(error);
  return h('div', { class: 'notice danger', role: 'alert' }, icon('error'),
    h('div', null,
      h('p', null, mishapText(error)),
      error.requestId && h('p', { class: 'note' }, t('mishap.request', { id: error.requestId }))),
    again && h('button', { type: 'button', class: 'button', onclick: again }, t('mishap.again')));
}

/**
 * The same in the place of a whole screen.
 * @param {unknown} error
 * @param {HTMLElement} main
 * @param {() => void} again
 */
export function showMishap(error, main, again) {
  const isGone = error instanceof Problem && error.status === 404;
  replace(main, h('h1', null, t(isGone ? 'mishap.gone' : 'mishap.title')), mishap(error, again));
}
