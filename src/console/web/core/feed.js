// Follows what happens to a company's customers. EventSource cannot send an Authorization header,
// so the stream of server-sent events is read by hand, and comes back behind the last event it saw.

import { companyPath, open } from './service.js';

const SHORTEST_WAIT = 1000;
const LONGEST_WAIT = 30000;

/**
 * @typedef {{kind: 'created' | 'updated' | 'deleted', 'customer-id': string, category: string | null, market: string | null, time: string}} FeedEvent
 * @typedef {object} Listener
 * @property {(event: FeedEvent) => void} onEvent
 * @property {(isLive: boolean) => void} [onState]
 * @property {() => void} [onGap] events may have been missed: what is shown has to be read anew
 * @property {AbortSignal} signal ends it
 */

/**
 * Follows the feed of a company until the signal aborts.
 * @param {import('./service.js').Company} company
 * @param {Listener} listener
 */
export async function follow(company, { onEvent, onState = () => {}, onGap = () => {}, signal }) {
  const place = { id: null };
  let wait = SHORTEST_WAIT;
  while (!signal.aborted) {
    await untilSeen(signal);
    try {
      await readOnce(company, place, signal, onEvent, () => {
        wait = SHORTEST_WAIT;
        onState(true);
      });
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 401 || error.status === 403) break;
      // The place is not of this store as it is now: it was restored from a backup.
      if (error.status === 400 && place.id !== null) {
        place.id = null;
        onGap();
      }
    }
    onState(false);
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
  onState(false);
}

async function readOnce(company, place, signal, onEvent, onOpen) {
  // A hidden tab lets go of its connection: a browser has only six of them for a service.
  const hidden = new AbortController();
  const hide = () => document.hidden && hidden.abort();
  document.addEventListener('visibilitychange', hide);
  try {
    const response = await open('GET', companyPath(company, 'event'), {
      accept: 'text/event-stream',
      headers: place.id === null ? {} : { 'Last-Event-ID': place.id },
      signal: AbortSignal.any([signal, hidden.signal]),
    });
    onOpen();
    await readStream(response.body, place, onEvent);
  } finally {
    document.removeEventListener('visibilitychange', hide);
  }
}

async function readStream(body, place, onEvent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) take(block, place, onEvent);
  }
}

/** One event of the stream; the first block of a stream has an id alone. */
function take(block, place, onEvent) {
  const fields = {};
  for (const line of block.split('\n')) {
    const at = line.indexOf(': ');
    if (at > 0) fields[line.slice(0, at)] = line.slice(at + 2);
  }
  if (fields.data) onEvent(JSON.parse(fields.data));
  if (fields.id) place.id = fields.id;
}

function untilSeen(signal) {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener('visibilitychange', resolve, { once: true, signal });
    signal.addEventListener('abort', resolve, { once: true });
  });
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
