// Cuts a file into records the way the service does, byte by byte as it is read, so that a file of
// any length goes out in small requests of whole records and every answer finds its line again.
// Pure: bytes in, records out. At most one record is held, and one that is too long is dropped
// while it is read.
const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;
const SEMICOLON = 59;
const TAB = 9;
const BOM = [0xef, 0xbb, 0xbf];

/** More bytes than the service takes in a record (64 KiB), however its cells are quoted. */
export const TOO_LONG = 128 * 1024;

/** Bytes of a first line that are waited for before it is known what parts the cells. */
const LONGEST_HEADER = 64 * 1024;

/**
 * @typedef {object} FileRecord
 * @property {number} line the line of the file that it begins in, from 1
 * @property {Uint8Array} bytes it, without its line end; empty where it is too long
 * @property {string|null} fault the code of what keeps it from being sent
 */

/**
 * @typedef {object} Cutter
 * @property {() => Uint8Array|null} header the header line, once it was read; null where there is none
 * @property {() => number|null} delimiter what parts the cells, once it is known; null where there are none
 * @property {(bytes: Uint8Array) => FileRecord[]} feed takes the next bytes; the records that end in them
 * @property {() => FileRecord[]} finish takes the end of the file; the record that ends with it
 */

/**
 * @param {'csv'|'ndjson'} form
 * @returns {Cutter}
 */
export function cutter(form) {
  return form === 'csv' ? csvCutter() : lineCutter();
}

/** The record in the making: bytes that came in several pieces, and where it began. */
function gatherer() {
  let pieces = [];
  let length = 0;
  let fault = null;
  return {
    add(bytes) {
      if (bytes.length === 0) return;
      length += bytes.length;
      if (length > TOO_LONG) {
        fault = 'too-long-to-send';
        pieces = [];
      } else {
        // A copy: the piece that was read may be used again, or be far larger than the record.
        pieces.push(bytes.slice());
      }
    },
    take(line) {
      const record = { line, bytes: joined(pieces), fault };
      pieces = [];
      length = 0;
      fault = null;
      return record;
    },
    isEmpty: () => length === 0,
  };
}

/**
 * @param {Uint8Array[]} pieces
 * @returns {Uint8Array} one after the other
 */
export function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** One JSON object a line; blank lines, which say nothing, are passed over. */
function lineCutter() {
  const record = gatherer();
  let line = 1;
  let isFirst = true;

  function end(records) {
    const taken = record.take(line);
    if (taken.fault || !isBlank(taken.bytes)) records.push(taken);
  }

  return {
    header: () => null,
    delimiter: () => null,
    feed(bytes) {
      const records = [];
      let start = isFirst ? bomLength(bytes) : 0;
      isFirst = false;
      for (let at = bytes.indexOf(LF, start); at >= 0; at = bytes.indexOf(LF, start)) {
        record.add(bytes.subarray(start, at));
        end(records);
        line += 1;
        start = at + 1;
      }
      record.add(bytes.subarray(start));
      return records;
    },
    finish() {
      const records = [];
      if (!record.isEmpty()) end(records);
      return records;
    },
  };
}

const AT_RECORD = 0;
const AT_CELL = 1;
const IN_CELL = 2;
const IN_QUOTES = 3;
const BEHIND_QUOTE = 4;

/** CSV as RFC 4180 has it: a quoted cell may hold line breaks, and empty lines are no records. */
function csvCutter() {
  const record = gatherer();
  let held = [];
  let delimiter = null;
  let header = null;
  let state = AT_RECORD;
  let line = 1;
  let beganIn = 1;

  function end(records) {
    const taken = record.take(beganIn);
    if (header) records.push(taken);
    else header = taken.bytes;
    state = AT_RECORD;
  }

  function next(byte) {
    switch (state) {
      case IN_QUOTES:
        return byte === QUOTE ? BEHIND_QUOTE : IN_QUOTES;
      case BEHIND_QUOTE:
        if (byte === QUOTE) return IN_QUOTES;
        break;
      case AT_RECORD:
      case AT_CELL:
        if (byte === QUOTE) return IN_QUOTES;
        break;
    }
    return byte === delimiter ? AT_CELL : IN_CELL;
  }

  function read(bytes) {
    const records = [];
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      const isEnd = (byte === LF || byte === CR) && state !== IN_QUOTES;
      if (isEnd && state === AT_RECORD) {
        start = at + 1;
      } else if (isEnd) {
        record.add(bytes.subarray(start, at));
        end(records);
        start = at + 1;
      } else {
        if (state === AT_RECORD) beganIn = line;
        state = next(byte);
      }
      if (byte === LF) line += 1;
    }
    record.add(bytes.subarray(start));
    return records;
  }

  function begin() {
    const all = joined(held);
    held = [];
    const bytes = all.subarray(bomLength(all));
    delimiter = parting(bytes);
    return read(bytes);
  }

  return {
    header: () => header,
    delimiter: () => delimiter,
    feed(bytes) {
      if (delimiter !== null) return read(bytes);
      held.push(bytes.slice());
      const length = held.reduce((sum, piece) => sum + piece.length, 0);
      return bytes.includes(LF) || length > LONGEST_HEADER ? begin() : [];
    },
    finish() {
      const records = delimiter === null ? begin() : [];
      if (!record.isEmpty()) end(records);
      return records;
    },
  };
}

/** What parts the cells, by the first line, as the service decides it. */
function parting(bytes) {
  const end = bytes.indexOf(LF);
  const first = end < 0 ? bytes : bytes.subarray(0, end);
  if (first.includes(COMMA)) return COMMA;
  if (first.includes(SEMICOLON)) return SEMICOLON;
  return first.includes(TAB) ? TAB : COMMA;
}

function bomLength(bytes) {
  return BOM.every((byte, at) => bytes[at] === byte) ? BOM.length : 0;
}

function isBlank(bytes) {
  return bytes.every((byte) => byte === 32 || byte === TAB || byte === CR);
}

/**
 * What a file is, by its first bytes where they say it, else by its name.
 *
 * @param {string} name
 * @param {Uint8Array} bytes its beginning
 * @returns {'csv'|'ndjson'|'json'|'empty'|'binary'}
 */
export function formOf(name, bytes) {
  const text = bytes.subarray(bomLength(bytes));
  if (text.includes(0)) return 'binary';
  const first = text.find((byte) => byte !== 32 && byte !== TAB && byte !== LF && byte !== CR);
  if (first === undefined) return 'empty';
  if (first === 0x5b) return 'json';
  if (first === 0x7b) return 'ndjson';
  return /\.(ndjson|jsonl)$/i.test(name) ? 'ndjson' : 'csv';
}
