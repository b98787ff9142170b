// How long customers stay: the share still here at the ages that the service tells, in total and by
// category. Only these points are known, so they are marked, and lines merely lead from one to the next.

import { svg } from '../core/dom.js';
import { formatNumber, formatPercent, t } from '../core/text.js';
import { bottomAxis, chartTable, figure, valueAxis } from './figure.js';
import { linePath, linear, niceTicks, spread } from './scale.js';

/** Ages in days, with their names in the answer. Everybody is here on the first day. */
const AGES = [[0, null], [30, 'after-30-days'], [90, 'after-90-days'], [365, 'after-365-days']];

/** The axis begins here or lower, so that a loss of one in a hundred looks like what it is. */
const HIGHEST_BASE = 0.9;

const LABEL_WIDTH = 104;
const LABEL_HEIGHT = 15;

/**
 * @typedef {Record<string, number | null>} Shares `after-30-days` and so on
 */

/**
 * @param {Shares & {'by-category': Record<string, Shares>}} retention
 * @returns {HTMLElement | null} null where nobody is old enough yet
 */
export function retentionChart(retention) {
  const overall = curve('overall', t('insights.all-customers'), retention);
  const byCategory = Object.entries(retention['by-category']).map(([category, shares]) => curve(category, t(`category.${category}`), shares));
  const curves = [overall, ...byCategory].filter(({ points }) => points.length > 1);
  if (overall.points.length < 2) return null;
  // One category alone is the same as all of them.
  const shown = curves.length === 2 ? [overall] : curves;
  const ages = AGES.slice(0, Math.max(...shown.map(({ points }) => points.length)));
  return figure({
    title: t('insights.retention'),
    unit: t('insights.retention-unit'),
    summary: overall.points.slice(1).map(([age, share]) => t('insights.retention-at', { days: age, share: percent(share) })).join(' '),
    cursor: t('insights.retention-cursor'),
    start: ages.length - 1,
    draw: (width) => draw(shown, ages.map(([age]) => age), width),
    table: table(shown, ages.map(([age]) => age)),
  });
}

function curve(name, label, shares) {
  const points = [];
  for (const [age, key] of AGES) {
    const share = key === null ? 1 : shares[key];
    if (share === null || share === undefined) break;
    points.push([age, share]);
  }
  return { name, label, points };
}

function draw(curves, ages, width) {
  const height = 280;
  const lowest = Math.min(HIGHEST_BASE, ...curves.flatMap(({ points }) => points.map(([, share]) => share)));
  const ticks = niceTicks(lowest, 1, 5);
  const [left, right, above, bottom] = [52, width - LABEL_WIDTH, 14, height - 28];
  const x = linear([0, ages.at(-1)], [left, right]);
  const y = linear([ticks[0], ticks.at(-1)], [bottom, above]);
  const place = ([age, share]) => [x(age), y(share)];
  return {
    height,
    span: [above, bottom],
    nodes: [
      valueAxis({ ticks, y, left, right, format: (share) => formatPercent(share, 1) }),
      bottomAxis({ places: ages.map((age) => ({ x: x(age), text: age === ages.at(-1) ? t('insights.days', { count: age }) : formatNumber(age) })), bottom, left: 0, right: width }),
      curves.map(({ points }, at) => svg('path', { class: `chart-line chart-curve-${at}`, d: linePath(points.map(place)) })),
      curves.flatMap(({ points }, at) => points.slice(1).map(place).map(([cx, cy]) => svg('circle', { class: `chart-dot chart-curve-${at}`, cx, cy, r: at ? 3.5 : 4.5 }))),
      labels(curves, place, [above, bottom]),
    ],
    spots: ages.map((age, at) => spot(curves, age, at, x, y)),
  };
}

/** The name of each curve at its end, and a thin line to it where names had to make way. */
function labels(curves, place, within) {
  const ends = curves.map(({ points }) => place(points.at(-1)));
  const groups = [...new Set(ends.map(([x]) => x))].map((end) => ends.flatMap(([x], at) => (x === end ? [at] : [])));
  return groups.flatMap((group) => {
    const places = spread(group.map((at) => ends[at][1]), LABEL_HEIGHT, within);
    return group.flatMap((at, order) => {
      const [x, y] = ends[at];
      return [
        svg('path', { class: 'chart-leader', d: linePath([[x + 5, y], [x + 12, places[order]]]) }),
        svg('text', { class: at ? 'chart-text' : 'chart-text chart-strong', x: x + 15, y: places[order] + 4 }, curves[at].label),
      ];
    });
  });
}

function spot(curves, age, at, x, y) {
  const known = curves.filter(({ points }) => points.length > at).sort((one, other) => other.points[at][1] - one.points[at][1]);
  return {
    x: x(age),
    marks: known.map(({ points }) => ({ y: y(points[at][1]), sign: 'created' })),
    title: t('insights.after-days', { count: age }),
    lines: known.map(({ label, points }) => `${label}: ${percent(points[at][1])}`),
  };
}

function table(curves, ages) {
  const columns = [t('insights.column-customers'), ...ages.slice(1).map((age) => t('insights.after-days', { count: age }))];
  const cell = (points, at) => (points[at] ? percent(points[at][1]) : '–');
  const rows = curves.map(({ label, points }) => [label, ...ages.slice(1).map((_, at) => cell(points, at + 1))]);
  return chartTable(t('insights.retention'), columns, rows);
}

function percent(share) {
  return formatPercent(share, 1);
}
