import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Comparison, compareMany, compareResults, type Metric } from '../../../reports/compare/index.js';
import { intervalsOf, jobOf, named, resultOf, runsAround } from './documents.js';

const verdictOf = (comparison: Comparison, metric: Metric, job = 0) =>
  comparison.jobs[job].metrics.find((change) => change.metric === metric) ?? assert.fail(`no ${metric}`);

const base = () => named('base', resultOf(runsAround(100_000, 6)));

test('a tenth more latency is worse in latency and in rate', () => {
  const comparison = compareResults([base()], [named('new', resultOf(runsAround(110_000, 6), 2))]);
  for (const metric of ['iops', 'bandwidth', 'mean', 'p50', 'p99'] as const)
    assert.equal(verdictOf(comparison, metric).verdict, 'worse', metric);
  const { ratio = 0, interval = [0, 0] } = verdictOf(comparison, 'mean');
  assert.ok(Math.abs(ratio - 1.1) < 0.01, `${ratio}`);
  assert.ok(interval[0] < 1.1 && interval[1] > 1.1 && interval[0] > 1.03);
  assert.equal(verdictOf(comparison, 'errors').verdict, 'same');
});

test('a tenth less is better', () => {
  const comparison = compareResults([base()], [named('new', resultOf(runsAround(90_000, 6), 2))]);
  assert.deepEqual(
    [verdictOf(comparison, 'mean').verdict, verdictOf(comparison, 'iops').verdict],
    ['better', 'better'],
  );
});

test('equal runs are the same where they vary little, and inconclusive where much', () => {
  const steady = Array.from({ length: 6 }, () => ({ meanNs: 100_000 }));
  const wild = [50, 70, 90, 110, 130, 150].map((us) => ({ meanNs: us * 1000 }));
  const calm = compareResults([named('a', resultOf(steady))], [named('b', resultOf(steady, 2))]);
  assert.equal(verdictOf(calm, 'mean').verdict, 'same');
  const noisy = compareResults([named('a', resultOf(wild))], [named('b', resultOf(wild, 2))]);
  assert.equal(verdictOf(noisy, 'mean').verdict, 'inconclusive');
});

test('a certain change within the margin is not called worse', () => {
  const steady = (meanNs: number) => Array.from({ length: 8 }, () => ({ meanNs }));
  const comparison = compareResults(
    [named('a', resultOf(steady(100_000)))],
    [named('b', resultOf(steady(102_000), 2))],
  );
  assert.notEqual(verdictOf(comparison, 'mean').verdict, 'worse');
  assert.ok((verdictOf(comparison, 'mean').pAdjusted ?? 1) < 0.05);
});

test('one run without intervals is never more than inconclusive', () => {
  const comparison = compareResults(
    [named('a', resultOf([{ meanNs: 100_000 }]))],
    [named('b', resultOf([{ meanNs: 200_000 }], 2))],
  );
  assert.equal(comparison.jobs[0].basis, 'single');
  assert.equal(comparison.counts.worse, 0);
  assert.match(comparison.notes.join(), /no variation/);
});

test('three repeats a side are too few, and it says so', () => {
  const comparison = compareResults(
    [named('a', resultOf(runsAround(100_000, 3)))],
    [named('b', resultOf(runsAround(200_000, 3), 2))],
  );
  assert.equal(verdictOf(comparison, 'mean').verdict, 'inconclusive');
  assert.match(verdictOf(comparison, 'mean').reason ?? '', /too few/);
});

test('intervals stand in for repeats, with a note', () => {
  const intervals = (meanNs: number, seed: number) =>
    intervalsOf(
      Array.from({ length: 12 }, (_, i) => ({ meanNs: meanNs * (1 + 0.002 * ((i * 7) % 5)) })),
      seed,
    );
  const comparison = compareResults([named('a', intervals(100_000, 1))], [named('b', intervals(110_000, 2))]);
  assert.equal(comparison.jobs[0].basis, 'intervals');
  assert.equal(verdictOf(comparison, 'mean').verdict, 'worse');
  assert.match(comparison.notes.join(), /within few runs/);
});

test('intervals that drift are taken together until little is left to be certain of', () => {
  const drift = (seed: number) =>
    intervalsOf(
      Array.from({ length: 12 }, (_, i) => ({ meanNs: 100_000 * (1 + 0.05 * i) })),
      seed,
    );
  const comparison = compareResults([named('a', drift(1))], [named('b', drift(2))]);
  assert.ok(comparison.jobs[0].blockIntervals > 1 || comparison.jobs[0].basis === 'single');
});

test('several files of a side are its runs', () => {
  const files = (meanNs: number, side: string) =>
    runsAround(meanNs, 5).map((run, i) => named(`${side}${i}`, resultOf([run], i + meanNs / 1000)));
  const comparison = compareResults(files(100_000, 'a'), files(120_000, 'b'));
  assert.deepEqual([comparison.jobs[0].basis, comparison.jobs[0].observations], ['runs', [5, 5]]);
  assert.equal(verdictOf(comparison, 'mean').verdict, 'worse');
});

test('repeats within a file are one run where there are files enough', () => {
  const files = (meanNs: number, side: string) =>
    runsAround(meanNs, 5).map((run, i) => named(`${side}${i}`, resultOf([run, run, run], i + meanNs / 1000)));
  const comparison = compareResults(files(100_000, 'a'), files(120_000, 'b'));
  assert.deepEqual([comparison.jobs[0].basis, comparison.jobs[0].observations], ['runs', [5, 5]]);
  assert.equal(verdictOf(comparison, 'p99').verdict, 'worse');
});

test('repeats of one file come with a note on what they do not show', () => {
  const one = compareResults([base()], [named('new', resultOf(runsAround(110_000, 6), 2))]);
  assert.match(one.notes.join(), /few runs of nvbench/);
});

test('errors are compared by their number', () => {
  const failing = runsAround(100_000, 6).map((run) => ({ ...run, errors: 4 }));
  const worse = compareResults([base()], [named('b', resultOf(failing, 2))]);
  assert.equal(verdictOf(worse, 'errors').verdict, 'worse');
  const few = runsAround(100_000, 6).map((run, i) => ({ ...run, errors: i === 0 ? 1 : 0 }));
  assert.equal(
    verdictOf(compareResults([base()], [named('b', resultOf(few, 2))]), 'errors').verdict,
    'inconclusive',
  );
});

test('the same documents and seed give the same verdicts', () => {
  const make = () =>
    compareResults([base()], [named('new', resultOf(runsAround(103_000, 6), 2))], { seed: 9 });
  assert.deepEqual(make(), make());
});

test('jobs that one side lacks are named', () => {
  const next = resultOf(runsAround(100_000, 5), 2);
  const more = { ...next, jobs: [...next.jobs, jobOf({ meanNs: 1000 }, 5, 'extra')] };
  const { unmatched } = compareResults([base()], [named('b', more)]);
  assert.deepEqual(unmatched, [{ job: 'extra', role: 0, direction: 'read', side: 'new' }]);
});

test('of three results, those that cannot be told apart share a place', () => {
  const many = compareMany([
    named('slow', resultOf(runsAround(150_000, 6))),
    named('fast', resultOf(runsAround(100_000, 6), 2)),
    named('fast too', resultOf(runsAround(100_500, 6), 3)),
  ]);
  const mean = many.rankings.find(({ metric }) => metric === 'mean');
  assert.deepEqual(
    mean?.results.map(({ name, place }) => [name, place]),
    [
      ['fast', 1],
      ['fast too', 1],
      ['slow', 3],
    ],
  );
  assert.equal(many.comparisons.length, 2);
});
