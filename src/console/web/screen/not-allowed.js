// Shown where the token lacks the permission that a screen needs: what it lacks and who can help.

import { h } from '../core/dom.js';
import { t } from '../core/text.js';

/**
 * @param {'read' | 'write' | 'admin'} permission
 * @returns {import('../core/router.js').Screen}
 */
export function notAllowed(permission) {
  return async (_params, main) => {
    main.append(h('h1', null, t('not-allowed.title')), h('p', { class: 'lead' }, t(`not-allowed.${permission}`)));
  };
}
