/** Gates on all operations of a job together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkGate, evaluateGates, type GateRequest, parseGate } from '../../../reports/gates/index.js';
import { type BenchResult, buildOperation, type JobRecord } from '../../../reports/index.js';
import { jobOf, named, runsAround } from '../compare/documents.js';
import { countsOf, sampleResult } from '../sample.js';

const SECONDS = 2;

/** 70,000 reads of about 100 µs and 30,000 writes of about 1 ms in 2 s, in each of 8 repeats; `scale` of them. */
function mixed(scale = 1): BenchResult {
  const jobs = runsAround(100_000, 8).map(({ meanNs }, index): JobRecord => {
    const part = (ns: number, ios: number) =>
      buildOperation(countsOf([Math.round(ns), Math.round(ios * scale)]), 4096, SECONDS * 1e9, 0);
    const directions = { read: part(meanNs, 70_000), write: part(10 * meanNs, 30_000) };
    const repeat = { index, count: 8 };
    return {
      ...jobOf({ meanNs }, index + 1, 'mix'),
      rw: 'randrw',
      repeat,
      elapsedNs: SECONDS * 1e9,
      directions,
    };
  });
  return { ...sampleResult(), jobs };
}

const judged = (text: string, result: BenchResult, more: Partial<GateRequest> = {}) =>
  evaluateGates({ gates: [parseGate(text)], result: named('r', result), ...more }).gates[0];

test('rates of a total add up, bounds of one operation do not', () => {
  const { verdict, checks } = judged('mix.total.iops >= 45k', mixed());
  assert.deepEqual(
    [verdict, Math.round(checks[0].value ?? 0), checks[0].direction],
    ['pass', 50_000, 'total'],
  );
  assert.equal(judged('total.iops >= 55k', mixed()).verdict, 'fail');
  assert.equal(judged('mix.read.iops >= 45k', mixed()).verdict, 'fail');
});

test('latencies of a total are those of all I/Os', () => {
  // Three in ten take ten times as long: the median is a read, the 80th of a hundred a write.
  const [median] = judged('total.p50 <= 1s', mixed()).checks;
  const [p80] = judged('total.p80 <= 1s', mixed()).checks;
  assert.ok(Math.abs((median.value ?? 0) / 100_000 - 1) < 0.05, `${median.value}`);
  assert.ok(Math.abs((p80.value ?? 0) / 1_000_000 - 1) < 0.05, `${p80.value}`);
});

test('a total is held against that of the baseline', () => {
  const baseline = named('b', mixed());
  assert.equal(judged('total.iops >= -5% vs baseline', mixed(0.7), { baseline }).verdict, 'fail');
  assert.equal(judged('total.iops >= -10% vs baseline', mixed(1.1), { baseline }).verdict, 'pass');
});

test('of a job with one operation the total is that one, and of a whole job there is none', () => {
  const jobs = [{ name: 'reads', directions: ['read'] as const }];
  assert.doesNotThrow(() => checkGate(parseGate('reads.total.iops >= 1k'), jobs));
  assert.throws(() => checkGate(parseGate('total.cpu_per_io <= 1us'), jobs), /of a whole job/);
  const result = { ...sampleResult(), jobs: runsAround(100_000, 8).map((run, i) => jobOf(run, i + 1)) };
  assert.deepEqual(
    judged('total.iops >= 9k', result).checks[0].value,
    judged('read.iops >= 9k', result).checks[0].value,
  );
});

test('a gate on a job of several operations that names none is told of the total', () => {
  const [check] = judged('iops >= 1k', mixed()).checks;
  assert.match(check.reason, /say which: read\.iops or write\.iops or total\.iops/);
});
