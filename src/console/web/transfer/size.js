// Sizes of files as people read them.

import { formatNumber } from '../core/text.js';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/**
 * @param {number} bytes
 * @returns {string} such as "12 MB"
 */
export function formatSize(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  const unitDisplay = power === 0 ? 'long' : 'short';
  return formatNumber(value, { style: 'unit', unit: UNITS[power], unitDisplay, maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 });
}
