// A button with a panel that opens below it. The browser's own popover closes it by Escape and by a
// click beside it; only the place is computed here.

import { h, uniqueId } from '../core/dom.js';
import { icon } from './icon.js';

/**
 * @param {object} menu
 * @param {import('../core/dom.js').Child} menu.face what is on the button
 * @param {string} menu.label what the panel is
 * @param {string} [menu.class]
 * @param {() => import('../core/dom.js').Child} menu.content made each time it opens
 * @returns {HTMLElement[]} the button and its panel
 */
export function menu({ face, label, class: name = '', content }) {
  const id = uniqueId('menu');
  const button = h('button', {
    type: 'button', class: `button quiet ${name}`, popovertarget: id, 'aria-haspopup': 'true', 'aria-expanded': 'false',
  }, face, icon('down'));
  const panel = h('div', { id, class: 'menu', popover: 'auto', role: 'group', 'aria-label': label });
  panel.addEventListener('beforetoggle', (event) => {
    const isOpening = event.newState === 'open';
    button.setAttribute('aria-expanded', String(isOpening));
    if (isOpening) panel.replaceChildren(h('div', null, content()));
  });
  panel.addEventListener('toggle', (event) => {
    if (event.newState === 'open') open(panel, button);
  });
  panel.addEventListener('click', (event) => {
    if (event.target.closest('a')) panel.hidePopover();
  });
  return [button, panel];
}

function open(panel, button) {
  const { left, bottom } = button.getBoundingClientRect();
  const most = document.documentElement.clientWidth - panel.offsetWidth - 8;
  panel.style.left = `${Math.max(8, Math.min(left, most))}px`;
  panel.style.top = `${bottom + 4}px`;
  panel.querySelector('a, button, input, select')?.focus();
}
