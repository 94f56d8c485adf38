/** I/Os of a trace through the ring and the loop, in a time that the test makes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operationsHash } from '../../../../engine/load/operations-hash.js';
import { RecordedSchedule } from '../../../../engine/load/replay/recorded-schedule.js';
import { type Replay, TraceRing } from '../../../../engine/load/replay/trace-ring.js';
import { countsOf, OPERATIONS, responseCountsOf } from '../../../../engine/stats/operations.js';
import { summarizeCounts, totalCountOf } from '../../../../engine/stats/percentiles.js';
import { TRACE_RECORD, type TraceRecords } from '../../../../engine/stats/trace-record.js';
import { openLoop, playedSpec } from '../specs.js';

const START_NS = 1e9;
const LBA_BYTES = 512;

interface Io {
  readonly dueNs: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly operation: number;
}

/** Reads and writes of one to eight blocks, every 10 us, some beyond 2 TiB. */
const iosOf = (count: number): Io[] =>
  Array.from({ length: count }, (_, i) => ({
    dueNs: i * 10_000,
    offsetBytes: (i % 7 === 3 ? 2 ** 42 : 0) + ((i * 37) % 1000) * LBA_BYTES,
    lengthBytes: ((i % 8) + 1) * LBA_BYTES,
    operation: i % 3 === 0 ? 1 : 0,
  }));

const recordsOf = (ios: readonly Io[]): TraceRecords => ({
  read: (from, into) => {
    const part = ios.slice(from, from + into.length / TRACE_RECORD.WORDS);
    for (const [i, { dueNs, offsetBytes, lengthBytes, operation }] of part.entries())
      into.set([dueNs, offsetBytes, lengthBytes, i * TRACE_RECORD.LINE + operation], i * TRACE_RECORD.WORDS);
    return part.length;
  },
});

function opened(
  ios: readonly Io[],
  { iodepth = 64, ring = 16, ...change }: Partial<Replay> & { iodepth?: number; ring?: number } = {},
) {
  const replay: Replay = { ios: ios.length, noStall: false, speed: 1, spanNs: 0, writtenBytes: 0, ...change };
  const trace = new TraceRing(recordsOf(ios), replay, LBA_BYTES, ring);
  trace.topUp();
  const law = { fromBytes: LBA_BYTES, toBytes: 8 * LBA_BYTES };
  const lengths = { read: { law, alignBytes: LBA_BYTES }, write: { law, alignBytes: LBA_BYTES } };
  const traceFirst = trace.first();
  const { spec, pairs, control } = playedSpec({
    iodepth,
    readPercent: 50,
    replay,
    lengths,
    numberIos: ios.length,
    traceRing: trace.memory,
    traceFirst,
  });
  const loop = openLoop(spec, control.activeSet());
  const clock = { ns: START_NS };
  const reading = Object.defineProperty({}, 0, { get: () => clock.ns, set: () => undefined });
  for (const name of ['nowNs', 'reapedNs', 'submittedNs'])
    Object.defineProperty(loop, name, { value: reading });
  loop.prime();
  const behind = () => (loop.schedule instanceof RecordedSchedule ? loop.schedule.behind() : undefined);
  return { loop, pair: pairs[0], clock, trace, spec, behind };
}

/** Lets the device be as fast as the loop until everything has gone, at steps of the clock; tops the ring up before each. */
function playOut({ loop, pair, clock, trace }: ReturnType<typeof opened>, stepNs: number): void {
  for (let i = 0; i < 100_000 && !(loop.pacer.spent && loop.outstanding() === 0); i++) {
    trace.topUp();
    loop.run(1);
    pair.completeAll();
    clock.ns += stepNs;
  }
  assert.equal(loop.outstanding(), 0);
}

const issuedOf = ({ loop }: ReturnType<typeof opened>): Io[] => {
  const { operations, slbas, lbas, dueNs } = loop.issued.ios();
  return Array.from(slbas, (slba, i) => ({
    dueNs: dueNs[i] - START_NS,
    offsetBytes: slba * LBA_BYTES,
    lengthBytes: lbas[i] * LBA_BYTES,
    operation: operations[i],
  }));
};

test('all of a trace is issued, in order and when it is due, through a ring that holds less', () => {
  const ios = iosOf(1000);
  const played = opened(ios);
  playOut(played, 5000);
  assert.deepEqual(issuedOf(played), ios);
  assert.deepEqual(played.behind(), { ios: 0, mostNs: 0, dryLooks: 0 });
  const { histograms } = played.loop;
  const counted = OPERATIONS.map((name) => totalCountOf(countsOf(histograms, name)));
  assert.deepEqual(counted.slice(0, 2), [666, 334]);
  assert.equal(totalCountOf(responseCountsOf(histograms)), 1000);
});

test('at twice the speed everything is due after half the time', () => {
  const ios = iosOf(100);
  const played = opened(ios, { speed: 2, ring: 128 });
  playOut(played, 5000);
  assert.deepEqual(
    issuedOf(played),
    ios.map((io) => ({ ...io, dueNs: io.dueNs / 2 })),
  );
});

test('a device that stalls moves no due time, and it is said how many began late', () => {
  const ios = iosOf(1000);
  const played = opened(ios, { iodepth: 8, ring: 1024 });
  const { loop, pair, clock, behind } = played;
  loop.run(1);
  // The first I/O takes 5 ms; those due meanwhile wait for a slot, but for seven.
  for (let ns = 0; ns < 5e6; ns += 10_000) {
    clock.ns += 10_000;
    loop.run(1);
  }
  assert.equal(loop.outstanding(), 8);
  assert.equal(loop.unsent(clock.ns), 501 - 8);
  pair.completeAll();
  playOut(played, 1000);
  assert.deepEqual(issuedOf(played), ios);
  const found = behind();
  assert.ok(found !== undefined && found.ios > 390 && found.ios < 500, `${found?.ios}`);
  assert.ok(found.mostNs > 4.8e6 && found.mostNs < 5e6, `${found.mostNs}`);
  assert.ok(summarizeCounts(responseCountsOf(loop.histograms)).maxNs > 4.9e6);
});

test('without stalls everything goes at once, in order', () => {
  const ios = iosOf(200);
  const played = opened(ios, { noStall: true, ring: 256 });
  playOut(played, 0);
  assert.deepEqual(
    issuedOf(played),
    ios.map((io) => ({ ...io, dueNs: 0 })),
  );
});

test('a trace that comes too slowly is waited for, and that is told', () => {
  const ios = iosOf(64);
  const played = opened(ios, { ring: 16 });
  const { loop, pair, clock, behind } = played;
  clock.ns += 1e6;
  for (let i = 0; i < 4; i++) {
    loop.run(1);
    pair.completeAll();
  }
  assert.equal(issuedOf(played).length, 16);
  assert.ok((behind()?.dryLooks ?? 0) > 0);
  playOut(played, 1000);
  assert.deepEqual(issuedOf(played), ios);
});

test('the operations hash is that of the trace, whatever ring brings it', () => {
  const ios = iosOf(100);
  const hash = (some: readonly Io[], ring: number): string =>
    operationsHash([opened(some, { ring }).spec]).value;
  assert.equal(hash(ios, 128), hash(ios, 256));
  assert.notEqual(hash(ios, 128), hash(ios.toReversed(), 128));
});
