// Says what has just happened, beside what one is doing, and offers to take it back. It waits while
// the pointer or the focus is on it, so that nobody has to hurry.

import { h } from '../core/dom.js';
import { t } from '../core/text.js';
import { icon } from './icon.js';

/**
 * @param {string} text
 * @param {{action?: string, onAction?: () => void, seconds?: number}} [options]
 */
export function toast(text, { action, onAction, seconds = 6 } = {}) {
  let timer = 0;
  const close = () => { clearTimeout(timer); node.remove(); };
  const wait = () => { clearTimeout(timer); timer = setTimeout(close, seconds * 1000); };
  const hold = () => clearTimeout(timer);
  const act = () => { close(); onAction?.(); };
  const node = h('div', { class: 'toast', onpointerenter: hold, onpointerleave: wait, onfocusin: hold, onfocusout: wait },
    h('p', null, text),
    action && h('button', { type: 'button', class: 'button', onclick: act }, action),
    h('button', { type: 'button', class: 'button quiet sign', 'aria-label': t('app.close'), onclick: close }, icon('close')));
  document.getElementById('toasts')?.append(node);
  wait();
}
