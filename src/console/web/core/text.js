// Says everything in the reader's language: texts by key, plural forms, numbers, dates, countries.
// Each area brings its own texts (`text/<area>.js`) and adds them where it is first needed.

import { get, put } from './keep.js';

const LANGUAGES = ['en', 'it'];
const KEPT = 'language';

/** @type {Record<string, Record<string, string>>} */
const texts = { en: {}, it: {} };
const listeners = new Set();
let current = chosen();

document.documentElement.lang = current;

/**
 * Adds the texts of an area.
 * @param {Record<string, Record<string, string>>} area
 */
export function addTexts(area) {
  for (const code of LANGUAGES) Object.assign(texts[code], area[code]);
}

/**
 * The text of a key. `{name}` in it is replaced by the value of that name; where the key has plural
 * forms (`key.one`, `key.other`), `values.count` chooses.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  return pattern(key, values.count).replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

/**
 * The same with nodes among the values: children for `h`.
 * @param {string} key
 * @param {Record<string, import('./dom.js').Child>} values
 * @returns {import('./dom.js').Child[]}
 */
export function phrase(key, values) {
  const parts = pattern(key, values.count).split(/\{(\w+)\}/);
  return parts.map((part, at) => (at % 2 ? shown(values[part]) : part));
}

/**
 * Whether there is such a text, for keys that are made of what the service said.
 * @param {string} key
 * @returns {boolean}
 */
export function hasText(key) {
  return key in texts[current];
}

/** @returns {'en' | 'it'} */
export function language() {
  return current;
}

/** @param {string} code */
export function setLanguage(code) {
  if (!LANGUAGES.includes(code) || code === current) return;
  current = code;
  put(KEPT, code);
  document.documentElement.lang = code;
  listeners.forEach((listener) => listener());
}

/**
 * Calls `listener` after each change of the language.
 * @param {() => void} listener
 */
export function onLanguage(listener) {
  listeners.add(listener);
}

/**
 * @param {number} number
 * @param {Intl.NumberFormatOptions} [options]
 */
export function formatNumber(number, options) {
  return new Intl.NumberFormat(locale(), options).format(number);
}

/**
 * @param {number} share in 0..1
 * @param {number} [digits] behind the point
 */
export function formatPercent(share, digits = 0) {
  return formatNumber(share, { style: 'percent', maximumFractionDigits: digits });
}

/** Day and time. @param {string | number | Date} time */
export function formatDate(time) {
  return format(time, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Day alone. A day without a time, such as `2026-11-24`, is that day wherever one is. @param {string | number | Date} time */
export function formatDay(time) {
  const isDay = typeof time === 'string' && time.length === 10;
  return format(time, { dateStyle: 'medium', ...(isDay && { timeZone: 'UTC' }) });
}

/**
 * The name of a country.
 * @param {string | null | undefined} code ISO 3166, such as `IT`
 */
export function countryName(code) {
  if (!code) return '';
  try {
    return new Intl.DisplayNames([locale()], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

function format(time, options) {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  return new Intl.DateTimeFormat(locale(), options).format(date);
}

function pattern(key, count) {
  const own = texts[current];
  if (key in own) return own[key];
  const form = `${key}.${new Intl.PluralRules(current).select(Number(count))}`;
  return own[form] ?? own[`${key}.other`] ?? key;
}

function shown(value) {
  return typeof value === 'number' ? formatNumber(value) : (value ?? '');
}

/** The reader's own form of the language, such as `en-GB`: it decides how a date is written. */
function locale() {
  return navigator.languages.find((code) => code.split('-')[0] === current) ?? current;
}

function chosen() {
  const wanted = [get(KEPT), ...navigator.languages.map((code) => code.split('-')[0])];
  return wanted.find((code) => LANGUAGES.includes(code)) ?? 'en';
}
