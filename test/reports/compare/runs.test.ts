/** What counts as a run of a side: files, what was merged into one, copies, imports, and runs in which nothing completed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareResults, type NamedResult } from '../../../reports/compare/index.js';
import { mergeResults } from '../../../reports/index.js';
import { named, resultOf, runsAround, runsOf, verdictOf } from './documents.js';

const base = () => named('base', resultOf(runsAround(100_000, 6)));

test('several files of a side are its runs', () => {
  const comparison = compareResults(runsOf('a', 100_000, 5), runsOf('b', 120_000, 5, 2));
  assert.deepEqual([comparison.jobs[0].basis, comparison.jobs[0].observations], ['runs', [5, 5]]);
  assert.equal(verdictOf(comparison, 'mean').verdict, 'worse');
});

test('repeats within a file are one run where there are files enough', () => {
  const threes = (meanNs: number, side: string) =>
    runsAround(meanNs, 5).map((run, i) => named(`${side}${i}`, resultOf([run, run, run], i + meanNs / 1000)));
  const comparison = compareResults(threes(100_000, 'a'), threes(120_000, 'b'));
  assert.deepEqual([comparison.jobs[0].basis, comparison.jobs[0].observations], ['runs', [5, 5]]);
  assert.equal(verdictOf(comparison, 'p99').verdict, 'worse');
});

test('the same file given several times is one run', () => {
  const many = [base(), base(), base(), base()];
  const comparison = compareResults(many, runsOf('b', 120_000, 4, 2));
  assert.deepEqual(comparison.jobs[0].runs, [1, 4]);
  assert.match(comparison.notes.join(), /3 runs given more than once count as one/);
});

test('a run that is on both sides, and a job that some runs of a side lack, are told', () => {
  const [before, after] = [runsOf('a', 100_000, 4), runsOf('b', 100_000, 4, 2)];
  assert.match(compareResults(before, [before[0], ...after]).notes.join(), /1 run on both sides/);
  const withOther = after.map(({ name, result }, i) =>
    named(
      name,
      i === 0
        ? result
        : {
            ...result,
            jobs: [
              ...result.jobs,
              ...resultOf([{ meanNs: 1e5 }], i).jobs.map((job) => ({ ...job, name: 'other' })),
            ],
          },
    ),
  );
  const told = compareResults(withOther.slice(1), withOther).notes.join();
  assert.match(told, /not in every run: other read \(3 of 4 of the new\); look why/);
  assert.doesNotMatch(compareResults(before, after).notes.join(), /on both sides|not in every run/);
});

test('an import is one run however often it was made', () => {
  const imported = { tool: 'spdk_nvme_perf', version: '24.05' };
  const { result } = base();
  const madeAt = (hour: number): NamedResult =>
    named(`at ${hour}`, {
      ...result,
      imported,
      jobs: result.jobs.map((job) => ({ ...job, startedAt: `2026-01-01T0${hour}:00:00.000Z` })),
    });
  const others = runsOf('b', 120_000, 4, 2).map(({ name, result: other }) =>
    named(name, { ...other, imported }),
  );
  const comparison = compareResults([1, 2, 3, 4].map(madeAt), others);
  assert.deepEqual(comparison.jobs[0].runs, [1, 4]);
});

test('runs that were merged into one file are runs still', () => {
  const merge = (files: NamedResult[]) =>
    named(
      'merged',
      mergeResults(
        files.map(({ result }) => result),
        { toolVersion: 'x', sum: false },
      ),
    );
  const [a, b] = [runsOf('a', 100_000, 5), runsOf('b', 120_000, 5, 2)];
  const merged = compareResults([merge(a)], [merge(b)]);
  assert.deepEqual(merged.jobs[0].runs, [5, 5]);
  assert.deepEqual(merged.jobs[0].metrics, compareResults(a, b).jobs[0].metrics);
  // Older merged documents do not say which run a job is from.
  const older = merge(a);
  for (const job of older.result.jobs) delete job.run;
  assert.deepEqual(compareResults([older], b).jobs[0].runs, [5, 5]);
  // A run that is in two of the files is one.
  assert.deepEqual(compareResults([merge(a), a[2]], b).jobs[0].runs, [5, 5]);
});

test('a result in which nothing completed is worse, one that alone did something better', () => {
  const idle = resultOf(runsAround(100_000, 6), 3);
  for (const job of idle.jobs) job.directions = {};
  const [worse, better] = [
    compareResults([base()], [named('b', idle)]),
    compareResults([named('b', idle)], [base()]),
  ];
  assert.deepEqual(
    [verdictOf(worse, 'iops').verdict, verdictOf(worse, 'mean').verdict],
    ['worse', 'inconclusive'],
  );
  assert.match(verdictOf(worse, 'iops').reason ?? '', /nothing completed in the new result/);
  assert.equal(verdictOf(better, 'iops').verdict, 'better');
  assert.deepEqual([worse.counts.worse, worse.unmatched], [1, []]);
});

test('runs in which nothing completed count at 0 beside others of their side', () => {
  const next = runsOf('b', 100_000, 6, 2);
  for (const { result } of next.slice(4)) for (const job of result.jobs) job.directions = {};
  const comparison = compareResults(runsOf('a', 100_000, 6), next);
  assert.deepEqual(comparison.jobs[0].runs, [6, 6]);
  const { verdict, interval = [1, 1] } = verdictOf(comparison, 'iops');
  assert.equal(verdict, 'inconclusive');
  assert.ok(interval[0] < 0.1, `${interval}`);
});
