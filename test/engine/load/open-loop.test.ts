import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Arrivals, type RateProcess } from '../../../engine/load/pace/arrivals.js';
import { TALLY } from '../../../engine/load/tally.js';
import { countsOf, responseCountsOf } from '../../../engine/stats/operations.js';
import { percentileNs, summarizeCounts } from '../../../engine/stats/percentiles.js';
import { responseCdf, responsePercentileNs } from '../../queueing.js';
import { openLoop, playedSpec } from './specs.js';

const START_NS = 1e9;

interface Asked {
  readonly rateIops: number;
  readonly process?: RateProcess;
  readonly iodepth?: number;
  readonly numberIos?: number;
}

/** A loop whose every look at the clock is `clock.ns`, on a queue that the test completes. */
function opened({ rateIops, process = 'linear', iodepth = 1, numberIos }: Asked) {
  const { spec, pairs, control } = playedSpec({ iodepth, ...(numberIos === undefined ? {} : { numberIos }) });
  const loop = openLoop({ ...spec, rateIops, rateProcess: process }, control.activeSet());
  const clock = { ns: START_NS };
  const reading = Object.defineProperty({}, 0, { get: () => clock.ns, set: () => undefined });
  for (const name of ['nowNs', 'reapedNs', 'submittedNs']) {
    assert.ok(name in loop);
    Object.defineProperty(loop, name, { value: reading });
  }
  loop.prime();
  const twin = new Arrivals({ rateIops, process, seed: spec.seed, phase: 0 });
  twin.begin(START_NS);
  /** When the next I/O is due, one after the other. */
  const nextDue = (): number => {
    twin.arrive(1, Number.POSITIVE_INFINITY);
    return twin.dueNs[0];
  };
  return { loop, pair: pairs[0], clock, nextDue };
}

/** Arrivals at a device that serves one at a time, each for `serviceNs`: what the loop says of `ios` of them. */
function queueing(process: RateProcess, load: number, serviceNs: number, ios: number) {
  const { loop, pair, clock, nextDue } = opened({ rateIops: (load * 1e9) / serviceNs, process });
  let due = nextDue();
  let doneNs = Number.POSITIVE_INFINITY;
  while (loop.tally[TALLY.COMPLETED] < ios) {
    clock.ns = Math.min(due, doneNs);
    if (doneNs <= clock.ns) {
      pair.completeAll();
      doneNs = Number.POSITIVE_INFINITY;
    }
    if (due <= clock.ns) due = nextDue();
    loop.run(1);
    if (doneNs === Number.POSITIVE_INFINITY && loop.outstanding() > 0) doneNs = clock.ns + serviceNs;
  }
  return {
    service: summarizeCounts(countsOf(loop.histograms, 'read')),
    response: summarizeCounts(responseCountsOf(loop.histograms)),
    p99Ns: percentileNs(responseCountsOf(loop.histograms), 99),
  };
}

describe('with Poisson arrivals at a device of constant service time', () => {
  const SERVICE_NS = 100_000;
  for (const [load, within] of [
    [0.3, 0.01],
    [0.6, 0.015],
    [0.8, 0.02],
    [0.9, 0.02],
  ])
    test(`mean and p99 of the response time are those of M/D/1 at a load of ${load}`, () => {
      const { service, response, p99Ns } = queueing(
        'poisson',
        load,
        SERVICE_NS,
        load < 0.9 ? 300_000 : 600_000,
      );
      const expectedNs = SERVICE_NS * (1 + load / (2 * (1 - load)));
      assert.ok(Math.abs(service.meanNs / SERVICE_NS - 1) < 0.001, `service ${service.meanNs}`);
      assert.ok(
        Math.abs(response.meanNs / expectedNs - 1) < within,
        `response ${response.meanNs}, M/D/1 ${expectedNs}`,
      );
      assert.equal(response.totalCount, service.totalCount);
      const p99OfTheoryNs = responsePercentileNs(load, SERVICE_NS, 0.99);
      assert.ok(Math.abs(p99Ns / p99OfTheoryNs - 1) < 0.05, `p99 ${p99Ns}, M/D/1 ${p99OfTheoryNs}`);
    });

  test('the tail that p99 is held against is that of the whole law', () => {
    for (const load of [0.3, 0.6, 0.8]) {
      const p99Ns = responsePercentileNs(load, SERVICE_NS, 0.99);
      assert.ok(Math.abs(responseCdf((load * 1e9) / SERVICE_NS, SERVICE_NS, p99Ns) - 0.99) < 1e-3, `${load}`);
    }
  });
});

test('with even arrivals below saturation nothing waits', () => {
  const { service, response } = queueing('linear', 0.95, 100_000, 20_000);
  assert.ok(response.maxNs <= service.maxNs && response.minNs >= service.minNs);
});

test('a stall counts for all that was due meanwhile, and only once in the latency', () => {
  const { loop, pair, clock } = opened({ rateIops: 1000 });
  loop.run(1);
  // The first I/O takes 200 ms; 200 more are due while it does.
  clock.ns = START_NS + 200e6;
  pair.completeAll();
  loop.run(1);
  for (let i = 0; i < 200; i++) {
    pair.completeAll();
    loop.run(1);
  }
  const service = summarizeCounts(countsOf(loop.histograms, 'read'));
  const response = summarizeCounts(responseCountsOf(loop.histograms));
  assert.deepEqual([service.totalCount, response.totalCount], [201, 201]);
  assert.ok(Math.abs(service.meanNs - 200e6 / 201) < 1e6);
  assert.ok(Math.abs(response.meanNs - 100e6) < 2e6, `${response.meanNs}`);
});

test('no more than the depth is ever outstanding, and what never began is told', () => {
  const { loop, pair, clock } = opened({ rateIops: 1000, iodepth: 4 });
  clock.ns = START_NS + 50.5e6;
  loop.run(3);
  assert.equal(pair.fetch().length, 4);
  assert.equal(loop.outstanding(), 4);
  assert.equal(loop.unsent(clock.ns), 51 - 4);
});

test('what fails has no response time', () => {
  const { loop, pair, clock } = opened({ rateIops: 1000 });
  loop.run(1);
  pair.fetch();
  clock.ns += 10_000;
  pair.complete(0, { status: 0x80 });
  loop.run(1);
  assert.equal(loop.tally[TALLY.ERRORS], 1);
  assert.equal(summarizeCounts(responseCountsOf(loop.histograms)).totalCount, 0);
});

test('a number of I/Os is begun exactly, and then nothing is due any more', () => {
  const { loop, pair, clock } = opened({ rateIops: 1000, iodepth: 8, numberIos: 20 });
  for (let i = 0; i < 10; i++) {
    clock.ns += 5e6;
    loop.run(1);
    pair.completeAll();
  }
  loop.run(1);
  assert.equal(loop.tally[TALLY.COMPLETED], 20);
  assert.ok(loop.pacer.spent);
  assert.equal(loop.unsent(clock.ns), 0);
});
