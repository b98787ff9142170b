// An import as it runs: piece after piece, patient with a service that is busy, and able to go on
// where it stopped, because no piece is done before each of its lines has its answer. It knows
// nothing of the page or of HTTP; both are handed to it.

import { pieces } from './pieces.js';

/** What may pass by itself: a time-out, a line still in flight, a limit, faults of the service. */
const MAY_PASS = (status) => status === 408 || status === 409 || status === 429 || status >= 500;

/** Seconds before another try, unless the service says how many; then a person is asked. */
const WAITS = [1, 3, 8];

/**
 * @typedef {object} Tally
 * @property {number} read records that were answered
 * @property {number} good stored, or found right where nothing is stored
 * @property {number} earlier stored by an earlier import of the same file
 * @property {number} refused for what they hold
 * @property {number} changed stored earlier with other content
 * @property {number} bytes of the file that are done
 * @property {Map<string, number>} advisories how many good lines have each, where nothing is stored
 *
 * @typedef {object} Refusal
 * @property {number} line in the file, from 1
 * @property {object} problem what the service says; the record's own fault where it was not asked
 * @property {Uint8Array} bytes the record
 */

/**
 * Carries a file to the service.
 *
 * @param {object} job
 * @param {Blob} job.file
 * @param {'csv'|'ndjson'} job.form
 * @param {import('./columns.js').Layout | null} [job.layout]
 * @param {(piece: import('./pieces.js').Piece) => Promise<object[]>} job.send its answers, one for each record
 * @param {(tally: Tally) => void} job.onProgress
 * @param {(refusal: Refusal, header: Uint8Array|null) => void} job.onRefused
 * @param {(seconds: number) => Promise<void>} job.wait
 * @param {(problem: Error) => Promise<void>} job.onStuck resolves when a person wants it to go on
 * @returns {Promise<Tally>}
 */
export async function run({ file, form, layout = null, send, onProgress, onRefused, wait, onStuck }) {
  const tally = {
    read: 0, good: 0, earlier: 0, refused: 0, changed: 0, bytes: 0, advisories: new Map(),
  };
  for await (const piece of pieces(file, form, layout)) {
    const answers = await patiently(() => answersTo(piece, send), wait, onStuck);
    piece.records.forEach((record, at) => {
      const refusal = count(tally, record, answers[at]);
      if (refusal) onRefused(refusal, piece.header);
    });
    tally.bytes = piece.end;
    onProgress(tally);
  }
  tally.bytes = file.size;
  return tally;
}

/** Tries until it is done: by itself where it may pass, then whenever a person says so. */
async function patiently(attempt, wait, onStuck) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (fault) {
      if (fault.name === 'AbortError' || !mayPass(fault)) throw fault;
      if (tries % (WAITS.length + 1) < WAITS.length) {
        await wait(fault.retryAfter ?? WAITS[tries % (WAITS.length + 1)]);
      } else {
        await onStuck(fault);
      }
    }
  }
}

/** A fault without a status is one of the network. */
function mayPass(fault) {
  return !fault.status || MAY_PASS(fault.status);
}

async function answersTo(piece, send) {
  const answers = await send(piece);
  if (answers.length !== piece.records.length) {
    throw new CutOff();
  }
  const postponed = answers.find((answer) => MAY_PASS(answer.status));
  if (postponed) throw new Postponed(postponed);
  return answers;
}

/** The answer ended before every line had its own. */
class CutOff extends Error {
  name = 'CutOff';
}

/** Lines were not stored for a reason that may pass. */
class Postponed extends Error {
  name = 'Postponed';

  constructor({ status, problem }) {
    super(problem?.detail ?? problem?.title);
    Object.assign(this, problem, { status });
  }
}

/** Counts a record by its answer; what is to be told of it where it is refused. */
function count(tally, record, answer) {
  tally.read += 1;
  const { line, bytes, fault } = record;
  if (answer.status < 300) {
    if (answer.replayed) tally.earlier += 1;
    else tally.good += 1;
    for (const { code } of answer.customer?.ai?.advisories ?? []) {
      tally.advisories.set(code, (tally.advisories.get(code) ?? 0) + 1);
    }
    return null;
  }
  if (answer.status === 422) tally.changed += 1;
  else tally.refused += 1;
  const problem = fault ? { errors: [{ code: fault }] } : answer.problem;
  return { line, bytes, problem };
}
