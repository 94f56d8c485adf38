/** A job that ends once a metric is known well enough: what it measures, when it ends, and what it says of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../../bench/config/load.js';
import { sureDoubts } from '../../../../bench/run/doubts/sure.js';
import { SureWatch } from '../../../../bench/run/job/sure-watch.js';
import { run } from '../../../../bench/run/run.js';
import { latencyIndex } from '../../../../engine/stats/histogram.js';
import { countsOf, emptyCounts } from '../../../../engine/stats/operations.js';
import { sureText } from '../../../../reports/document/sure-record.js';

const askedFor = (written: string) => {
  const text = `device: sim\nallow_writes: true\njobs: [{ name: a, rw: randrw, runtime: 1h, until_sure: ${written} }]`;
  const asked = parseConfig(text, 'x.yaml').jobs[0].untilSure;
  assert.ok(asked);
  return asked;
};

/** Stretches of 200 ms in each of which so many reads completed, half of them in 100 us and half in 300 us. */
function watched(written: string, budgetMs: number, reads: readonly number[]): SureWatch {
  const watch = new SureWatch(askedFor(written), { bsBytes: 4096 }, budgetMs);
  for (const [i, ios] of reads.entries()) {
    const counts = emptyCounts();
    for (const us of [100, 300]) countsOf(counts, 'read')[latencyIndex(us * 1000)] = ios / 2;
    watch.add(counts, (i + 1) * 2e8);
  }
  return watch;
}

const even = (stretches: number, ios: number): number[] => Array(stretches).fill(ios);

test('each metric is that of the report, in its unit', () => {
  const estimate = (of: string): number =>
    Math.round(watched(`{ of: ${of}, precision: 1 }`, 6000, even(40, 200)).record().estimate ?? -1);
  assert.equal(estimate('iops'), 1000);
  assert.equal(estimate('read.iops'), 1000);
  assert.equal(estimate('bandwidth'), 4_096_000);
  assert.ok(Math.abs(estimate('mean') / 200_000 - 1) < 0.001);
  assert.ok(Math.abs(estimate('p40') / 100_000 - 1) < 0.001);
  assert.ok(Math.abs(estimate('read.p90') / 300_000 - 1) < 0.001);
  assert.equal(estimate('write.iops'), -1);
});

test('it is done at a look, not before, and then has no more to learn', () => {
  const reads = [...even(44, 200), ...even(20, 1)];
  assert.equal(watched('{ of: iops, precision: 1 }', 13_500, reads.slice(0, 29)).done, false);
  const watch = watched('{ of: iops, precision: 1 }', 13_500, reads);
  const { reached, looks, mostLooks, estimate, achievedPercent } = watch.record();
  assert.equal(watch.done, true);
  assert.deepEqual([reached, looks, mostLooks, Math.round(estimate ?? 0)], [true, 1, 3, 1000]);
  assert.ok((achievedPercent ?? 1) < 1e-9);
});

test('a job that its budget ended says how well it is known, or that nobody can say', () => {
  const noisy = Array.from({ length: 60 }, (_, i) => 200 + 80 * Math.sin(i * i));
  const sure = watched('{ of: iops, precision: 0.1 }', 12_000, noisy).record();
  assert.equal(sure.reached, false);
  assert.ok((sure.achievedPercent ?? 0) > 1 && (sure.low ?? 0) < 1000 && (sure.high ?? 0) > 1000);
  assert.match(
    sureText({ sure }) ?? '',
    /iops 9\d\d\.\d+ to \d.* %: .* 95 % over all looks \(look 2 of 2, 0\.1 % asked\)/,
  );
  const few = watched('{ of: iops, precision: 1 }', 12_000, even(10, 200)).record();
  assert.deepEqual([few.reached, few.estimate], [false, undefined]);
  assert.deepEqual(
    [sure, few].flatMap((each) => sureDoubts({ sure: each })).map(({ code }) => code),
    ['not-sure', 'not-sure'],
  );
  assert.deepEqual(sureDoubts({}), []);
});

for (const [written, more, message] of [
  ['{ of: iops, precision: 1 }', '', /needs runtime/],
  ['{ of: iops, precision: 1 }', ', runtime: 5s', /nothing is sure within 5s/],
  ['{ of: iops }', ', runtime: 1m', /is required: a percentage/],
  ['{ of: iops, precision: 0 }', ', runtime: 1m', /a percentage above 0/],
  ['{ of: write.iops, precision: 1 }', ', runtime: 1m', /does no write/],
  [
    '{ of: iops, precision: 1 }',
    ', runtime: 1h, steadystate: { of: iops }',
    /ends by this or by steadystate/,
  ],
] as const)
  test(`until_sure: ${written}${more} is refused`, () => {
    const text = `device: sim\njobs: [{ name: a, rw: randread, size: 1m, until_sure: ${written}${more} }]`;
    assert.throws(() => parseConfig(text, 'x.yaml'), message);
  });

// What is due is due on a busy machine, too.
test('a job of a rate ends once sure of it, long before its runtime', { timeout: 120_000 }, async () => {
  const { result } = await run({
    device: 'null:?size=64MiB',
    jobs: [
      {
        name: 'a',
        rw: 'randread',
        iodepth: 256,
        rate_iops: 2000,
        runtime: '31s',
        until_sure: { of: 'iops', precision: 25 },
      },
    ],
  });
  const [{ stopReason, sure, elapsedNs, verdict }] = result.jobs;
  assert.equal(stopReason, 'sure', JSON.stringify(sure));
  assert.equal(result.complete, true);
  assert.ok(elapsedNs < 30e9 && (sure?.looks ?? 9) < 5);
  assert.ok(Math.abs((sure?.estimate ?? 0) / 2000 - 1) < 0.25);
  assert.ok(!verdict?.reasons.includes('not-sure'));
});
