// What is wrong with a line of a file, for a person: what the service says, and in other words where
// it speaks of the file itself.

import { hasText, language, t } from '../core/text.js';
import { said } from '../part/said.js';

/**
 * @param {object} problem of a line, or of the whole file
 * @returns {string}
 */
export function inWords(problem) {
  const faults = problem?.errors ?? [];
  if (faults.length > 0) return faults.map(faultInWords).join('; ');
  const key = `transfer.problem-${problem?.type?.split('/').pop()}`;
  if (hasText(key)) return t(key);
  return problem?.detail || problem?.title || t('transfer.problem-other');
}

/**
 * @param {import('../core/service.js').Fault} fault
 * @returns {string}
 */
export function faultInWords({ field, code, message, suggestion }) {
  const own = `transfer.fault-${code}`;
  // English has the service's own sentence, which says more, wherever there is one.
  const isOwn = hasText(own) && (!message || language() !== 'en');
  const text = isOwn ? t(own, { field: nameOf(field) }) : said(message);
  return suggestion && !text.includes(suggestion) ? `${text} (${t('transfer.suggestion', { value: suggestion })})` : text;
}

function nameOf(field) {
  return hasText(`field.${field}`) ? t(`field.${field}`) : field;
}
