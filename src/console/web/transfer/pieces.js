// A file as the requests that carry it: pieces of so many whole records each, with the header line
// before them where there is one. Pieces are counted in records, not in bytes, so that a file in
// which a line was corrected is cut alike and its other lines keep their idempotency keys.

import { laidOut } from './columns.js';
import { cutter, joined } from './cut.js';

/** Records in a piece. */
export const PIECE = 500;

/** Bytes that are read at once. */
const SLICE = 64 * 1024;

const LINE_END = new Uint8Array([10]);

/** A record that the service refuses in either form, in place of one that cannot be sent. */
const STAND_IN = new TextEncoder().encode('?');

/**
 * @typedef {object} Piece
 * @property {number} number from 1
 * @property {import('./cut.js').FileRecord[]} records
 * @property {Uint8Array} body what is sent
 * @property {Uint8Array|null} header
 * @property {number} end bytes of the file that were read up to here
 */

/**
 * The pieces of a file, one after the other; nothing is read before it is wanted.
 *
 * @param {Blob} file
 * @param {'csv'|'ndjson'} form
 * @param {import('./columns.js').Layout | null} [layout] of the records as they go out; null as they are
 * @param {number} [size] records in a piece
 * @returns {AsyncGenerator<Piece>}
 */
export async function* pieces(file, form, layout = null, size = PIECE) {
  const cut = cutter(form);
  let waiting = [];
  let number = 0;
  let end = 0;

  const piece = (records) => {
    number += 1;
    const header = cut.header();
    return { number, records, header, body: body(layout?.header ?? header, records, layout), end };
  };

  while (end < file.size) {
    const slice = file.slice(end, end + SLICE);
    waiting = waiting.concat(cut.feed(new Uint8Array(await slice.arrayBuffer())));
    end = Math.min(end + SLICE, file.size);
    while (waiting.length >= size) yield piece(waiting.splice(0, size));
  }
  waiting = waiting.concat(cut.finish());
  while (waiting.length > 0) yield piece(waiting.splice(0, size));
  // A header alone is sent, too: the service says what is wrong with it.
  if (number === 0 && cut.header()) yield piece([]);
}

function body(header, records, layout) {
  const lines = records.map((record) => sent(record, layout) ?? STAND_IN);
  const all = header ? [header, ...lines] : lines;
  return joined(all.flatMap((line) => [line, LINE_END]));
}

/** A record as it goes out; null where it cannot, with the reason noted in it. */
function sent(record, layout) {
  if (record.fault) return null;
  if (!layout) return record.bytes;
  const line = laidOut(record.bytes, layout);
  if (!line) record.fault = 'cell-count';
  return line;
}

/**
 * The idempotency key of a piece. It holds for each line of it, so that a file which is imported
 * again, whole or with lines corrected in place, stores nothing twice.
 *
 * @param {string} name the file's name
 * @param {number} number the piece's
 * @param {string} salt tells another file of the same name from the first; empty for that one
 * @returns {string} 1 to 255 visible ASCII characters
 */
export function pieceKey(name, number, salt) {
  const visible = name.replace(/[^\x21-\x7e]/g, (unit) => `%${unit.charCodeAt(0).toString(16)}`);
  return `console-import:${salt}:${number}:${visible.slice(-180)}`;
}
