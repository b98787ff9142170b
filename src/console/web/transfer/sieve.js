// An export on its way through: counted where it can pass as it is, and sifted where the filter
// asks for what the service cannot select by. Only one line is held. Pure.

import { meter } from './meter.js';
import { csvRow } from './report.js';

/**
 * @typedef {object} Passage
 * @property {(bytes: Uint8Array) => string | Uint8Array} pass what goes on of the next bytes
 * @property {() => string} end what goes behind the last
 * @property {() => number} count customers that went on
 */

/**
 * @param {'csv' | 'ndjson' | 'json'} form that the service sends, and the file has
 * @returns {Passage}
 */
export function whole(form) {
  const counted = meter(form);
  let count = 0;
  return {
    pass(bytes) {
      count = counted(bytes);
      return bytes;
    },
    end: () => '',
    count: () => count,
  };
}

/** The columns of the service's own CSV. */
const COLUMNS = {
  id: (customer) => customer.id,
  'first-name': (customer) => customer['first-name'],
  'last-name': (customer) => customer['last-name'],
  email: (customer) => customer.email,
  'vat-number': (customer) => customer['vat-number'],
  'created-at': (customer) => customer['created-at'],
  'updated-at': (customer) => customer['updated-at'],
  category: ({ ai }) => ai.category,
  confidence: ({ ai }) => String(ai.confidence),
  market: ({ ai }) => ai.market ?? '',
  quality: ({ ai }) => String(ai.quality),
  advisories: ({ ai }) => ai.advisories.map(({ code }) => code).join(' '),
};

/** How customers are written: what begins the file, each of them after the one before, what ends it. */
const FORMS = {
  ndjson: { begin: '', each: (_, line) => `${line}\n`, end: '' },
  json: { begin: '[', each: (_, line, isFirst) => (isFirst ? line : `,${line}`), end: ']' },
  csv: {
    begin: csvRow(Object.keys(COLUMNS)),
    each: (customer) => csvRow(Object.values(COLUMNS).map((cell) => cell(customer))),
    end: '',
  },
};

/**
 * @param {'csv' | 'ndjson' | 'json'} form of the file; the service is to send NDJSON
 * @param {(customer: Record<string, any>) => boolean} isWanted
 * @returns {Passage}
 */
export function sifted(form, isWanted) {
  const { begin, each, end } = FORMS[form];
  const decoder = new TextDecoder();
  let rest = '';
  let isBegun = false;
  let count = 0;

  function start() {
    const text = isBegun ? '' : begin;
    isBegun = true;
    return text;
  }

  return {
    pass(bytes) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop();
      let out = start();
      for (const line of lines) {
        const customer = JSON.parse(line);
        if (!isWanted(customer)) continue;
        out += each(customer, line, count === 0);
        count += 1;
      }
      return out;
    },
    end: () => start() + end,
    count: () => count,
  };
}
