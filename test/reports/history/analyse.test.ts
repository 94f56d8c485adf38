/** The history of results: tracks, levels, baselines and what changed around the runs. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NamedResult } from '../../../reports/compare/index.js';
import type { SmartRecord } from '../../../reports/document/machine.js';
import { type HistoryFigure, type HistoryOptions, historyOf } from '../../../reports/history/index.js';
import type { BenchResult } from '../../../reports/index.js';
import { smart } from '../sample.js';
import { dayOf, daysOf, levelsOf } from './histories.js';

function figureOf(
  results: readonly NamedResult[],
  metric = 'iops',
  options: Partial<HistoryOptions> = {},
): HistoryFigure {
  const [track, ...others] = historyOf(results, options).tracks;
  assert.equal(others.length, 0);
  return track.figures.find((figure) => figure.metric === metric) ?? assert.fail(metric);
}

const withFirmware = (result: BenchResult, firmwareRevision: string): BenchResult => ({
  ...result,
  devices: result.devices.map((device) => ({ ...device, firmwareRevision })),
});

/** What a drive says of its health at so many percent of its life. */
function worn(percentageUsed: number): SmartRecord {
  const counters = Object.entries(smart).map(([name, value]) => [name, Number(value)]);
  return { ...(Object.fromEntries(counters) as SmartRecord), percentageUsed };
}

describe('jobs of the last runs', () => {
  const other = (result: BenchResult): BenchResult => ({
    ...result,
    jobs: [...result.jobs, ...result.jobs.map((job) => ({ ...job, name: 'other' }))],
  });
  const goneIn = (has: (day: number) => boolean) =>
    historyOf(daysOf(levelsOf([100_000, 8]), (result, day) => (has(day) ? other(result) : result))).gone.map(
      ({ job, lastName, runsSince }) => [job, lastName, runsSince],
    );

  test('a job that they lack is gone, one that takes turns is not', () => {
    assert.deepEqual(
      goneIn((day) => day < 6),
      [['other', 'day6.json', 2]],
    );
    assert.deepEqual(
      goneIn((day) => day % 3 === 0),
      [],
    );
    assert.deepEqual(
      goneIn(() => true),
      [],
    );
  });

  test('one of another workload from some day on is gone from that of the days before', () => {
    const changed = (result: BenchResult, day: number): BenchResult =>
      day < 6 ? other(result) : { ...result, workload: { jobs: [{ name: 'randread' }] } };
    const { tracks, gone } = historyOf(daysOf(levelsOf([100_000, 8]), changed));
    assert.equal(tracks.length, 2);
    assert.deepEqual(
      gone.map(({ job, runsSince }) => [job, runsSince]),
      [['other', 2]],
    );
  });

  test('one of which nothing completes any more is at 0, not gone', () => {
    const idle = (result: BenchResult, day: number): BenchResult =>
      day < 6 ? result : { ...result, jobs: result.jobs.map((job) => ({ ...job, directions: {} })) };
    const results = daysOf(levelsOf([100_000, 8]), idle);
    assert.deepEqual(figureOf(results).values.slice(5), [figureOf(results).values[5], 0, 0]);
    assert.deepEqual(historyOf(results).gone, []);
  });
});

describe('levels', () => {
  test('a regression is told at the run that it came with, for the worse in every figure, but for a tail of too few I/Os', () => {
    const [track] = historyOf(daysOf(levelsOf([100_000, 20], [112_000, 12]))).tracks;
    assert.deepEqual(
      track.figures.map(({ metric, changes }) => [metric, changes.map(({ run, verdict }) => [run, verdict])]),
      [
        ['iops', [[20, 'worse']]],
        ['mean', [[20, 'worse']]],
        ['p99', []],
      ],
    );
    assert.match(track.figures[2].problem ?? '', /fewer than 10 I\/Os of a run/);
  });

  test('runs are in the order of their time, whatever their names and the order given', () => {
    const results = daysOf(levelsOf([100_000, 12], [112_000, 12]));
    const { tracks } = historyOf(results.toReversed());
    assert.deepEqual(
      tracks[0].runs.map(({ name }) => name),
      results.map(({ name }) => name),
    );
    assert.deepEqual(figureOf(results.toReversed()).changes, figureOf(results).changes);
  });

  test('runs that only vary have none', () => {
    assert.deepEqual(figureOf(daysOf(levelsOf([100_000, 40]))).changes, []);
  });
});

describe('the baseline', () => {
  test('does not move onto a regression, however long that lasts', () => {
    for (const days of [3, 15, 60]) {
      const { now, baselineRuns } = figureOf(daysOf(levelsOf([100_000, 20], [112_000, days])));
      assert.deepEqual(baselineRuns, [0, 9]);
      assert.equal(now?.verdict, 'worse');
      assert.ok(Math.abs((now?.ratio ?? 0) - 1 / 1.12) < 0.02, String(now?.ratio));
    }
  });

  test('nor onto one that was half repaired', () => {
    const { now, baselineRuns } = figureOf(daysOf(levelsOf([100_000, 15], [130_000, 15], [110_000, 15])));
    assert.deepEqual(baselineRuns, [0, 9]);
    assert.equal(now?.verdict, 'worse');
  });

  test('moves on to a better level, so that falling back from it is worse', () => {
    const { now, baselineRuns } = figureOf(daysOf(levelsOf([100_000, 15], [85_000, 15], [100_000, 15])));
    assert.deepEqual(baselineRuns, [15, 24]);
    assert.equal(now?.verdict, 'worse');
  });

  test('moves onto a worse level that is accepted', () => {
    const results = daysOf(levelsOf([100_000, 20], [112_000, 20]));
    const { now, baselineRuns } = figureOf(results, 'iops', { accepted: ['day25.json'] });
    assert.deepEqual(baselineRuns, [20, 29]);
    assert.equal(now?.verdict, 'same');
  });

  test('is left behind by what creeps, a little with each run', () => {
    const results = daysOf(Array.from({ length: 60 }, (_, day) => 100_000 * 1.002 ** day));
    const { now } = figureOf(results, 'mean');
    assert.equal(now?.verdict, 'worse');
  });

  test('needs two runs, and one is no figure of now', () => {
    assert.equal(figureOf([dayOf(0, 100_000)]).now, undefined);
    assert.equal(figureOf(daysOf(levelsOf([100_000, 2]))).now?.verdict, 'inconclusive');
  });

  test('counts the figures that stand worse', () => {
    assert.equal(historyOf(daysOf(levelsOf([100_000, 20], [120_000, 10]))).worse, 2);
    assert.equal(historyOf(daysOf(levelsOf([100_000, 20], [85_000, 10]))).worse, 0);
  });
});

describe('the environment', () => {
  test('changes of firmware, kernel, governor and tool are a class of their own, at their run', () => {
    const results = daysOf(levelsOf([100_000, 20]), (result, day) => ({
      ...withFirmware(result, day < 5 ? '1.0' : '1.1'),
      host: {
        ...result.host,
        kernel: day < 8 ? '6.1' : '6.8',
        governor: day < 9 ? 'performance' : 'powersave',
      },
      tool: { ...result.tool, version: day < 11 ? '0.1.0' : '0.2.0' },
    }));
    const [track] = historyOf(results).tracks;
    assert.deepEqual(
      track.environment.map(({ run, fact, before, after }) => [run, fact, before, after]),
      [
        [5, 'device.firmwareRevision', '1.0', '1.1'],
        [8, 'host.kernel', '6.1', '6.8'],
        [9, 'host.governor', 'performance', 'powersave'],
        [11, 'tool', 'nvbench 0.1.0', 'nvbench 0.2.0'],
      ],
    );
    assert.deepEqual(
      track.figures.flatMap(({ changes }) => changes),
      [],
    );
  });

  test('a fill state that creeps is told when it has come far enough, and wear with each percent', () => {
    const results = daysOf(levelsOf([100_000, 12]), (result, day) => ({
      ...result,
      devices: result.devices.map((device) => ({
        ...device,
        utilizationBytes: device.capacityBytes * (0.1 + 0.02 * day),
        smartBefore: worn(day < 6 ? 3 : 4),
      })),
    }));
    const facts = historyOf(results).tracks[0].environment.map(({ run, fact }) => `${run} ${fact}`);
    assert.deepEqual(
      facts.filter((text) => text.endsWith('wear')),
      ['6 device.wear'],
    );
    assert.deepEqual(
      facts.filter((text) => text.endsWith('fillState')),
      [3, 6, 9].map((run) => `${run} device.fillState`),
    );
  });

  test('what a run does not know has not changed', () => {
    const results = daysOf(levelsOf([100_000, 6]), (result, day) => ({
      ...result,
      host: { ...result.host, governor: day === 3 ? null : 'performance' },
    }));
    assert.deepEqual(historyOf(results).tracks[0].environment, []);
  });
});

describe('tracks', () => {
  test('other devices, hosts and workloads are told apart; firmware is no other device', () => {
    const serial = (result: BenchResult, serialNumber: string): BenchResult => ({
      ...result,
      devices: result.devices.map((device) => ({ ...device, serialNumber })),
    });
    const results = daysOf(levelsOf([100_000, 8]), (result, day) => {
      if (day === 0) return serial(result, 'other');
      if (day === 1) return { ...result, host: { ...result.host, hostname: 'elsewhere' } };
      if (day === 2) return { ...result, config: { jobs: [{ name: 'x' }] }, workload: undefined };
      return day === 3 ? withFirmware(result, 'new') : result;
    });
    assert.deepEqual(
      historyOf(results).tracks.map(({ runs }) => runs.length),
      [5, 1, 1, 1],
    );
  });

  test('runs that only the names of their hosts tell apart are told, unless each has enough of them', () => {
    const named = (days: number, names: number) =>
      historyOf(
        daysOf(levelsOf([100_000, days]), (result, day) => ({
          ...result,
          host: { ...result.host, hostname: `c${day % names}` },
        })),
      ).manyNames.map(({ hostnames, results }) => [hostnames.length, results]);
    assert.deepEqual([named(6, 6), named(6, 3), named(12, 3), named(6, 2)], [[[6, 6]], [[3, 6]], [], []]);
  });

  test('a run that did not end is left out by name, and one given twice counts once', () => {
    const results = daysOf(levelsOf([100_000, 5]), (result, day) => ({ ...result, complete: day !== 2 }));
    const { tracks, leftOut, repeatedRuns } = historyOf([...results, results[0]]);
    assert.equal(tracks[0].runs.length, 4);
    assert.deepEqual(leftOut, [{ name: 'day3.json', reason: 'not every job ran to its end' }]);
    assert.equal(repeatedRuns, 1);
  });

  test('a run with an invalid job is of no level, and left out with the reason', () => {
    const verdict = { level: 'invalid' as const, reasons: ['io-timeout'] };
    const results = daysOf(levelsOf([100_000, 5]), (result, day) =>
      day === 2 ? { ...result, jobs: result.jobs.map((job) => ({ ...job, verdict })) } : result,
    );
    const { tracks, leftOut } = historyOf(results);
    assert.equal(tracks[0].runs.length, 4);
    assert.deepEqual(leftOut, [{ name: 'day3.json', reason: 'its job randread is invalid: io-timeout' }]);
  });

  test('a run without the job leaves a gap, and changes are still told at their run', () => {
    const results = daysOf(levelsOf([100_000, 15], [115_000, 15]), (result, day) =>
      day === 4 ? { ...result, jobs: result.jobs.map((job) => ({ ...job, name: 'another' })) } : result,
    );
    const { values, changes } = figureOf(results);
    assert.equal(values[4], null);
    assert.deepEqual(
      changes.map(({ run }) => run),
      [15],
    );
  });
});
