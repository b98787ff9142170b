// How what is understood of a customer is shown, small enough for a table: the category, the market,
// the quality as a bar beside its figure, the advisories as chips.

import { h } from '../core/dom.js';
import { addTexts, countryName, formatPercent, t } from '../core/text.js';
import texts from '../text/customer.js';
import { advisoryName, said } from './said.js';
import { icon } from './icon.js';

addTexts(texts);

/** Below this a bar is amber, and so the figure beside it is looked at. */
const LOW = 0.6;

/** Chips that fit into a row of a table. */
const MOST_CHIPS = 2;

export const CATEGORIES = ['corporate', 'freelance', 'public-sector', 'education', 'disposable', 'unknown'];

export const ADVISORIES = [
  'vat-checksum', 'vat-structure', 'email-domain-typo', 'email-disposable', 'email-role',
  'name-implausible', 'name-casing', 'names-swapped', 'possible-duplicate',
];

/**
 * A share as a bar with its figure.
 * @param {number} share in 0..1
 * @param {boolean} [canBeLow] whether little of it is a reason to look
 * @returns {HTMLElement}
 */
export function meter(share, canBeLow = true) {
  return h('span', { class: `meter ${canBeLow && share < LOW ? 'low' : ''}` },
    h('span', { class: 'track', 'aria-hidden': 'true' }, h('span', { style: { width: `${Math.round(share * 100)}%` } })),
    h('span', null, formatPercent(share)));
}

/** The market by its name. @param {string | null | undefined} code */
export function market(code) {
  return code ? countryName(code) : h('span', { class: 'note' }, t('customer.no-market'));
}

/**
 * The advisories of a customer, each kind once, as many as fit.
 * @param {{code: string, message: string}[]} advisories
 * @returns {HTMLElement | null}
 */
export function advisoryChips(advisories) {
  const kinds = [...new Map(advisories.map((advisory) => [advisory.code, advisory])).values()];
  if (kinds.length === 0) return null;
  const rest = kinds.slice(MOST_CHIPS);
  return h('span', { class: 'chips' },
    kinds.slice(0, MOST_CHIPS).map(chip),
    rest.length > 0 && h('span', { class: 'chip warn', title: rest.map(({ code }) => advisoryName(code)).join(', ') },
      `+${rest.length}`, h('span', { class: 'unseen' }, rest.map(({ code }) => advisoryName(code)).join(', '))));
}

function chip({ code, message }) {
  return h('span', { class: 'chip warn', title: said(message) }, icon('warning'), advisoryName(code));
}

/** The name of a customer as one text. @param {Record<string, any>} customer */
export function fullName(customer) {
  return `${customer['first-name']} ${customer['last-name']}`;
}
