/** Gates on response times follow the rules of those on latencies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateGates, type GateRequest, parseGate } from '../../../reports/gates/index.js';
import { type BenchResult, buildResponse } from '../../../reports/index.js';
import { countsOf } from '../../engine/stats/random.js';
import { named, resultOf } from '../compare/documents.js';

/** A result with a repeat for each list of response times. */
function responding(seed: number, ...repeats: (readonly number[])[]): BenchResult {
  const result = resultOf(
    repeats.map(() => ({ meanNs: 100_000 })),
    seed,
  );
  const jobs = result.jobs.map((job, i) => ({ ...job, response: buildResponse(countsOf(repeats[i])) }));
  return { ...result, jobs };
}

function check(text: string, result: GateRequest['result'], more: Partial<GateRequest> = {}) {
  return evaluateGates({ gates: [parseGate(text)], result, ...more }).gates[0].checks[0];
}

/** So many response times around 1 ms, one of them as said. */
const times = (count: number, highestNs: number): number[] =>
  Array.from({ length: count }, (_, i) => (i === 0 ? highestNs : 990_000 + (20_000 * i) / count));

const runs = (name: string, count: number, ios: number, highestNs: number, seed = 1) =>
  Array.from({ length: count }, (_, i) =>
    named(`${name}${i}`, responding(10 * seed + i, times(ios, highestNs + i * 1000))),
  );

test('a tail of response times with fewer than ten I/Os of a run beyond it decides nothing', () => {
  const few = runs('r', 6, 900, 2_000_000);
  assert.match(check('response_p99 <= 1s', few).reason, /fewer than 10 I\/Os of a run lie beyond it/);
  assert.equal(check('response_p99 <= 1s', few).verdict, 'inconclusive');
  assert.equal(check('response_p99 <= 1s', runs('r', 6, 2000, 2_000_000)).verdict, 'pass');
  assert.equal(check('response_p50 <= 1s', few).verdict, 'pass');
});

test('the highest response time is a fact of the runs, and nothing to hold against few others', () => {
  const result = runs('r', 3, 2000, 5_000_000);
  const { value = 0, interval } = check('response_max <= 4ms', result);
  assert.ok(Math.abs(value / 5_002_000 - 1) < 0.002, `${value}`);
  assert.equal(interval, undefined);
  assert.equal(check('response_max <= 4ms', result).verdict, 'fail');
  const against = check('response_max <= +900% vs baseline', result, {
    baseline: runs('b', 3, 2000, 5_000_000, 2),
  });
  assert.equal(against.verdict, 'inconclusive');
  assert.match(against.reason, /one I\/O of a run makes it/);
});

test('percentiles of response times over repeats are those of all of them, not a mean of percentiles', () => {
  const at = (ns: number) => Array.from({ length: 5000 }, () => ns);
  const { value = 0 } = check('response_p99 <= 1s', named('r', responding(1, at(1_000_000), at(9_000_000))));
  assert.ok(Math.abs(value / 9_000_000 - 1) < 0.01, `${value}`);
});
