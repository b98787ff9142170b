// The frame around every chart: a caption, the drawing, a cursor that goes from point to point by
// pointer and by keyboard and says what is there, a key to the signs, and the same as a table for
// whoever reads with ears or wants the numbers. Charts only say what is to be drawn at which width.

import { h, replace, svg, uniqueId } from '../core/dom.js';
import { t } from '../core/text.js';

/** Until it is known how wide the page is. */
const FIRST_WIDTH = 640;

/** Points that Page Up and Page Down leap over: a week of days. */
const LEAP = 7;

/**
 * @typedef {object} Spot a point that the cursor stops at
 * @property {number} x
 * @property {{y: number, sign: string}[]} marks where it is marked, and as which sign
 * @property {string} title
 * @property {string[]} lines what is said of it
 *
 * @typedef {object} Drawing
 * @property {number} height
 * @property {[number, number]} span from the top to the bottom of what is drawn
 * @property {SVGElement[]} nodes
 * @property {Spot[]} spots
 *
 * @typedef {object} Chart
 * @property {string} title
 * @property {string} unit what the axes count
 * @property {string} summary the chart in a sentence or two
 * @property {string} cursor what the cursor goes along, such as "day"
 * @property {number} start the spot at which the cursor begins
 * @property {[string, string][]} [signs] what the signs mean: class of the sign, words
 * @property {(width: number) => Drawing} draw
 * @property {HTMLElement} table
 */

/**
 * @param {Chart} chart
 * @returns {HTMLElement} a figure
 */
export function figure(chart) {
  const caption = uniqueId('chart');
  const picture = svg('svg', { role: 'img', 'aria-labelledby': `${caption} ${caption}-text`, class: 'chart-picture' });
  const tip = h('div', { class: 'chart-tip', hidden: true, 'aria-hidden': 'true' });
  const handle = cursorHandle(chart.cursor);
  const area = h('div', { class: 'chart-area' }, picture, handle, tip);
  const cursor = makeCursor({ picture, handle, tip, at: chart.start });
  redrawn(area, (width) => {
    const drawing = chart.draw(width);
    const size = { viewBox: `0 0 ${width} ${drawing.height}`, width, height: drawing.height };
    for (const [name, value] of Object.entries(size)) picture.setAttribute(name, String(value));
    replace(picture, svg('desc', { id: `${caption}-text` }, chart.summary), drawing.nodes);
    cursor.use(drawing, width);
  });
  return h('figure', { class: 'chart' },
    h('figcaption', { id: caption }, h('span', { class: 'chart-title' }, chart.title), ' ', h('span', { class: 'chart-unit' }, chart.unit)),
    area,
    signs(chart.signs ?? []),
    h('details', { class: 'chart-table' }, h('summary', null, t('chart.table')), chart.table));
}

/** Draws at once, and again whenever there is more or less room. */
function redrawn(area, draw) {
  let drawn = 0;
  const at = (width) => {
    const whole = Math.round(width);
    if (whole > 0 && whole !== drawn) draw(drawn = whole);
  };
  at(FIRST_WIDTH);
  new ResizeObserver(([entry]) => at(entry.contentRect.width)).observe(area);
}

function signs(all) {
  if (all.length === 0) return null;
  const sign = (name) => svg('svg', { class: 'chart-sign', viewBox: '0 0 28 12', 'aria-hidden': 'true' }, signShape(name));
  return h('ul', { class: 'chart-key' }, all.map(([name, words]) => h('li', null, sign(name), words)));
}

function signShape(name) {
  if (name.startsWith('odd')) return [mark(name, 14, 6)];
  if (name === 'band') return [svg('rect', { class: 'chart-band', x: 1, y: 1, width: 26, height: 10 })];
  return [svg('path', { class: `chart-line chart-${name}`, d: 'M1 6H27' })];
}

/**
 * A sign that stands out by its shape: a diamond, or an arrow upwards where there is more than fits.
 *
 * @param {string} sign `odd`, `odd-deleted` or `odd-beyond`
 * @param {number} x
 * @param {number} y
 * @returns {SVGElement}
 */
export function mark(sign, x, y) {
  const d = sign === 'odd-beyond' ? 'M0 -5.5L5 4H-5Z' : 'M0 -5L5 0L0 5L-5 0Z';
  return svg('path', { class: `chart-mark chart-${sign}`, d, transform: `translate(${x} ${y})` });
}

/**
 * A slider: what screen readers know how to step through, and to read the value of. It lies over
 * the picture and takes the pointer, too.
 */
function cursorHandle(label) {
  return h('div', {
    class: 'chart-cursor', role: 'slider', tabindex: 0, 'aria-label': label,
    'aria-valuemin': 1, 'aria-valuemax': 1, 'aria-valuenow': 1, 'aria-valuetext': '',
  });
}

function makeCursor({ picture, handle, tip, at }) {
  let drawing = null;
  let width = 0;
  let here = at;
  let isShown = false;
  const signs = svg('g', { class: 'chart-here', 'aria-hidden': 'true' });

  function say() {
    const spot = drawing.spots[here];
    handle.setAttribute('aria-valuenow', String(here + 1));
    handle.setAttribute('aria-valuetext', [spot.title, ...spot.lines].join('. '));
  }

  function show() {
    isShown = true;
    const spot = drawing.spots[here];
    const [top, bottom] = drawing.span;
    replace(signs,
      svg('path', { class: 'chart-hair', d: `M${spot.x} ${top}V${bottom}` }),
      spot.marks.map(({ y, sign }) => svg('circle', { class: `chart-dot chart-${sign}`, cx: spot.x, cy: y, r: 4 })));
    replace(tip, h('strong', null, spot.title), spot.lines.map((line) => h('span', null, line)));
    tip.hidden = false;
    // Beside the point, on the side where there is more room.
    const isLeft = spot.x > width / 2;
    tip.style.left = isLeft ? 'auto' : `${spot.x + 12}px`;
    tip.style.right = isLeft ? `${width - spot.x + 12}px` : 'auto';
    tip.style.top = `${top}px`;
  }

  function hide() {
    isShown = false;
    tip.hidden = true;
    replace(signs);
  }

  function to(next) {
    here = Math.min(Math.max(next, 0), drawing.spots.length - 1);
    say();
    show();
  }

  function nearest(event) {
    const x = event.clientX - handle.getBoundingClientRect().left;
    const away = drawing.spots.map((spot) => Math.abs(spot.x - x));
    return away.indexOf(Math.min(...away));
  }

  handle.addEventListener('pointermove', (event) => to(nearest(event)));
  handle.addEventListener('pointerdown', (event) => to(nearest(event)));
  handle.addEventListener('pointerleave', (event) => event.pointerType === 'mouse' && document.activeElement !== handle && hide());
  handle.addEventListener('focus', show);
  handle.addEventListener('blur', hide);
  handle.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') return hide();
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -LEAP, PageUp: LEAP, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    to(here + step);
  });

  return {
    use(next, nextWidth) {
      drawing = next;
      width = nextWidth;
      handle.setAttribute('aria-valuemax', String(drawing.spots.length));
      picture.append(signs);
      say();
      if (isShown) show();
    },
  };
}

/**
 * A table of what a chart shows.
 *
 * @param {string} label
 * @param {string[]} columns
 * @param {string[][]} rows the first cell of each is its head
 * @returns {HTMLElement}
 */
export function chartTable(label, columns, rows) {
  const head = (text, at) => h('th', { scope: 'col', class: at ? 'number' : null }, text);
  const cell = (text, at) => (at ? h('td', { class: 'number' }, text) : h('th', { scope: 'row' }, text));
  return h('div', { class: 'scroll', role: 'group', 'aria-label': label, tabindex: 0 },
    h('table', null,
      h('thead', null, h('tr', null, columns.map(head))),
      h('tbody', null, rows.map((row) => h('tr', null, row.map(cell))))));
}

/**
 * The axis at the left: quiet lines across, with their values.
 *
 * @param {{ticks: number[], y: (value: number) => number, left: number, right: number, format: (value: number) => string}} axis
 * @returns {SVGElement[]}
 */
export function valueAxis({ ticks, y, left, right, format }) {
  return ticks.flatMap((tick) => [
    svg('path', { class: tick === ticks[0] ? 'chart-base' : 'chart-grid', d: `M${left} ${y(tick)}H${right}` }),
    svg('text', { class: 'chart-text', x: left - 8, y: y(tick) + 4, 'text-anchor': 'end' }, format(tick)),
  ]);
}

/**
 * The labels below the axis at the bottom, each with a tick.
 *
 * @param {{places: {x: number, text: string}[], bottom: number, left: number, right: number}} axis
 * @returns {SVGElement[]}
 */
export function bottomAxis({ places, bottom, left, right }) {
  return places.flatMap(({ x, text }) => {
    const anchor = x - left < 16 ? 'start' : right - x < 16 ? 'end' : 'middle';
    return [
      svg('path', { class: 'chart-base', d: `M${x} ${bottom}v5` }),
      svg('text', { class: 'chart-text', x, y: bottom + 18, 'text-anchor': anchor }, text),
    ];
  });
}
