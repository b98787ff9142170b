// An import of a file into a company, over HTTP: what `run` needs to know of the service.

import { companyPath, request } from '../core/service.js';
import { pieceKey } from './pieces.js';
import { run } from './run.js';

const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson' };

/**
 * @typedef {object} Order
 * @property {import('../core/service.js').Company} company
 * @property {File} file
 * @property {'csv' | 'ndjson'} form
 * @property {boolean} isCheck nothing is stored
 * @property {boolean} hasHistory dates come along
 * @property {import('./columns.js').Layout | null} layout of the columns; null as they are
 * @property {string} salt see `pieceKey`
 */

/**
 * @param {Order} order
 * @param {Pick<Parameters<typeof run>[0], 'onProgress' | 'onRefused' | 'onStuck'>} listeners
 * @param {AbortSignal} signal
 * @returns {Promise<import('./run.js').Tally>}
 */
export function carryOut(order, listeners, signal) {
  const { file, form, layout } = order;
  const send = (piece) => sendPiece(order, piece, signal);
  return run({ file, form, layout, send, wait: (seconds) => pause(seconds, signal), ...listeners });
}

async function sendPiece({ company, file, form, isCheck, hasHistory, salt }, piece, signal) {
  const { body } = await request('POST', companyPath(company, 'customer'), {
    query: { 'validate-only': isCheck || null, history: hasHistory || null },
    headers: {
      'Content-Type': TYPES[form],
      ...(!isCheck && { 'Idempotency-Key': pieceKey(file.name, piece.number, salt) }),
    },
    accept: TYPES.ndjson,
    body: new Blob([piece.body]),
    signal,
  });
  return body.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** @param {AbortSignal} signal ends it with the reason of the signal */
function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
