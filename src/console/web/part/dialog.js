// Questions that must be answered before one goes on: the browser's own modal dialog, which keeps
// the focus inside and gives it back afterwards.

import { h, uniqueId } from '../core/dom.js';
import { t } from '../core/text.js';

/**
 * @typedef {object} Action
 * @property {string} text
 * @property {string} value what the dialog answers
 * @property {'primary' | 'danger' | ''} [kind]
 */

/**
 * Shows a dialog and waits for the answer.
 * @param {{title: string, content: import('../core/dom.js').Child, actions: Action[]}} dialog
 * @returns {Promise<string>} the value of the action; empty where it was closed by Escape
 */
export function showDialog({ title, content, actions }) {
  const id = uniqueId('dialog');
  const buttons = actions.map(({ text, value, kind = '' }) =>
    h('button', { type: 'button', class: `button ${kind}`, onclick: () => dialog.close(value) }, text));
  const dialog = h('dialog', { 'aria-labelledby': id },
    h('h2', { id }, title), h('div', { class: 'content' }, content), h('div', { class: 'actions' }, buttons));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

/**
 * Asks whether something is to be done. What does no harm has the focus.
 * @param {{title: string, text: import('../core/dom.js').Child, action: string, isDangerous?: boolean}} question
 * @returns {Promise<boolean>}
 */
export async function confirm({ title, text, action, isDangerous = false }) {
  const answer = await showDialog({
    title,
    content: h('p', null, text),
    actions: [
      { text: t('app.cancel'), value: '' },
      { text: action, value: 'yes', kind: isDangerous ? 'danger' : 'primary' },
    ],
  });
  return answer === 'yes';
}
