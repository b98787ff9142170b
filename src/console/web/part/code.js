// A line to paste into a shell, with a button that copies it.

import { h } from '../core/dom.js';
import { t } from '../core/text.js';
import { icon } from './icon.js';
import { toast } from './toast.js';

/**
 * @param {string} text
 * @param {string} label what it is
 * @returns {HTMLElement}
 */
export function codeBox(text, label) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast(t('code.copied'));
    } catch {
      // Without leave of the browser, or not on a safe address: it is marked, to be copied by hand.
      getSelection().selectAllChildren(pre);
    }
  };
  const pre = h('pre', { tabindex: '0', 'aria-label': label }, h('code', null, text));
  return h('div', { class: 'code' }, pre,
    h('button', { type: 'button', class: 'button small', onclick: copy }, icon('copy'), t('code.copy')));
}
