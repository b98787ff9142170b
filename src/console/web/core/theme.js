// Light or dark: as the system says, unless the reader chose. It is loaded on its own before
// anything is painted, so that nobody who chose dark sees a white flash.

import { get, put } from './keep.js';

const KEPT = 'theme';

/** @returns {'system' | 'light' | 'dark'} */
export function theme() {
  const kept = get(KEPT);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** @param {string} wanted */
export function setTheme(wanted) {
  put(KEPT, wanted === 'system' ? null : wanted);
  apply();
}

function apply() {
  const root = document.documentElement;
  if (theme() === 'system') root.removeAttribute('data-theme');
  else root.setAttribute('data-theme', theme());
}

apply();
