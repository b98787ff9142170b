// The lines that an import refused: the first of them to be looked at, all of them to be saved, as
// a report with the reasons and as they were, to be corrected and imported. What is to be saved
// grows in blobs, which browsers keep on the disk, so a file of a million bad lines is none too many.

import { growing } from './blob.js';

/** Refusals that are shown on the page. */
export const SHOWN = 100;

const decoder = new TextDecoder('utf-8');
const LINE_END = '\r\n';

/**
 * @typedef {object} Report
 * @property {(refusal: import('./run.js').Refusal, header: Uint8Array|null) => void} add
 * @property {() => number} count
 * @property {() => import('./run.js').Refusal[]} shown the first of them
 * @property {() => Blob} reasons CSV: line, reason, the line itself
 * @property {() => Blob} records the refused records in the form they came in
 */

/**
 * @param {(problem: object) => string} inWords what is wrong, for a person
 * @param {string[]} columns the names of the report's columns
 * @returns {Report}
 */
export function report(inWords, columns) {
  const shown = [];
  const reasons = growing(csvRow(columns));
  let records = null;
  let count = 0;
  return {
    add(refusal, header) {
      count += 1;
      if (shown.length < SHOWN) shown.push(refusal);
      const { line, problem, bytes } = refusal;
      reasons.add(csvRow([String(line), inWords(problem), decoder.decode(bytes)]));
      records ??= growing(...(header ? [header, '\n'] : []));
      if (bytes.length > 0) records.add(bytes, '\n');
    },
    count: () => count,
    shown: () => shown,
    reasons: () => reasons.blob('text/csv'),
    records: () => (records ?? growing()).blob('text/plain'),
  };
}

/**
 * @param {string[]} cells
 * @returns {string} a line of CSV that no spreadsheet runs a formula of
 */
export function csvRow(cells) {
  return cells.map((cell) => quoted(defused(cell))).join(',') + LINE_END;
}

/** What begins like a formula gets an apostrophe before it, as in the service's own exports. */
function defused(cell) {
  return /^'*[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
}

function quoted(cell) {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
