// Single keys that save a way with the mouse. Screens say which they have while they are shown; the
// keys are off while somebody types, and can be switched off altogether (WCAG 2.1.4), as a voice
// or a shaking hand would set them off.

import { h } from '../core/dom.js';
import { get, put } from '../core/keep.js';
import { t } from '../core/text.js';
import { showDialog } from './dialog.js';

const KEPT = 'shortcuts';

/** @type {Map<string, {run: (event: KeyboardEvent) => void, text: string, shown: string}>} */
const keys = new Map();

/** @returns {boolean} */
export function areShortcutsOn() {
  return get(KEPT) !== 'off';
}

/** @param {boolean} isOn */
export function setShortcutsOn(isOn) {
  put(KEPT, isOn ? null : 'off');
}

/**
 * Gives a screen its keys until it is left.
 * @param {{keys: string[], text: string, shown?: string, run: (event: KeyboardEvent) => void}[]} list
 * @param {AbortSignal} signal
 */
export function useShortcuts(list, signal) {
  for (const { keys: names, text, shown = names[0], run } of list) {
    for (const name of names) keys.set(name, { run, text, shown });
    signal.addEventListener('abort', () => names.forEach((name) => keys.delete(name)), { once: true });
  }
}

/** Listens, once for the whole console. */
export function startShortcuts() {
  addEventListener('keydown', (event) => {
    if (isElsewhere(event)) return;
    if (event.key === '?') return showShortcuts();
    const shortcut = keys.get(event.key);
    if (!shortcut) return;
    event.preventDefault();
    shortcut.run(event);
  });
}

/** Shows which keys there are here. */
export function showShortcuts() {
  const rows = new Map([...keys.values()].map(({ shown, text }) => [shown, t(text)]));
  rows.set('?', t('shortcut.this'));
  const list = [...rows].map(([shown, text]) => h('div', null, h('dt', null, h('kbd', null, shown)), h('dd', null, text)));
  showDialog({
    title: t('shortcut.title'),
    content: [
      !areShortcutsOn() && h('p', null, t('shortcut.are-off')),
      h('dl', { class: 'keys' }, list),
    ],
    actions: [{ text: t('app.close'), value: 'close' }],
  });
}

function isElsewhere(event) {
  if (!areShortcutsOn() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  if (document.querySelector('dialog[open], [popover]:popover-open')) return true;
  return event.target.matches?.('input:not([type=checkbox]), textarea, select, [contenteditable]') ?? false;
}
