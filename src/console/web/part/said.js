// What the service says of a value, in the reader's language and as the beginning of a sentence.

import { addTexts, hasText, language, t } from '../core/text.js';
import texts from '../text/customer.js';
import { inItalian } from '../text/said-it.js';

addTexts(texts);

/**
 * @param {string} message as the service said it
 * @returns {string}
 */
export function said(message) {
  if (language() === 'it') {
    const italian = inItalian(message);
    if (italian) return capital(italian);
  }
  return capital(message.replace(/^(first-name|last-name|email|vat-number)(?= )/, (field) => t(`field.${field}`)));
}

/** The short name of an advisory, as on a chip. @param {string} code */
export function advisoryName(code) {
  return ['advisory-short', 'advisory'].map((area) => `${area}.${code}`).filter(hasText).map((key) => t(key))[0] ?? code;
}

// An address or a number keeps its own form.
function capital(text) {
  const [first] = text.split(' ', 1);
  return /[@.\d]/.test(first) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
