// From data to places on a chart: round ticks, days that are worth a label, and paths. Pure.

const DAY = 86_400_000;

/**
 * A scale from `domain` to `range`.
 *
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @returns {(value: number) => number}
 */
export function linear([from, to], [start, end]) {
  const factor = to === from ? 0 : (end - start) / (to - from);
  return (value) => start + (value - from) * factor;
}

/**
 * Ticks at round numbers (1, 2 or 5 times a power of ten) around all of `low` to `high`.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} most intervals at most
 * @param {number} [least] the smallest step, such as 1 for what is counted
 * @returns {number[]}
 */
export function niceTicks(low, high, most, least = 0) {
  const span = Math.max(high - low, least, Number.EPSILON);
  const rough = Math.max(span / most, least);
  const power = 10 ** Math.floor(Math.log10(rough));
  const fits = (step) => Math.ceil(high / step - 1e-9) - Math.floor(low / step + 1e-9) <= most;
  const step = [1, 2, 5, 10, 20].map((factor) => factor * power).find((step) => step >= least && fits(step));
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  // Multiples, not sums: three times 0.1 is 0.3 here.
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/**
 * The places in a run of days that are worth a label: the closest regular ones of which there are
 * no more than `most`.
 *
 * @param {string[]} days one after the other, such as `2026-11-23`
 * @param {number} most
 * @returns {number[]}
 */
export function dayTicks(days, most) {
  const dates = days.map((day) => new Date(`${day}T00:00:00Z`));
  for (const isWorth of REGULAR) {
    const places = dates.flatMap((date, at) => (isWorth(date) ? [at] : []));
    if (places.length <= most && (places.length > 0 || days.length > 31)) return places;
  }
  return [0];
}

const monthly = (every) => (date) => date.getUTCDate() === 1 && date.getUTCMonth() % every === 0;

const REGULAR = [
  () => true,
  (date) => date.getUTCDay() === 1,
  // Every second Monday, the same ones whatever day one looks.
  (date) => date.getUTCDay() === 1 && Math.floor(date.getTime() / DAY / 7) % 2 === 0,
  monthly(1), monthly(2), monthly(3), monthly(6), monthly(12),
];

/**
 * @typedef {[number, number]} Point
 */

/**
 * A line through points.
 *
 * @param {Point[]} points
 * @returns {string}
 */
export function linePath(points) {
  return points.map(([x, y], at) => `${at ? 'L' : 'M'}${short(x)} ${short(y)}`).join('');
}

/**
 * The area between two lines over the same places.
 *
 * @param {Point[]} upper
 * @param {Point[]} lower
 * @returns {string}
 */
export function bandPath(upper, lower) {
  return upper.length ? `${linePath([...upper, ...lower.toReversed()])}Z` : '';
}

function short(number) {
  return Number(number.toFixed(1));
}

/**
 * Places for labels beside each other that do not overlap: each as near as can be to where it
 * belongs, in the same order.
 *
 * @param {number[]} wanted in any order
 * @param {number} gap that each needs
 * @param {[number, number]} within
 * @returns {number[]} in the order of `wanted`
 */
export function spread(wanted, gap, [from, to]) {
  const order = wanted.map((_, at) => at).sort((one, other) => wanted[one] - wanted[other]);
  const places = [];
  let free = from;
  for (const at of order) {
    places[at] = Math.max(wanted[at], free);
    free = places[at] + gap;
  }
  let limit = to;
  for (const at of order.toReversed()) {
    places[at] = Math.min(places[at], limit);
    limit = places[at] - gap;
  }
  return places;
}
