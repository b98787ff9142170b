// An import must lay every answer to its line, go on where it stopped, and hold its keys when a line is corrected.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { guessed, isUnderstood, laidOut, layout, names } from '../../src/console/web/transfer/columns.js';
import { meter } from '../../src/console/web/transfer/meter.js';
import { pieceKey, pieces } from '../../src/console/web/transfer/pieces.js';
import { csvRow, report } from '../../src/console/web/transfer/report.js';
import { run } from '../../src/console/web/transfer/run.js';
import { sifted } from '../../src/console/web/transfer/sieve.js';

const text = (bytes) => new TextDecoder().decode(bytes);
const csv = (count) => new Blob(['a,b\n', ...Array.from({ length: count }, (_, at) => `${at},x\n`)]);
const stored = (piece) => piece.records.map(() => ({ status: 201 }));

async function all(file, form, size, layout = null) {
  const found = [];
  for await (const piece of pieces(file, form, layout, size)) found.push(piece);
  return found;
}

function job(given) {
  const nothing = async () => {};
  return { file: csv(3), form: 'csv', send: async (piece) => stored(piece), onProgress() {}, onRefused() {}, wait: nothing, onStuck: nothing, ...given };
}

test('each piece has the header and whole records', async () => {
  const found = await all(csv(5), 'csv', 2);
  assert.deepEqual(found.map((piece) => text(piece.body)), ['a,b\n0,x\n1,x\n', 'a,b\n2,x\n3,x\n', 'a,b\n4,x\n']);
  assert.equal(found.at(-1).end, csv(5).size);
});

test('a file larger than what is read at once loses nothing', async () => {
  const found = await all(csv(60_000), 'csv');
  assert.equal(found.length, 120);
  assert.equal(found.flatMap((piece) => piece.records).length, 60_000);
});

test('a header without records is sent alone, and an empty file is not sent', async () => {
  assert.deepEqual((await all(new Blob(['a,b\n']), 'csv')).map((piece) => text(piece.body)), ['a,b\n']);
  assert.deepEqual(await all(new Blob([]), 'ndjson'), []);
});

test('a corrected line leaves the other lines in their pieces', async () => {
  const one = await all(new Blob(['a\n1\n2\n3\n4\n']), 'csv', 2);
  const other = await all(new Blob(['a\n1\n2 corrected, and much longer\n3\n4\n']), 'csv', 2);
  assert.equal(text(one[1].body), text(other[1].body));
});

test('a key is short visible ASCII whatever the file is called', () => {
  for (const name of ['clienti.csv', 'ütf 8 \u{1F600}.csv', 'x'.repeat(1000), '\uD800']) {
    assert.match(pieceKey(name, 7, ''), /^[\x21-\x7e]{1,255}$/);
  }
  assert.notEqual(pieceKey('a', 1, ''), pieceKey('a', 2, ''));
  assert.notEqual(pieceKey('a', 1, ''), pieceKey('a', 1, 'x'));
});

test('answers are counted by what they mean, and refusals have their line', async () => {
  const answers = [
    { status: 201 }, { status: 201, replayed: true }, { status: 400, problem: { title: 'bad' } }, { status: 422, problem: {} },
    { status: 200, customer: { ai: { advisories: [{ code: 'vat-checksum' }] } } },
  ];
  const refused = [];
  const tally = await run(job({ file: csv(5), send: async () => answers, onRefused: ({ line }) => refused.push(line) }));
  const { read, good, earlier, refused: count, changed } = tally;
  assert.deepEqual({ read, good, earlier, count, changed }, { read: 5, good: 2, earlier: 1, count: 1, changed: 1 });
  assert.deepEqual(refused, [4, 5]);
  assert.equal(tally.advisories.get('vat-checksum'), 1);
});

test('a record that is too long is told as such, not as what was sent in its place', async () => {
  const refused = [];
  const file = new Blob([`a\n${'x'.repeat(200_000)}\n`]);
  const send = async () => [{ status: 400, problem: { title: 'cells' } }];
  await run(job({ file, send, onRefused: ({ problem }) => refused.push(problem.errors[0].code) }));
  assert.deepEqual(refused, ['too-long-to-send']);
});

test('what may pass is tried again, as long as the service says', async () => {
  const faults = [{ status: 429, retryAfter: 7 }, { status: 0 }, 'cut off', 'postponed'];
  const waits = [];
  const send = async (piece) => {
    const fault = faults.shift();
    if (!fault) return stored(piece);
    if (fault === 'cut off') return stored(piece).slice(1);
    if (fault === 'postponed') return [{ status: 201 }, { status: 507, problem: {} }, { status: 201 }];
    throw Object.assign(new Error(), fault);
  };
  let asked = 0;
  const tally = await run(job({ send, wait: async (seconds) => waits.push(seconds), onStuck: async () => { asked += 1; } }));
  assert.deepEqual(waits, [7, 3, 8]);
  assert.equal(asked, 1);
  assert.equal(tally.good, 3);
});

test('what will not pass ends the import', async () => {
  const send = async () => { throw Object.assign(new Error('no such column'), { status: 400 }); };
  await assert.rejects(run(job({ send })), /no such column/);
});

test('the report has the reasons, and the records as they were with their header', async () => {
  const made = report((problem) => problem.title, ['line', 'reason', 'record']);
  const header = new TextEncoder().encode('a,b');
  made.add({ line: 4, problem: { title: 'no, "this"' }, bytes: new TextEncoder().encode('=1+1,x') }, header);
  made.add({ line: 9, problem: { title: 'bad' }, bytes: new TextEncoder().encode('y') }, header);
  assert.equal(await made.reasons().text(), 'line,reason,record\r\n4,"no, ""this""","\'=1+1,x"\r\n9,bad,y\r\n');
  assert.equal(await made.records().text(), 'a,b\n=1+1,x\ny\n');
  assert.equal(made.count(), 2);
});

test('a cell that a spreadsheet would run is defused', () => {
  assert.equal(csvRow(['@x', "'=y", '-1', 'plain']), "'@x,''=y,'-1,plain\r\n");
});

test('customers are counted while an export passes, in any pieces', () => {
  const customers = '[{"id":"1","first-name":"{\\"id\\":\\"","ai":{"advisories":[{"field":"x"}]}},{"id":"2"}]';
  for (const [form, body, expected] of [['json', customers, 2], ['ndjson', '{}\n{}\n{}\n', 3], ['csv', 'id\r\n1\r\n', 1], ['csv', '', 0]]) {
    const bytes = new TextEncoder().encode(body);
    for (const size of [1, 3, 100]) {
      const count = meter(form);
      let found = count(new Uint8Array());
      for (let at = 0; at < bytes.length; at += size) found = count(bytes.subarray(at, at + size));
      assert.equal(found, expected, `${form} ${size}`);
    }
  }
});

test('an export is sifted by what the service cannot select by, in every form', () => {
  const customer = (id, codes) => ({
    id, 'first-name': '=A', 'last-name': 'B, C', email: 'a@b.it', 'vat-number': 'IT1', 'created-at': 'x', 'updated-at': 'y',
    ai: { category: 'corporate', confidence: 0.9, market: 'IT', quality: 0.5, advisories: codes.map((code) => ({ code })) },
  });
  const all = [customer('1', ['email-role']), customer('2', []), customer('3', ['email-role', 'names-swapped'])];
  const lines = new TextEncoder().encode(all.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const through = (form, size) => {
    const sieve = sifted(form, ({ ai }) => ai.advisories.some(({ code }) => code === 'email-role'));
    let out = '';
    for (let at = 0; at < lines.length; at += size) out += sieve.pass(lines.subarray(at, at + size));
    out += sieve.end();
    assert.equal(sieve.count(), 2);
    return out;
  };
  for (const size of [7, 10_000]) {
    assert.deepEqual(JSON.parse(through('json', size)).map(({ id }) => id), ['1', '3']);
    assert.deepEqual(through('ndjson', size).trim().split('\n').map((line) => JSON.parse(line).id), ['1', '3']);
    const [header, first, second] = through('csv', size).split('\r\n');
    assert.equal(header, 'id,first-name,last-name,email,vat-number,created-at,updated-at,category,confidence,market,quality,advisories');
    assert.equal(first, "1,'=A,\"B, C\",a@b.it,IT1,x,y,corporate,0.9,IT,0.5,email-role");
    assert.ok(second.endsWith(',email-role names-swapped'));
  }
  const nothing = sifted('json', () => false);
  assert.equal(nothing.end(), '[]');
});

test('columns are known by what other programs call them', () => {
  const known = (...given) => Object.values(guessed(given));
  assert.deepEqual(known('Nome', 'Cognome', 'E-mail', 'Partita IVA'), [0, 1, 2, 3]);
  assert.deepEqual(known('id', 'P. IVA', 'Surname', 'Name', 'Email address'), [3, 2, 4, 1]);
  assert.deepEqual(known('Name', 'first-name', 'Mail'), [1, -1, 2, -1]);
  assert.ok(isUnderstood(['first-name', 'email', 'last-name', 'vat-number', 'ai']));
  assert.ok(!isUnderstood(['first-name', 'email', 'last-name', 'vat-number', 'phone']));
  assert.ok(!isUnderstood(['first-name', 'email', 'last-name', 'vat-number', 'email']));
});

test('records are laid out anew with their cells as they were', async () => {
  const bytes = (text) => new TextEncoder().encode(text);
  const header = names(bytes('Nome;"P.IVA";Note;"Co""gnome";Mail'), 59);
  assert.deepEqual(header, ['Nome', 'P.IVA', 'Note', 'Co"gnome', 'Mail']);
  const given = layout({ names: header, delimiter: 59 }, { 'first-name': 0, 'last-name': 3, email: 4, 'vat-number': 1 }, false);
  const out = (record) => laidOut(bytes(record), given) && text(laidOut(bytes(record), given));
  assert.equal(out('A;IT1;"x;""y"";";"B;C";d@e.it'), 'A;"B;C";d@e.it;IT1');
  assert.equal(out('A;IT1;5" tube;B;"d""e"'), 'A;B;"d""e";IT1');
  assert.equal(out('A;IT1;;"";d'), 'A;"";d;IT1');
  assert.equal(out('a""b;IT1;"";c"";d'), 'a""b;c"";d;IT1');
  assert.equal(out('A;IT1;B'), null);
  const [piece] = await all(new Blob(['Nome;P;N;C;M\nA;IT1;x;B;m\nA;B\n']), 'csv', 500, given);
  assert.equal(text(piece.body), 'first-name;last-name;email;vat-number\nA;B;m;IT1\n?\n');
  assert.deepEqual(piece.records.map((record) => record.fault), [null, 'cell-count']);
});

test('dates go out with the rest where a history is wanted', () => {
  const file = { names: ['email', 'created-at', 'last-name', 'first-name', 'vat-number', 'deleted-at'], delimiter: 44 };
  assert.equal(text(layout(file, guessed(file.names), true).header), 'first-name,last-name,email,vat-number,created-at,deleted-at');
  assert.equal(text(layout(file, guessed(file.names), false).header), 'first-name,last-name,email,vat-number');
});
