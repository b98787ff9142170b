// An import must cut a file exactly as the service does, or its answers would be laid to the wrong lines.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cutter, formOf, TOO_LONG } from '../../src/console/web/transfer/cut.js';

const bytes = (text) => new TextEncoder().encode(text);
const text = (bytes) => new TextDecoder().decode(bytes);

/** The records of a file that comes in pieces of so many bytes, as [line, text]. */
function cut(form, file, size = file.length || 1) {
  const cutting = cutter(form);
  const all = typeof file === 'string' ? bytes(file) : file;
  const records = [];
  for (let at = 0; at < all.length; at += size) records.push(...cutting.feed(all.subarray(at, at + size)));
  records.push(...cutting.finish());
  const header = cutting.header() && text(cutting.header());
  return { header, records: records.map(({ line, bytes }) => [line, text(bytes)]), raw: records };
}

test('a header and records are cut apart, whatever ends the lines', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const { header, records } = cut('csv', ['a,b', '1,2', '3,4', ''].join(end));
    assert.equal(header, 'a,b');
    assert.deepEqual(records.map(([, record]) => record), ['1,2', '3,4'], JSON.stringify(end));
  }
});

test('a last record needs no line end', () => {
  assert.deepEqual(cut('csv', 'a\n1').records, [[2, '1']]);
  assert.deepEqual(cut('ndjson', '{}\n{"a":1}').records, [[1, '{}'], [2, '{"a":1}']]);
});

test('line breaks in quotes belong to the cell, and lines are counted through them', () => {
  const { records } = cut('csv', 'a,b\n"one\ntwo",2\n"say ""hi""\n,",3\nlast,4\n');
  assert.deepEqual(records, [[2, '"one\ntwo",2'], [4, '"say ""hi""\n,",3'], [6, 'last,4']]);
});

test('a quote within a cell that does not begin with one is a sign like any other', () => {
  assert.deepEqual(cut('csv', 'a,b\n5" pipe,x\nnext,y\n').records, [[2, '5" pipe,x'], [3, 'next,y']]);
  assert.deepEqual(cut('csv', 'a,b\n"q"z"\nnext,y\n').records, [[2, '"q"z"'], [3, 'next,y']]);
});

test('what parts the cells decides where a cell, and so a quote, begins', () => {
  assert.deepEqual(cut('csv', 'a;b\nx;"1\n2"\n').records, [[2, 'x;"1\n2"']]);
  assert.deepEqual(cut('csv', 'a\tb\nx\t"1\n2"\n').records, [[2, 'x\t"1\n2"']]);
  assert.deepEqual(cut('csv', 'a,b\nx;"1\n2"\n').records, [[2, 'x;"1'], [3, '2"']]);
});

test('empty lines are no records but are counted as lines', () => {
  assert.deepEqual(cut('csv', '\n\na,b\n\n\n1,2\n\n').records, [[6, '1,2']]);
  assert.deepEqual(cut('ndjson', '\n{}\n  \n{}\n').records, [[2, '{}'], [4, '{}']]);
});

test('a byte order mark is no part of the first record', () => {
  assert.equal(cut('csv', '\uFEFFa,b\n1,2\n').header, 'a,b');
  assert.deepEqual(cut('ndjson', '\uFEFF{}\n').records, [[1, '{}']]);
});

test('wherever the pieces of a file end, the records are the same', () => {
  const file = '\uFEFFnäme;b\r\n"x\r\ny";"q""q"\r\n\r\nplain;ü\r\n"";""\r\nlast;"open"';
  const whole = cut('csv', file);
  const lines = '{"a":"ä"}\n\n{"b":1}\r\n{"c":2}';
  for (let size = 1; size < 12; size += 1) {
    assert.deepEqual(cut('csv', file, size).records, whole.records);
    assert.deepEqual(cut('ndjson', lines, size).records, cut('ndjson', lines).records);
  }
});

test('a quote that is never closed takes the rest of the file, and no memory', () => {
  assert.deepEqual(cut('csv', 'a\n"1\n2\n').records, [[2, '"1\n2\n']]);
  const { raw } = cut('csv', `a\n"${'x\n'.repeat(TOO_LONG)}`, 4096);
  assert.equal(raw.length, 1);
  assert.equal(raw[0].fault, 'too-long-to-send');
  assert.equal(raw[0].bytes.length, 0);
});

test('a record behind one that is too long is whole', () => {
  const { raw, records } = cut('ndjson', `${'x'.repeat(TOO_LONG + 1)}\n{}\n`, 1000);
  assert.deepEqual(raw.map((record) => record.fault), ['too-long-to-send', null]);
  assert.deepEqual(records[1], [2, '{}']);
});

test('a file is known by its first bytes, and where they do not tell by its name', () => {
  const form = (name, file) => formOf(name, bytes(file));
  assert.equal(form('a.csv', 'first-name,last-name\n'), 'csv');
  assert.equal(form('a.txt', '  {"first-name":"A"}\n'), 'ndjson');
  assert.equal(form('a.ndjson', 'nonsense'), 'ndjson');
  assert.equal(form('a.json', '\n[{"first-name":"A"}]'), 'json');
  assert.equal(form('a.csv', ' \n'), 'empty');
  assert.equal(form('a.xlsx', 'PK\u0003\u0004\u0000'), 'binary');
});
