// Days as charts and their tables write them: short below an axis, with the weekday where it is
// part of what is said. Days of the service are those of UTC, wherever one is.

import { language } from '../core/text.js';

/**
 * @param {string} day such as `2026-11-02`
 * @returns {string} such as "2 Nov"
 */
export function shortDay(day) {
  return write(day, { day: 'numeric', month: 'short' });
}

/**
 * @param {string} day such as `2026-11-02`
 * @returns {string} such as "Mon, 2 Nov 2026"
 */
export function longDay(day) {
  return write(day, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
}

function write(day, options) {
  const own = navigator.languages.find((code) => code.split('-')[0] === language()) ?? language();
  return new Intl.DateTimeFormat(own, { ...options, timeZone: 'UTC' }).format(new Date(day));
}
