/** A change that points another way than the medians beside it: it is told, wherever it is shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareResults, formatComparison, markdownComparison } from '../../../reports/compare/index.js';
import { contradicts } from '../../../reports/compare/table.js';
import { formatHistory, historyOf } from '../../../reports/history/index.js';
import { dayOf } from '../history/histories.js';
import { named, resultOf } from './documents.js';

/** The median falls by 2 %, and yet most pairs of runs rise: the runs of a side lie in two groups. */
const BASE = [100, 100, 101, 120, 120, 121, 121];
const NEXT = [110, 110, 117, 117, 117, 130, 131];

const sideOf = (name: string, latencies: readonly number[]) =>
  latencies.map((us, i) => named(`${name}${i}`, resultOf([{ meanNs: us * 1000 }], i + 1)));

const TOLD = /of all pairs of runs, and of another sign than that of the medians beside it/;

test('the example is one: its medians fall and its pairs rise', () => {
  const { jobs } = compareResults(sideOf('a', BASE), sideOf('b', NEXT));
  const { base = 0, next = 0, ratio = 0 } = jobs[0].metrics.find(({ metric }) => metric === 'mean') ?? {};
  assert.ok(next < 0.99 * base && ratio > 1.01, `${base} ${next} ${ratio}`);
});

test('a comparison says so, on the terminal and in Markdown', () => {
  const comparison = compareResults(sideOf('a', BASE), sideOf('b', NEXT));
  for (const text of [formatComparison(comparison, { color: false }), markdownComparison(comparison)])
    assert.match(text.replace(/\s+/g, ' '), TOLD);
  const plain = compareResults(sideOf('a', BASE), sideOf('b', BASE));
  assert.doesNotMatch(formatComparison(plain, { color: false }).replace(/\s+/g, ' '), TOLD);
});

test('so does a history', () => {
  const days = [...BASE, ...NEXT].map((us, day) => dayOf(day, us * 1000));
  const history = historyOf(days, { alpha: 1e-9, metrics: ['mean'] });
  assert.match(formatHistory(history, { color: false }).replace(/\s+/g, ' '), TOLD);
});

test('changes that round to nothing contradict nothing', () => {
  assert.equal(contradicts({ base: 100, next: 99.99, ratio: 1.2 }), false);
  assert.equal(contradicts({ base: 100, next: 90, ratio: 1.0004 }), false);
  assert.equal(contradicts({ base: 100, next: 99, ratio: 1.01 }), true);
});
