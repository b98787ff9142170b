// How a company grows: who was created and deleted day by day, what is expected of the days to
// come with the range that four of five of them lie in, and the days that stand out.

import { svg } from '../core/dom.js';
import { formatDay, formatNumber, t } from '../core/text.js';
import { longDay, shortDay } from './day.js';
import { bottomAxis, chartTable, figure, mark, valueAxis } from './figure.js';
import { bandPath, dayTicks, linePath, linear, niceTicks } from './scale.js';

/** A day that is so many times higher than all ordinary ones would press them flat: it is cut off. */
const OUT_OF_SCALE = 2.5;

/**
 * @typedef {{day: string, expected: number, low: number, high: number}} Expected
 * @typedef {Expected & {created: number, deleted: number}} Past
 * @typedef {{day: string, of: 'created' | 'deleted', direction: 'above' | 'below', count: number,
 *   expected: number, low: number, high: number}} Anomaly
 */

/**
 * @param {{history: Past[], forecast: Expected[]}} growth
 * @param {Anomaly[]} anomalies
 * @returns {HTMLElement}
 */
export function growthChart({ history, forecast }, anomalies) {
  const days = [...history, ...forecast];
  const odd = oddDays(history, anomalies);
  const top = topOf(days, odd);
  const isCut = history.some((day) => day.created > top);
  return figure({
    title: t('insights.growth'),
    unit: history.length > 0
      ? t('insights.growth-unit', { past: history.length, ahead: forecast.length })
      : t('insights.growth-unit-ahead', { ahead: forecast.length }),
    summary: summary(history, forecast, odd),
    cursor: t('insights.growth-cursor'),
    start: Math.max(history.length - 1, 0),
    signs: [
      ...(history.length > 0 ? [['created', t('insights.created')], ['deleted', t('insights.deleted')]] : []),
      ['expected', t('insights.expected')],
      ['band', t('insights.band')],
      ...(odd.size > 0 ? [['odd', t('insights.odd-day')]] : []),
      ...(isCut ? [['odd-beyond', t('insights.beyond')]] : []),
    ],
    draw: (width) => draw({ days, past: history.length, odd, top }, width),
    table: table(days),
  });
}

/** The days of the chart that stand out: their place, and in what. */
function oddDays(history, anomalies) {
  const places = new Map(history.map(({ day }, at) => [day, at]));
  const shown = anomalies.filter(({ day }) => places.has(day));
  return new Map(shown.map((anomaly) => [`${places.get(anomaly.day)} ${anomaly.of}`, anomaly]));
}

/** How high the chart is. */
function topOf(days, odd) {
  const values = days.flatMap((day, at) => [
    odd.has(`${at} created`) ? 0 : day.created ?? day.high,
    odd.has(`${at} deleted`) ? 0 : day.deleted ?? 0,
    day.expected,
  ]);
  const ordinary = Math.max(...values, 1);
  const all = Math.max(...days.flatMap((day) => [day.created ?? 0, day.deleted ?? 0]));
  return all > ordinary * OUT_OF_SCALE ? ordinary : Math.max(ordinary, all);
}

function draw({ days, past, odd, top }, width) {
  const isNarrow = width < 520;
  const height = isNarrow ? 250 : 320;
  const ticks = niceTicks(0, top, isNarrow ? 4 : 5, 1);
  const left = 16 + 7 * formatNumber(ticks.at(-1)).length;
  const [right, above, bottom] = [width - 12, 30, height - 28];
  const x = linear([0, Math.max(days.length - 1, 1)], [left, right]);
  const scaled = linear([0, ticks.at(-1)], [bottom, above]);
  const y = (value) => scaled(Math.min(value, ticks.at(-1)));
  const points = (from, to, value) => days.slice(from, to).map((day, at) => [x(from + at), y(value(day))]);
  const labels = dayTicks(days.map(({ day }) => day), Math.floor((right - left) / 76));
  return {
    height,
    span: [above, bottom],
    nodes: [
      valueAxis({ ticks, y, left, right, format: formatNumber }),
      bottomAxis({ places: labels.map((at) => ({ x: x(at), text: shortDay(days[at].day) })), bottom, left: 0, right: width }),
      svg('path', { class: 'chart-band', d: bandPath(points(0, days.length, (day) => day.high), points(0, days.length, (day) => day.low)) }),
      today(x(past), above, bottom, past / days.length > 0.85),
      svg('path', { class: 'chart-line chart-deleted', d: linePath(points(0, past, (day) => day.deleted)) }),
      svg('path', { class: 'chart-line chart-expected', d: linePath(points(past, days.length, (day) => day.expected)) }),
      svg('path', { class: 'chart-line chart-created', d: linePath(points(0, past, (day) => day.created)) }),
      oddMarks({ odd, x, y, above, left, right, end: ticks.at(-1) }),
    ],
    spots: days.map((day, at) => spot(day, x(at), y, odd, at)),
  };
}

function today(x, top, bottom, isAtEnd) {
  return [
    svg('path', { class: 'chart-today', d: `M${x} ${top - 8}V${bottom}` }),
    svg('text', { class: 'chart-text', x: x + (isAtEnd ? -4 : 4), y: top - 12, 'text-anchor': isAtEnd ? 'end' : 'start' }, t('insights.today')),
  ];
}

function oddMarks({ odd, x, y, above, left, right, end }) {
  return [...odd].flatMap(([key, { of, count }]) => {
    const at = x(Number.parseInt(key, 10));
    if (count <= end) return [mark(of === 'created' ? 'odd' : 'odd-deleted', at, y(count))];
    const anchor = at - left < 24 ? 'start' : right - at < 24 ? 'end' : 'middle';
    return [
      mark('odd-beyond', at, above - 4),
      svg('text', { class: 'chart-text chart-strong', x: at, y: above - 13, 'text-anchor': anchor }, formatNumber(count)),
    ];
  });
}

function spot(day, x, y, odd, at) {
  const isPast = day.created !== undefined;
  const range = { expected: oneDigit(day.expected), low: oneDigit(day.low), high: oneDigit(day.high) };
  const isOdd = odd.has(`${at} created`) || odd.has(`${at} deleted`);
  return {
    x,
    title: longDay(day.day),
    marks: isPast
      ? [{ y: y(day.created), sign: 'created' }, { y: y(day.deleted), sign: 'deleted' }]
      : [{ y: y(day.expected), sign: 'expected' }],
    lines: isPast
      ? [t('insights.tip-created', { count: day.created }), t('insights.tip-deleted', { count: day.deleted }), t('insights.tip-usual', range), ...(isOdd ? [t('insights.tip-odd')] : [])]
      : [t('insights.tip-expected', range), t('insights.tip-range', range)],
  };
}

function summary(history, forecast, odd) {
  const created = history.reduce((sum, day) => sum + day.created, 0);
  const expected = Math.round(forecast.reduce((sum, day) => sum + day.expected, 0));
  const parts = [];
  if (history.length > 0) {
    parts.push(t('insights.growth-past', {
      from: formatDay(history[0].day), to: formatDay(history.at(-1).day),
      created: formatNumber(created), mean: oneDigit(created / history.length),
    }));
  }
  parts.push(t('insights.growth-ahead', { days: forecast.length, expected }));
  if (odd.size > 0) parts.push(t('insights.growth-odd', { count: odd.size }));
  return parts.join(' ');
}

function table(days) {
  const columns = ['day', 'created', 'deleted', 'expected', 'low', 'high'].map((name) => t(`insights.column-${name}`));
  const count = (value) => (value === undefined ? '–' : formatNumber(value));
  const rows = days.map((day) => [
    formatDay(day.day), count(day.created), count(day.deleted), oneDigit(day.expected), oneDigit(day.low), oneDigit(day.high),
  ]);
  return chartTable(t('insights.growth'), columns, rows);
}

/**
 * What is expected is no whole number; from ten on the rest says nothing.
 *
 * @param {number} value
 * @returns {string}
 */
export function oneDigit(value) {
  return formatNumber(value, { maximumFractionDigits: value < 10 ? 1 : 0 });
}
