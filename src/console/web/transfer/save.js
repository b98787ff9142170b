// Saves what a stream brings: small files as every download, large ones straight to the disk where
// the browser lets a page write a file of the reader's choice.

import { h } from '../core/dom.js';
import { Problem } from '../core/service.js';
import { growing } from './blob.js';

/** Bytes from which on a file is written to the disk as it comes, if that can be. */
const LARGE = 64 * 1024 * 1024;

/**
 * @typedef {object} Target
 * @property {(part: string | Uint8Array) => Promise<void> | void} write
 * @property {() => Promise<void> | void} done keeps the file
 * @property {() => Promise<void> | void} abandon leaves nothing
 */

/**
 * Where a file goes. To be called in the very click that asks for it: browsers want that.
 *
 * @param {{name: string, type: string, expected: number}} file with about how many bytes are expected
 * @returns {Promise<Target | null>} null where the reader changed their mind
 */
export async function target({ name, type, expected }) {
  if (expected < LARGE || !('showSaveFilePicker' in window)) return download(name, type);
  try {
    const file = await window.showSaveFilePicker({ suggestedName: name });
    const stream = await file.createWritable();
    return { write: (part) => stream.write(part), done: () => stream.close(), abandon: () => stream.abort() };
  } catch (error) {
    if (error.name === 'AbortError') return null;
    return download(name, type);
  }
}

function download(name, type) {
  const kept = growing();
  return { write: (part) => kept.add(part), done: () => saveBlob(name, kept.blob(type)), abandon() {} };
}

/**
 * Saves a blob as a download.
 *
 * @param {string} name
 * @param {Blob} blob
 */
export function saveBlob(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = h('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after the click; a minute is plenty, and then its room is free again.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * Carries a stream to a target; what is half there is abandoned.
 *
 * @param {Response} response
 * @param {Target} target
 * @param {(bytes: Uint8Array) => string | Uint8Array} each what to write of each piece
 * @param {() => string} [end] what to write behind the last
 */
export async function carry(response, target, each, end = () => '') {
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      await target.write(each(value));
    }
    await target.write(end());
    await target.done();
  } catch (error) {
    await target.abandon();
    // A stream that breaks says so as a TypeError: the service, or the way to it, went away.
    throw error.name === 'TypeError' ? new Problem(0) : error;
  }
}

/**
 * @param {...string} parts of a name
 * @returns {string} as a name of a file that every system takes
 */
export function fileName(...parts) {
  return parts.join('-').replace(/[^\w.-]+/g, '_');
}

/** Today, for the name of a file: `2026-11-24`. */
export function dayOfToday() {
  return new Date().toISOString().slice(0, 10);
}
