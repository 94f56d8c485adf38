import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Law as SpreadLaw, Zone } from '../../../../engine/load/workload/distribution.js';
import { Skewed } from '../../../../engine/load/workload/skewed.js';
import { addresses, assertFits, next, positionOf, TWO_32, tally } from './drawing.js';

const DRAWS = 300_000;

function skewed(distribution: SpreadLaw, blocks: number, seed = 1): Skewed {
  return new Skewed({ startLba: 0, blockLbas: 1, blocks }, 512, distribution, Int32Array.of(seed, 0x5eed));
}

/** The rank that became this block: back through the bijection, as often as it was gone through. */
function rankOf(of: Skewed, blocks: number, block: number): number {
  let rank = block;
  do {
    const [low, high] = positionOf(of, rank);
    rank = high * 2 ** of.lowBits + low;
  } while (rank >= blocks);
  return rank;
}

/** Shares of the ranks below each, by the definitions alone. */
type Law = (rank: number) => number;

function zipfLaw(theta: number, blocks: number): Law {
  const head = Math.min(blocks, 200_000);
  const sums = new Float64Array(head + 1);
  for (let rank = 0; rank < head; rank++) sums[rank + 1] = sums[rank] + 1 / (rank + 1) ** theta;
  const integral = (to: number): number =>
    theta === 1 ? Math.log(to + 0.5) : ((to + 0.5) ** (1 - theta) - 1) / (1 - theta);
  const below = (rank: number): number =>
    rank <= head ? sums[rank] : sums[head] + integral(rank) - integral(head);
  return (rank) => below(rank) / below(blocks);
}

/** Abramowitz and Stegun 7.1.26; within 2e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592].reduce(
    (p, a) => p * t + a,
    0,
  );
  return Math.sign(x) * (1 - sum * t * Math.exp(-x * x));
}

function normalLaw(percent: number, blocks: number): Law {
  const phi = (rank: number): number => erf((rank / blocks - 0.5) / (percent / 100) / Math.SQRT2);
  return (rank) => (phi(rank) - phi(0)) / (phi(blocks) - phi(0));
}

/** Ranks in bins, none of which is to hold less than `least` of `DRAWS`; the head by single ranks. */
function binsOf(law: Law, blocks: number, least: number): number[] {
  const bounds = [0];
  const candidates = new Set<number>();
  for (let rank = 1; rank <= Math.min(blocks, 50); rank++) candidates.add(rank);
  for (let i = 1; i <= 200; i++)
    candidates.add(Math.floor((blocks * i) / 200)).add(Math.floor(blocks ** (i / 200)));
  for (const rank of [...candidates].sort((a, b) => a - b))
    if ((law(rank) - law(bounds[bounds.length - 1])) * DRAWS >= least) bounds.push(rank);
  bounds[bounds.length - 1] = blocks;
  return bounds;
}

function assertLaw(ranks: readonly number[], law: Law, blocks: number, what: string): void {
  const bounds = binsOf(law, blocks, 20);
  assert.ok(bounds.length > Math.min(blocks, 4), `${bounds.length} bins`);
  const counts = tally(ranks, bounds.length - 1, (rank) => bounds.findIndex((bound) => bound > rank) - 1);
  const expected = bounds.slice(1).map((bound, i) => (law(bound) - law(bounds[i])) * ranks.length);
  assertFits(counts, expected, what);
}

const paretoLaw =
  (h: number, blocks: number): Law =>
  (rank) =>
    (rank / blocks) ** (Math.log(1 - h) / Math.log(h));

const LAWS: readonly (readonly [name: string, distribution: SpreadLaw, law: (blocks: number) => Law])[] = [
  ...[0.5, 0.9, 1, 1.2, 2].map(
    (theta) => [`zipf:${theta}`, { law: 'zipf', theta }, (blocks: number) => zipfLaw(theta, blocks)] as const,
  ),
  ...[0.05, 0.2, 0.5, 0.7].map(
    (h) => [`pareto:${h}`, { law: 'pareto', h }, (blocks: number) => paretoLaw(h, blocks)] as const,
  ),
  ...[1, 10, 40, 100].map(
    (deviationPercent) =>
      [
        `normal:${deviationPercent}`,
        { law: 'normal', deviationPercent },
        (blocks: number) => normalLaw(deviationPercent, blocks),
      ] as const,
  ),
];

describe('ranks follow their law', () => {
  for (const [name, distribution, lawOf] of LAWS)
    for (const blocks of [300, 100_003, 2 ** 30, 2 ** 33 + 5])
      test(`${name} over ${blocks} blocks`, () => {
        // Of so few ranks a bell is a staircase, whose steps are not those of its integral.
        if (distribution.law === 'normal' && blocks < 1000) return;
        for (const seed of [1, 2]) {
          const of = skewed(distribution, blocks, seed);
          const ranks = next(of, DRAWS).map((block) => rankOf(of, blocks, block));
          assertLaw(ranks, lawOf(blocks), blocks, `seed ${seed}`);
        }
      });

  test('of 10 blocks each by k^-theta', () => {
    for (const theta of [0.3, 1, 1.5]) {
      const of = skewed({ law: 'zipf', theta }, 10);
      const ranks = next(of, DRAWS).map((block) => rankOf(of, 10, block));
      const weights = Array.from({ length: 10 }, (_, i) => (i + 1) ** -theta);
      const sum = weights.reduce((all, weight) => all + weight, 0);
      const expected = weights.map((weight) => (DRAWS * weight) / sum);
      assertFits(
        tally(ranks, 10, (rank) => rank),
        expected,
        `theta ${theta}`,
      );
    }
  });

  test('of pareto:0.2, a fifth of the blocks gets four fifths of the I/O, and of those the same', () => {
    const of = skewed({ law: 'pareto', h: 0.2 }, 10_000);
    const ranks = next(of, DRAWS).map((block) => rankOf(of, 10_000, block));
    const shareBelow = (rank: number): number => ranks.filter((each) => each < rank).length / DRAWS;
    assert.ok(Math.abs(shareBelow(2000) - 0.8) < 0.005, `${shareBelow(2000)}`);
    assert.ok(Math.abs(shareBelow(400) - 0.64) < 0.005, `${shareBelow(400)}`);
  });
});

describe('blocks of ranks', () => {
  for (const blocks of [1, 2, 3, 5, 64, 1000, 4097])
    test(`are each of the region, one for one rank: ${blocks}`, () => {
      const of = skewed({ law: 'zipf', theta: 0.1 }, blocks);
      const found = new Map<number, number>();
      for (const block of next(of, 40 * blocks + 100)) {
        assert.ok(block >= 0 && block < blocks);
        found.set(blocks === 1 ? 0 : rankOf(of, blocks, block), block);
      }
      assert.equal(new Set(found.values()).size, found.size);
      assert.ok(found.size > 0.99 * blocks);
    });

  test('that are hot lie anywhere, and elsewhere for another seed', () => {
    const blocks = 2 ** 20;
    const hot = (seed: number): number[] => {
      const of = skewed({ law: 'zipf', theta: 1.2 }, blocks, seed);
      const seen = new Map<number, number>();
      for (const block of next(of, 100_000)) if (rankOf(of, blocks, block) < 256) seen.set(block, 1);
      return [...seen.keys()];
    };
    const [a, b] = [hot(1), hot(2)];
    for (const found of [a, b]) {
      const expected = Array.from({ length: 8 }, () => found.length / 8);
      assertFits(
        tally(found, 8, (block) => Math.floor((block * 8) / blocks)),
        expected,
        'over the region',
      );
    }
    assert.ok(a.filter((block) => b.includes(block)).length < 4);
  });
});

describe('zones', () => {
  const percent = (...zones: readonly (readonly [number, number])[]): Zone[] =>
    zones.map(([ioPercent, size]) => ({ ioPercent, size: { percent: size } }));

  for (const blocks of [1000, 2 ** 30 + 7, 2 ** 34])
    test(`have their share, from the start of the region, uniform within: ${blocks} blocks`, () => {
      const zones = percent([60, 10], [30, 20], [8, 30], [2, 40]);
      const found = next(skewed({ law: 'zoned', zones }, blocks), DRAWS);
      const cuts = [0, 0.1, 0.3, 0.6, 1].map((share) => Math.floor(share * blocks + 1e-6));
      const counts = tally(found, 4, (block) => cuts.findIndex((cut) => cut > block) - 1);
      assertFits(
        counts,
        [0.6, 0.3, 0.08, 0.02].map((share) => share * DRAWS),
        'over zones',
      );
      for (const [i, share] of [0.6, 0.3, 0.08, 0.02].entries()) {
        const [from, size] = [cuts[i], cuts[i + 1] - cuts[i]];
        const within = found.filter((block) => block >= from && block < from + size);
        const edge = (bin: number): number => Math.ceil((bin * size) / 20);
        const expected = Array.from(
          { length: 20 },
          (_, bin) => (within.length * (edge(bin + 1) - edge(bin))) / size,
        );
        assertFits(
          tally(within, 20, (block) => Math.floor(((block - from) * 20) / size)),
          expected,
          `zone ${share}`,
        );
      }
    });

  test('without I/O are left alone, and so is what lies behind the last', () => {
    const found = next(skewed({ law: 'zoned', zones: percent([50, 10], [0, 10], [50, 20]) }, 1000), 50_000);
    assert.ok(found.every((block) => block < 100 || (block >= 200 && block < 400)));
  });

  test('may be given in bytes', () => {
    const zones = [256, 768].map((bytes, i) => ({ ioPercent: [25, 75][i], size: { bytes: bytes * 512 } }));
    const found = next(skewed({ law: 'zoned', zones }, 10_000), 100_000);
    const inFirst = found.filter((block) => block < 256).length;
    assert.ok(found.every((block) => block < 1024));
    assert.ok(Math.abs(inFirst - 25_000) < 5 * Math.sqrt(100_000 * 0.25 * 0.75), `${inFirst}`);
  });
});

test('a skewed job has the same sequence for a seed, whatever the batches, and its addresses in its region', () => {
  for (const blocks of [1000, 2 ** 36])
    for (const distribution of [
      { law: 'zipf', theta: 1.2 },
      { law: 'normal', deviationPercent: 9 },
    ] as const) {
      const change = { distribution, blocks, startLba: TWO_32 - 8, seed: 5 };
      const whole = addresses(change, 1000);
      for (const sizes of [[1], [7, 0, 31]]) assert.deepEqual(addresses(change, 1000, sizes), whole);
      for (const slba of whole)
        assert.ok(
          (slba - change.startLba) % 8 === 0 &&
            slba >= change.startLba &&
            slba < change.startLba + 8 * blocks,
        );
    }
});
