// Axes are only as honest as their ticks.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bandPath, dayTicks, linear, linePath, niceTicks, spread } from '../../src/console/web/chart/scale.js';

function days(first, count) {
  const start = Date.parse(`${first}T00:00:00Z`);
  return Array.from({ length: count }, (_, at) => new Date(start + at * 86_400_000).toISOString().slice(0, 10));
}

test('ticks are round, go around all values and are few', () => {
  assert.deepEqual(niceTicks(0, 41, 5), [0, 10, 20, 30, 40, 50]);
  assert.deepEqual(niceTicks(0, 4, 4), [0, 1, 2, 3, 4]);
  assert.deepEqual(niceTicks(0.93, 1, 5), [0.92, 0.94, 0.96, 0.98, 1]);
  assert.deepEqual(niceTicks(0, 0.3, 3), [0, 0.1, 0.2, 0.3]);
  for (let high = 1; high < 100_000; high = Math.ceil(high * 1.07)) {
    for (const most of [2, 3, 5, 8]) {
      const ticks = niceTicks(0, high, most, 1);
      assert.ok(ticks.length <= most + 1 && ticks.length >= 2, `${high} ${most}: ${ticks}`);
      assert.ok(ticks[0] <= 0 && ticks.at(-1) >= high, `${high} ${most}: ${ticks}`);
      assert.ok(ticks.every(Number.isInteger));
    }
  }
});

test('there are ticks even where all values are the same', () => {
  assert.deepEqual(niceTicks(0, 0, 4, 1), [0, 1]);
  assert.equal(niceTicks(1, 1, 4, 0.01).length, 2);
});

test('days are labelled regularly, at Mondays or the first of months', () => {
  const quarter = days('2026-08-27', 120);
  assert.deepEqual(dayTicks(quarter, 5).map((at) => quarter[at]), ['2026-09-01', '2026-10-01', '2026-11-01', '2026-12-01']);
  const mondays = dayTicks(quarter, 12).map((at) => quarter[at]);
  assert.ok(mondays.length >= 8 && mondays.every((day) => new Date(day).getUTCDay() === 1), String(mondays));
  assert.deepEqual(dayTicks(days('2026-11-24', 3), 5), [0, 1, 2]);
  assert.ok(dayTicks(days('2026-11-24', 30), 5).length >= 2);
  assert.ok(dayTicks(days('2024-11-24', 730), 5).length >= 2);
});

test('a scale leads the ends of its domain to the ends of its range', () => {
  const scale = linear([0, 10], [100, 0]);
  assert.deepEqual([scale(0), scale(5), scale(10)], [100, 50, 0]);
  assert.equal(linear([3, 3], [7, 9])(3), 7);
});

test('paths are lines and closed bands', () => {
  assert.equal(linePath([[0, 1], [2.04, 3]]), 'M0 1L2 3');
  assert.equal(bandPath([[0, 1], [2, 1]], [[0, 0], [2, 0]]), 'M0 1L2 1L2 0L0 0Z');
  assert.equal(bandPath([], []), '');
});

test('labels keep their distance, their order and within the chart', () => {
  assert.deepEqual(spread([10, 10, 50], 12, [0, 100]), [10, 22, 50]);
  assert.deepEqual(spread([98, 97, 50], 12, [0, 100]), [100, 88, 50]);
});
