// A company in figures: how it grows and where it is heading, how long customers stay, what kinds
// there are, and what is doubtful in the data. Every figure that stands for customers leads to them.

import { announce, h, replace, uniqueId } from '../core/dom.js';
import { can } from '../core/session.js';
import { companyHash } from '../core/router.js';
import { companyPath, request } from '../core/service.js';
import { addTexts, countryName, formatDate, formatNumber, phrase, t } from '../core/text.js';
import { bars } from '../chart/bars.js';
import { longDay } from '../chart/day.js';
import { growthChart, oneDigit } from '../chart/growth.js';
import { retentionChart } from '../chart/retention.js';
import { mishap } from '../part/mishap.js';
import { advisoryName } from '../part/said.js';
import customerTexts from '../text/customer.js';
import texts from '../text/insights.js';

addTexts(customerTexts);
addTexts(texts);

/** Days that are wanted before any can stand out. */
const LEAST_HISTORY = 21;

/** Markets that have a bar of their own. */
const MARKETS = 12;

/** Days that stand out which are shown at once. */
const ODD_DAYS = 8;

/**
 * @param {import('../core/router.js').Params & import('../core/service.js').Company} company
 * @param {HTMLElement} main
 * @param {AbortSignal} signal
 */
export default async function insights(company, main, signal) {
  const asOf = h('span', { class: 'note' });
  const again = h('button', { type: 'button', class: 'button', onclick: () => refresh() }, t('insights.refresh'));
  const body = h('div', { class: 'insights' }, h('p', { class: 'note' }, t('app.loading')));
  replace(main, h('div', { class: 'head' }, h('h1', null, t('insights.title')), asOf, again), body);

  async function show() {
    const insight = await read(company, signal);
    asOf.textContent = insight ? t('insights.as-of', { time: formatDate(insight['as-of']) }) : '';
    replace(body, insight ? cards(company, insight) : empty(company));
  }

  async function refresh() {
    again.disabled = true;
    try {
      await show();
      announce(t('insights.refreshed'));
    } catch (error) {
      if (!signal.aborted) replace(body, mishap(error, refresh));
    } finally {
      again.disabled = false;
      again.focus();
    }
  }

  await show();
}

/** The insight; null where the company has no customers. */
async function read(company, signal) {
  try {
    return (await request('GET', companyPath(company, 'insight'), { signal })).body;
  } catch (error) {
    if (error.kind === 'customers-not-found') return null;
    throw error;
  }
}

function empty(company) {
  return h('div', { class: 'empty' },
    h('h2', null, t('insights.empty-title')),
    h('p', { class: 'lead' }, t('insights.empty')),
    h('div', { class: 'row' },
      can('write') && h('a', { class: 'button primary', href: companyHash(company, 'customers/new') }, t('insights.empty-new')),
      can('write') && h('a', { class: 'button', href: companyHash(company, 'transfer') }, t('insights.empty-import')),
      h('a', { class: 'button', href: companyHash(company, 'customers') }, t('insights.empty-customers'))));
}

function cards(company, insight) {
  return [
    headline(insight),
    growth(company, insight),
    retention(insight),
    h('div', { class: 'stack' }, anomalies(insight), duplicates(company, insight)),
    h('div', { class: 'stack' }, categories(company, insight), quality(company, insight)),
    markets(company, insight),
  ];
}

function card(title, ...content) {
  const id = uniqueId('card');
  return h('section', { class: 'card', 'aria-labelledby': id }, h('h2', { id }, title), content);
}

function headline({ customers, created, deleted }) {
  const tile = (title, ...content) => h('div', { class: 'card tile' }, h('dt', null, title), content.map((line) => h('dd', null, line)));
  const came = (days) => {
    const [more, fewer] = [created[`last-${days}-days`], deleted[`last-${days}-days`]];
    return tile(t('insights.last-days', { count: days }),
      h('strong', null, formatNumber(more - fewer, { signDisplay: 'exceptZero' })),
      t('insights.came-and-went', { created: more, deleted: fewer }));
  };
  return h('dl', { class: 'tiles' },
    tile(t('insights.customers'), h('strong', null, formatNumber(customers)), t('insights.now')),
    [7, 30, 90].map(came));
}

function growth(company, { growth, anomalies }) {
  const days = growth.history.length;
  const isShort = days < LEAST_HISTORY;
  const section = card(t('insights.growth-title'),
    isShort && h('p', { class: 'note' },
      days > 0 ? t('insights.short-history', { count: days }) : t('insights.no-history'), ' ', t('insights.short-history-hint', { least: LEAST_HISTORY }),
      can('admin') && [' ', h('a', { href: companyHash(company, 'transfer') }, t('insights.bring-history'))]),
    growthChart(growth, anomalies));
  section.classList.add('wide');
  return section;
}

function retention({ retention }) {
  const chart = retentionChart(retention);
  return card(t('insights.retention-title'),
    chart ?? h('p', null, t('insights.retention-none')),
    chart && h('p', { class: 'note' }, t('insights.retention-note')));
}

function anomalies({ anomalies, growth }) {
  const title = t('insights.odd-title');
  if (anomalies.length === 0) {
    const key = growth.history.length < LEAST_HISTORY ? 'insights.odd-unknown' : 'insights.odd-none';
    return card(title, h('p', null, t(key, { least: LEAST_HISTORY })));
  }
  const columns = ['day', 'what', 'count', 'usual'].map((name) => t(`insights.column-${name}`));
  const rows = anomalies.map(oddRow);
  const body = h('tbody', null, rows.slice(0, ODD_DAYS));
  const more = rows.length > ODD_DAYS && h('button', { type: 'button', class: 'button small', onclick: () => {
    body.append(...rows.slice(ODD_DAYS));
    more.remove();
    rows[ODD_DAYS].querySelector('th').focus();
  } }, t('insights.odd-more', { count: rows.length - ODD_DAYS }));
  return card(title,
    h('div', { class: 'scroll odd-days', role: 'group', 'aria-label': title, tabindex: 0 },
      h('table', null,
        h('thead', null, h('tr', null, columns.map((name, at) => h('th', { scope: 'col', class: at > 1 && 'number' }, name)))),
        body)),
    more);
}

function oddRow({ day, of, direction, count, expected, low, high }) {
  return h('tr', null,
    h('th', { scope: 'row', tabindex: -1 }, longDay(day)),
    h('td', null, t(`insights.odd-${of}-${direction}`)),
    h('td', { class: 'number' }, formatNumber(count)),
    h('td', { class: 'number' }, t('insights.usual', { expected: oneDigit(expected), low: formatNumber(low), high: formatNumber(high) })));
}

function categories(company, { categories, customers }) {
  const found = Object.entries(categories).filter(([, count]) => count > 0).sort(([, one], [, other]) => other - one);
  const rows = found.map(([category, count]) => counted(t(`category.${category}`), count, customers, companyHash(company, 'customers', { category })));
  return card(t('insights.categories'), bars(t('insights.categories'), columns('category'), rows));
}

function markets(company, { markets, customers }) {
  const found = Object.entries(markets).sort(([, one], [, other]) => other - one);
  const shown = found.slice(0, MARKETS).map(([market, count]) => (market === 'unknown'
    ? counted(t('insights.no-market'), count, customers)
    : counted(countryName(market), count, customers, companyHash(company, 'customers', { market }))));
  const others = found.slice(MARKETS);
  const rest = others.reduce((sum, [, count]) => sum + count, 0);
  if (rest > 0) shown.push(counted(t('insights.other-markets', { count: others.length }), rest, customers));
  return card(t('insights.markets'), bars(t('insights.markets'), columns('market'), shown));
}

function columns(first) {
  return [t(`insights.column-${first}`), t('insights.column-customers'), t('insights.column-share')];
}

function counted(label, count, customers, href) {
  return { label, href, value: count, figures: [formatNumber(count), percent(count / customers)] };
}

function percent(share) {
  return formatNumber(share, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

function quality(company, { advisories, customers }) {
  const found = Object.entries(advisories).filter(([, share]) => share > 0).sort(([, one], [, other]) => other - one);
  const title = t('insights.quality');
  if (found.length === 0) return card(title, h('p', null, t('insights.quality-none')));
  const rows = found.map(([code, share]) => ({
    label: advisoryName(code), href: companyHash(company, 'customers', { advisory: code }), value: share,
    // The share is rounded to a thousandth, so the count behind it is about right.
    figures: [percent(share), customers < 1000 ? formatNumber(Math.round(share * customers)) : `≈ ${formatNumber(Math.round(share * customers))}`],
  }));
  const names = [t('insights.column-advisory'), t('insights.column-share'), t('insights.column-customers')];
  return card(title, h('p', { class: 'note' }, t('insights.quality-note')), bars(title, names, rows));
}

function duplicates(company, { duplicates: { clusters, customers } }) {
  const title = t('insights.duplicates');
  if (clusters === 0) return card(title, h('p', null, t('insights.duplicates-none')));
  const strong = (count) => h('strong', null, formatNumber(count));
  return card(title,
    h('p', { class: 'figure' }, phrase('insights.duplicates-found', { clusters: strong(clusters), customers: strong(customers) })),
    h('p', { class: 'note' }, t('insights.duplicates-note')),
    h('div', null, h('a', { class: 'button', href: companyHash(company, 'customers', { advisory: 'possible-duplicate' }) }, t('insights.duplicates-show'))));
}
