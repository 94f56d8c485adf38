/** Changes that point another way than the figures beside them, or than their test: what is told of them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analyseAb, formatAb } from '../../../reports/ab/index.js';
import {
  compareResults,
  formatComparison,
  type JudgedChange,
  markdownComparison,
} from '../../../reports/compare/index.js';
import { contradictionText } from '../../../reports/compare/table.js';
import { formatHistory, historyOf } from '../../../reports/history/index.js';
import { experimentOf } from '../ab/experiments.js';
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
  const told = (figures: Partial<JudgedChange>): string | undefined =>
    contradictionText({ metric: 'mean', verdict: 'same', ...figures });
  assert.equal(told({ base: 100, next: 99.99, ratio: 1.2 }), undefined);
  assert.equal(told({ base: 100, next: 90, ratio: 1.0004 }), undefined);
  assert.match(told({ base: 100, next: 99, ratio: 1.01 }) ?? '', TOLD);
});

/** Ten blocks of these latencies, and no controls. */
const blocksOf = (base: readonly number[], next: readonly number[]) =>
  analyseAb(
    experimentOf((role, block) => ({ meanNs: 1000 * (role === 'B' ? next : base)[block] }), {
      experiment: base.length,
      control: 0,
    }),
  );

test('an experiment says that its change is over the blocks', () => {
  const analysis = blocksOf(BASE, NEXT);
  const text = formatAb(analysis, { color: false, width: 200 });
  assert.match(text, /the change is that over the blocks, and of another sign/);
  assert.doesNotMatch(text, /pairs of runs/);
});

const failing = (name: string, errors: readonly number[], meanNs = 100_000) =>
  errors.map((each, i) => named(`${name}${i}`, resultOf([{ meanNs, errors: each }], i + 1)));

test('of what is counted the change is of shares and the figures are numbers', () => {
  const more = failing('b', [0, 30, 0]).map(({ name, result }) => ({
    name,
    result: { ...result, jobs: [0, 1, 2].flatMap(() => result.jobs) },
  }));
  const comparison = compareResults(failing('a', [10, 20, 40]), more);
  const errors = comparison.jobs[0].metrics.find(({ metric }) => metric === 'errors');
  assert.ok((errors?.next ?? 0) > (errors?.base ?? 0) && (errors?.ratio ?? 1) < 1, JSON.stringify(errors));
  const text = formatComparison(comparison, { color: false, width: 200 });
  assert.match(
    text,
    /errors: the change is that of their shares of the I\/Os, and of another sign than that of the numbers/,
  );
});

test('however many errors there are, it is runs that are too few where one alone has them', () => {
  const one = [60_000, 0, 0, 0, 0];
  const reasonOf = (base: readonly number[], next: readonly number[]): string => {
    const [{ metrics }] = compareResults(failing('a', base), failing('b', next)).jobs;
    const { verdict, reason = '' } = metrics.find(({ metric }) => metric === 'errors') ?? assert.fail();
    assert.equal(verdict, 'inconclusive');
    return reason;
  };
  assert.equal(reasonOf([0, 0, 0, 0, 0], one), 'too few of the runs have errors to tell');
  assert.equal(reasonOf([0], [1]), 'errors are too few to tell');
});

describe('errors that one run has most of, and all runs of the other side some, are inconclusive', () => {
  const one = [20_000, ...Array<number>(11).fill(0)];
  const all = one.map(() => 1);
  const isUndecided = (changes: readonly JudgedChange[]): void => {
    const {
      verdict,
      reason = '',
      p = 1,
    } = changes.find(({ metric }) => metric === 'errors') ?? assert.fail();
    assert.deepEqual([verdict, p < 0.05], ['inconclusive', true], reason);
    assert.match(reason, /few runs have most of them/);
  };

  test('in a comparison, either way round', () => {
    isUndecided(compareResults(failing('a', one), failing('b', all)).jobs[0].metrics);
    isUndecided(compareResults(failing('a', all), failing('b', one)).jobs[0].metrics);
  });

  for (const control of [0, 12])
    test(`in an experiment with ${control} controls`, () => {
      const document = experimentOf(
        (role, block) => ({
          meanNs: 100_000,
          errors: role === 'B' ? 1 : role === 'A' && block < one.length ? one[block] : 0,
        }),
        { experiment: one.length, control },
      );
      isUndecided(analyseAb(document).jobs[0].metrics);
    });
});
