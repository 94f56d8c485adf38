/** A job that is to become steady: its rounds, when it is, and when it is no more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../../bench/config/load.js';
import { steadyDoubts } from '../../../../bench/run/doubts/steady.js';
import { SteadyWatch } from '../../../../bench/run/job/steady-watch.js';
import { run } from '../../../../bench/run/run.js';
import { latencyIndex } from '../../../../engine/stats/histogram.js';
import { countsOf, emptyCounts } from '../../../../engine/stats/operations.js';
import { steadyText } from '../../../../reports/document/steady-record.js';

const askedFor = (written: string) => {
  const text = `device: sim\nallow_writes: true\njobs: [{ name: a, rw: randrw, runtime: 1h, steadystate: ${written} }]`;
  const asked = parseConfig(text, 'x.yaml').jobs[0].steadyState;
  assert.ok(asked);
  return asked;
};

/** Rounds of a second with so many reads each, at 100 us, in five takings. */
function watched(written: string, reads: readonly number[], latencyUs = (_round: number): number => 100) {
  const watch = new SteadyWatch(askedFor(written), { bsBytes: 4096 });
  for (const [round, ios] of reads.entries())
    for (let part = 1; part <= 5; part++) {
      const counts = emptyCounts();
      countsOf(counts, 'read')[latencyIndex(latencyUs(round) * 1000)] = ios / 5;
      watch.add(counts, round * 1e9 + part * 2e8);
    }
  return watch;
}

const RULE = '{ of: iops, round: 1s }';
const FALLING = [20_000, 16_000, 13_000, 11_000, 10_400, 10_200, 10_100, 10_050, 10_020, 10_010];

test('a metric alone is the rule of SNIA PTS', () => {
  const { metric, rounds, roundMs, rangePercent, slopePercent, end } = askedFor('{ of: iops }');
  assert.deepEqual(
    [metric, rounds, roundMs, rangePercent, slopePercent, end],
    ['iops', 5, 60_000, 20, 10, true],
  );
});

test('it is steady with the first five rounds that keep range and slope', () => {
  const watch = watched(RULE, FALLING);
  const { reached, values, left } = watch.record();
  assert.equal(watch.done, true);
  assert.deepEqual(values, FALLING);
  // 11000 to 10050 is the first window: the one before, from 13000 on, has a range of 27 %.
  assert.deepEqual([reached?.fromNs, reached?.toNs, reached?.average], [3e9, 8e9, 10_350]);
  assert.equal(left, undefined);
});

test('rounds that begin before `after` are not looked at', () => {
  const steady = Array(9).fill(10_000);
  const { reached } = watched('{ of: iops, round: 1s, after: 2500ms }', steady).record();
  assert.deepEqual([reached?.fromNs, reached?.toNs], [3e9, 8e9]);
});

test('limits may be parts of a percent', () => {
  const rounds = [10_000, 10_000, 10_000, 10_000, 10_030];
  const rule = (range: number) => `{ of: iops, round: 1s, range: ${range}, slope: 1000 }`;
  assert.equal(watched(rule(0.2), rounds).record().reached, undefined);
  assert.equal(watched(rule(0.4), rounds).record().reached?.toNs, 5e9);
});

test('rounds within range but on a slope are not steady, until the slope has gone', () => {
  const slope = [10_000, 10_400, 10_800, 11_200, 11_600];
  assert.equal(watched(RULE, slope).record().reached, undefined);
  assert.equal(watched(RULE, [...slope, 11_600, 11_600]).record().reached?.toNs, 7e9);
});

test('leaving it is found and named, and a job that is to end then has no more to say', () => {
  const rounds = [...Array(6).fill(10_000), 5000, 5000, 5000];
  const watch = watched('{ of: iops, round: 1s, end: false }', rounds);
  assert.equal(watch.done, false);
  const record = watch.record();
  assert.deepEqual([record.reached?.toNs, record.left?.fromNs, record.left?.toNs], [5e9, 2e9, 7e9]);
  assert.match(steadyText({ steady: record }) ?? '', /10000 on average.*left it from 2\.0 s to 7\.0 s/);
});

test('a stalled drive is at 0, and that is not steady', () => {
  assert.equal(watched(RULE, Array(8).fill(0)).record().reached, undefined);
});

test('any metric can be it: a percentile that falls is not steady where IOPS are', () => {
  const reads = Array(8).fill(10_000);
  const falling = (round: number): number => 1000 / (round + 1);
  assert.notEqual(watched(RULE, reads, falling).record().reached, undefined);
  assert.equal(watched('{ of: read.p99, round: 1s }', reads, falling).record().reached, undefined);
  assert.ok(
    Math.abs((watched('{ of: read.p99, round: 1s }', reads).record().reached?.average ?? 0) / 1e5 - 1) < 0.01,
  );
});

test('bandwidth is of the bytes that were moved', () => {
  const { reached } = watched('{ of: bandwidth, round: 1s }', Array(5).fill(1000)).record();
  assert.equal(reached?.average, 4_096_000);
});

test('a job that never was steady, or did not stay so, says so in a warning', () => {
  const codes = (reads: readonly number[]): string[] => {
    const steady = watched('{ of: iops, round: 1s, end: false }', reads).record();
    return steadyDoubts({ steady }).map(({ code }) => code);
  };
  assert.deepEqual(codes(Array(6).fill(1000)), []);
  assert.deepEqual(codes([1000, 2000, 3000, 4000, 5000, 6000]), ['not-steady']);
  assert.deepEqual(codes([...Array(5).fill(1000), 500]), ['left-steady-state']);
  assert.deepEqual(steadyDoubts({}), []);
});

for (const [written, more, message] of [
  ['{ of: iops }', '', /needs runtime/],
  ['{ of: iops, round: 1m }', ', runtime: 4m', /its 5 rounds take 5m, and runtime is 4m/],
  ['{ of: iopz }', ', runtime: 1h', /expects iops, bandwidth, mean or a percentile/],
  ['{ of: iops, round: 10ms }', ', runtime: 1h', /at least 1s/],
  ['{ of: write.iops }', ', runtime: 1h', /does no write/],
  ['{ of: iops, round: 1s }', ', runtime: 24d', /at most 10000 rounds/],
] as const)
  test(`steadystate: ${written}${more} is refused`, () => {
    const text = `device: sim\njobs: [{ name: a, rw: randread, size: 1m, steadystate: ${written}${more} }]`;
    assert.throws(() => parseConfig(text, 'x.yaml'), message);
  });

const JOB = { rw: 'randread', bs: '4k', iodepth: 64 } as const;

// What the host holds up is due all the same: of a rate the steady state is known on a busy machine, too.
test('on a software controller it ends once steady, at what is due within 3 percent', {
  timeout: 180_000,
}, async () => {
  const steadystate = { of: 'iops', round: '2s', rounds: 3 };
  const { result } = await run({
    device: 'sim:?size=64MiB&latency=none',
    hugepages: 'never',
    jobs: [{ name: 'a', ...JOB, iodepth: 512, rate_iops: 500, runtime: '60s', steadystate }],
  });
  const [{ stopReason, steady, elapsedNs }] = result.jobs;
  assert.equal(stopReason, 'steady');
  assert.equal(result.complete, true);
  assert.ok(elapsedNs < 55e9);
  assert.ok(Math.abs((steady?.reached?.average ?? 0) / 500 - 1) < 0.03, JSON.stringify(steady));
});
