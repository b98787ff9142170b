// Files of other programs call their columns otherwise, and have more of them. Here it is found out
// which column is which, and records are laid out anew as the service wants them: cells as they
// are, byte for byte. Pure.

import { joined } from './cut.js';

const QUOTE = 34;

/** The columns that every customer has. */
export const FIELDS = ['first-name', 'last-name', 'email', 'vat-number'];

/** Columns of the service's own exports, which it passes over. */
const PASSED_OVER = ['id', 'created-at', 'updated-at', 'ai', 'category', 'confidence', 'market', 'quality', 'advisories'];

/** Columns that a history comes in. */
const HISTORY = ['created-at', 'deleted-at'];

/** What columns are called elsewhere, without signs and spaces; the surest first. */
const CALLED = {
  'first-name': ['firstname', 'givenname', 'forename', 'nome', 'vorname', 'prenom', 'nombre', 'first', 'name'],
  'last-name': ['lastname', 'surname', 'familyname', 'cognome', 'nachname', 'apellidos', 'apellido', 'nom', 'last'],
  email: ['email', 'emailaddress', 'mail', 'indirizzoemail', 'postaelettronica', 'correo', 'pec'],
  'vat-number': ['vatnumber', 'vat', 'vatid', 'vatno', 'partitaiva', 'piva', 'pariva', 'ustid', 'ustidnr', 'numerotva', 'tva', 'nif', 'taxid'],
};

/**
 * @typedef {object} Layout how records are laid out anew
 * @property {number} delimiter
 * @property {number} count cells that a record of the file has
 * @property {number[]} order which of them go out, one after the other
 * @property {Uint8Array} header the header line that goes out
 */

/**
 * @param {Uint8Array} record
 * @param {number} delimiter
 * @returns {Uint8Array[]} its cells, with their quotes
 */
export function cells(record, delimiter) {
  const found = [];
  let start = 0;
  let isQuoted = false;
  let closed = -1;
  for (let at = 0; at < record.length; at += 1) {
    const byte = record[at];
    if (byte === QUOTE && isQuoted) {
      isQuoted = false;
      closed = at;
    } else if (byte === QUOTE && (at === start || closed === at - 1)) {
      // It begins a cell, or is the second of two that stand for one in it.
      isQuoted = true;
    }
    if (byte === delimiter && !isQuoted) {
      found.push(record.subarray(start, at));
      start = at + 1;
    }
  }
  return [...found, record.subarray(start)];
}

/**
 * @param {Uint8Array} header
 * @param {number} delimiter
 * @returns {string[]} the names in it
 */
export function names(header, delimiter) {
  const decoder = new TextDecoder();
  return cells(header, delimiter).map((cell) => decoder.decode(cell).trim().replace(/^"(.*)"$/s, '$1').replaceAll('""', '"').trim());
}

/**
 * Whether the service takes a header as it is.
 *
 * @param {string[]} names
 * @returns {boolean}
 */
export function isUnderstood(names) {
  const known = [...FIELDS, ...PASSED_OVER];
  return FIELDS.every((field) => names.includes(field)) && names.every((name) => known.includes(name)) && new Set(names).size === names.length;
}

/**
 * Which column each field probably is.
 *
 * @param {string[]} names
 * @returns {Record<string, number>} places of columns; -1 where there is none that it could be
 */
export function guessed(names) {
  const plain = names.map((name) => name.normalize('NFD').replace(/[^\p{L}\p{N}]/gu, '').toLowerCase());
  const place = (field) => {
    const exact = names.indexOf(field);
    return exact >= 0 ? exact : CALLED[field].map((called) => plain.indexOf(called)).find((at) => at >= 0) ?? -1;
  };
  return Object.fromEntries(FIELDS.map((field) => [field, place(field)]));
}

/**
 * @param {{names: string[], delimiter: number}} file
 * @param {Record<string, number>} places of the fields
 * @param {boolean} hasHistory whether dates go out, too
 * @returns {Layout}
 */
export function layout({ names, delimiter }, places, hasHistory) {
  const dates = hasHistory ? HISTORY.filter((name) => names.includes(name)) : [];
  const order = [...FIELDS.map((field) => places[field]), ...dates.map((name) => names.indexOf(name))];
  const header = new TextEncoder().encode([...FIELDS, ...dates].join(String.fromCharCode(delimiter)));
  return { delimiter, count: names.length, order, header };
}

/**
 * @param {Uint8Array} record
 * @param {Layout} layout
 * @returns {Uint8Array | null} it as it goes out; null where it has not as many cells as the header
 */
export function laidOut(record, { delimiter, count, order }) {
  const found = cells(record, delimiter);
  if (found.length !== count) return null;
  const parting = new Uint8Array([delimiter]);
  return joined(order.flatMap((place, at) => (at ? [parting, found[place]] : [found[place]])));
}
