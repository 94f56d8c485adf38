/** Addresses of I/Os of several lengths, as a source has them: `varied.ts` and `varied-source.ts`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceOptions } from '../../../../engine/load/workload/source.js';
import { placesOf } from '../../../../engine/load/workload/varied-source.js';
import { READ, WRITE } from '../../../../engine/stats/operations.js';
import { type Drawn, draw, TWO_32 } from './drawing.js';

const KIB = 1024;
const split = [
  { bytes: 4 * KIB, percent: 60 },
  { bytes: 16 * KIB, percent: 30 },
  { bytes: 64 * KIB, percent: 10 },
];
const READS = { read: { law: { split }, alignBytes: 4 * KIB } };
const BOTH = { ...READS, write: { law: { fromBytes: 8 * KIB, toBytes: 32 * KIB }, alignBytes: 8 * KIB } };

/** 1000 blocks of 4 KiB from block 24 on. */
const drawVaried = (change: Partial<SourceOptions>, count: number, sizes?: readonly number[]): Drawn[] =>
  draw({ startLba: 24, lengths: READS, ...change }, count, sizes);

const of = (drawn: readonly Drawn[], operation: number): Drawn[] =>
  drawn.filter((io) => io.operation === operation);

function assertWithin(drawn: readonly Drawn[], startLba: number, endLba: number): void {
  for (const { slba, lbas } of drawn)
    assert.ok(slba >= startLba && lbas > 0 && slba + lbas <= endLba, `${lbas} blocks at ${slba}`);
}

const CASES: Readonly<Record<string, Partial<SourceOptions>>> = {
  'random reads': {},
  'random reads that are drawn': { norandommap: true },
  'a random mix': { lengths: BOTH, readPercent: 40 },
  'a zipf law': { distribution: { law: 'zipf', theta: 1.1 } },
  'reads in sequence': { random: false },
  'a mix in sequence': { random: false, lengths: BOTH, readPercent: 70 },
  'reads with holes': { random: false, stepBytes: 8 * KIB },
  'reads backwards': { random: false, stepBytes: -128 * KIB },
  'partly random reads': { percentageRandom: 30 },
  'runs of eight': { runIos: 8 },
  'a mix far behind': { lengths: BOTH, readPercent: 40, startLba: TWO_32 - 4000 },
};

for (const [name, change] of Object.entries(CASES)) {
  test(`${name}: all of each I/O lies in the region`, () => {
    const { startLba = 24 } = change;
    assertWithin(drawVaried(change, 20_000), startLba, startLba + 8000);
  });

  test(`${name}: the sequence is the same in any batches`, () => {
    const whole = drawVaried(change, 5000);
    assert.deepEqual(drawVaried(change, 5000, [1, 7, 32, 2, 15]), whole);
    assert.deepEqual(drawVaried(change, 5000, [1]), whole);
    assert.notDeepEqual(drawVaried({ ...change, seed: 2 }, 5000), whole);
  });
}

test('each place where a random I/O may begin comes once before any comes twice', () => {
  const places = drawVaried({}, 2000).map(({ slba }) => (slba - 24) / 8);
  for (const pass of [places.slice(0, 1000), places.slice(1000)])
    assert.deepEqual(
      pass.sort((a, b) => a - b),
      Array.from({ length: 1000 }, (_, place) => place),
    );
});

test('reads and writes begin at multiples of their own, and go through their places each by itself', () => {
  const drawn = drawVaried({ lengths: BOTH, readPercent: 50 }, 3000);
  const [reads, writes] = [of(drawn, READ), of(drawn, WRITE)].map((ios) => ios.map(({ slba }) => slba - 24));
  assert.ok(reads.every((at) => at % 8 === 0) && reads.some((at) => at % 16 !== 0));
  assert.ok(writes.every((at) => at % 16 === 0));
  assert.equal(new Set(reads.slice(0, 1000)).size, 1000);
  assert.equal(new Set(writes.slice(0, 500)).size, 500);
});

test('places end where the shortest still fits, as in fio', () => {
  const region = { startLba: 24, blockLbas: 1, blocks: 100 };
  const law = { fromBytes: 8 * KIB, toBytes: 16 * KIB };
  // fio: (size - (min_bs - ba)) / ba.
  assert.deepEqual(placesOf(region, 512, { law, alignBytes: 4 * KIB }), { blockLbas: 8, blocks: 11 });
  assert.deepEqual(placesOf(region, 512, { law, alignBytes: 16 * KIB }), { blockLbas: 32, blocks: 3 });
});

test('I/Os in sequence begin where the one before ended, and again at the beginning where the shortest does not fit', () => {
  const drawn = drawVaried({ random: false }, 5000);
  let next = 24;
  for (const { slba, lbas } of drawn) {
    assert.equal(slba, next);
    next = slba + lbas + 8 > 8024 ? 24 : slba + lbas;
  }
  assert.ok(drawn.filter(({ slba }) => slba === 24).length > 5);
});

test('writes in sequence go on behind writes, reads behind reads', () => {
  const drawn = drawVaried({ random: false, lengths: BOTH, readPercent: 50 }, 400);
  for (const operation of [READ, WRITE]) {
    const ios = of(drawn, operation).slice(0, 100);
    for (const [i, { slba }] of ios.entries())
      assert.equal(slba, i === 0 ? 24 : ios[i - 1].slba + ios[i - 1].lbas);
  }
});

test('with holes, the next begins so far behind the end of the one before', () => {
  const drawn = drawVaried({ random: false, stepBytes: 8 * KIB }, 50);
  for (const [i, { slba }] of drawn.entries())
    assert.equal(slba, i === 0 ? 24 : drawn[i - 1].slba + drawn[i - 1].lbas + 16);
});

test('a job of one length has that in every record', () => {
  assert.deepEqual([...new Set(draw({}, 100).map(({ lbas }) => lbas))], [8]);
});
