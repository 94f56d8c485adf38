import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SourceOptions } from '../../../../engine/load/workload/source.js';
import { seededRandom } from '../../stats/random.js';
import * as drawing from './drawing.js';
import { assertFits, optionsOf, TWO_32, tally } from './drawing.js';

const addresses = (change: Partial<SourceOptions>, count: number, sizes?: readonly number[]): number[] =>
  drawing.addresses({ norandommap: true, ...change }, count, sizes);
const blocksOf = (change: Partial<SourceOptions>, count: number): number[] =>
  drawing.blocksOf({ norandommap: true, ...change }, count);

const REGIONS: readonly Partial<SourceOptions>[] = [
  { blocks: 2, blockLbas: 1 },
  { blocks: 16, blockLbas: 1, seed: 3 },
  { blocks: 1000 },
  { blocks: 12_345, startLba: 999, seed: 77 },
  { blocks: 2 ** 20, blockLbas: 16 },
  { blocks: 3 * 2 ** 20 + 1, blockLbas: 8, startLba: 5, seed: 0 },
  { blocks: 2 ** 29 - 3, blockLbas: 8, startLba: 24 },
  { blocks: TWO_32, blockLbas: 1 },
  { blocks: TWO_32 - 7, blockLbas: 1, startLba: 7, seed: 0xffff_ffff },
  { blocks: 1000, startLba: TWO_32 - 4000 },
  { blocks: TWO_32 + 1, blockLbas: 1 },
  { blocks: 3 * 2 ** 33 + 11, blockLbas: 8, seed: 12 },
  { blocks: 2 ** 45 + 2 ** 40 + 1, blockLbas: 8, startLba: 2 ** 40 },
];

const nameOf = ({ blocks = 0, blockLbas = 8, startLba = 0 }: Partial<SourceOptions>): string =>
  `${blocks} blocks of ${blockLbas} from ${startLba}`;

describe('addresses drawn each by itself', () => {
  for (const region of REGIONS) {
    const { blocks } = optionsOf(region);
    const drawn = blocksOf(region, 100_000);

    test(`lie in the region, whole blocks each: ${nameOf(region)}`, () => {
      for (const block of drawn)
        assert.ok(Number.isInteger(block) && block >= 0 && block < blocks, `block ${block}`);
    });

    test(`are uniform over the region: ${nameOf(region)}`, () => {
      const bins = Math.min(blocks, 1024);
      const from = (bin: number): number => Math.ceil((bin * blocks) / bins);
      const expected = Array.from(
        { length: bins },
        (_, bin) => (drawn.length * (from(bin + 1) - from(bin))) / blocks,
      );
      const counts = tally(drawn, bins, (block) => Math.floor((block * bins) / blocks));
      assertFits(counts, expected, 'over its length');
    });

    test(`are uniform in their lowest digits: ${nameOf(region)}`, () => {
      for (const modulus of [2, 64, 61].filter((m) => m <= blocks)) {
        const expected = Array.from(
          { length: modulus },
          (_, digit) => (drawn.length * Math.ceil((blocks - digit) / modulus)) / blocks,
        );
        assertFits(
          tally(drawn, modulus, (block) => block % modulus),
          expected,
          `modulo ${modulus}`,
        );
      }
    });

    test(`do not depend on the one before: ${nameOf(region)}`, () => {
      const bins = Math.min(blocks, 16);
      const starts = Array.from({ length: bins }, (_, bin) => Math.ceil((bin * blocks) / bins));
      const width = (bin: number): number => ((starts[bin + 1] ?? blocks) - starts[bin]) / blocks;
      const binOf = (block: number): number => Math.floor((block * bins) / blocks);
      const pairs = Array.from({ length: drawn.length / 2 }, (_, i) => i * 2);
      const counts = tally(pairs, bins * bins, (at) => binOf(drawn[at]) * bins + binOf(drawn[at + 1]));
      const expected = Array.from(
        { length: bins * bins },
        (_, i) => pairs.length * width(Math.floor(i / bins)) * width(i % bins),
      );
      assertFits(counts, expected, 'in pairs');
    });
  }

  test('reach the first and the last block', () => {
    for (const region of [{ blocks: 3 }, { blocks: 1000 }, { blocks: 1000, startLba: 2 ** 40 }]) {
      const seen = new Set(blocksOf(region, 30_000));
      assert.equal(seen.size, region.blocks);
    }
  });

  test('are of the one block that a region has', () => {
    for (const startLba of [0, TWO_32 - 8, 2 ** 40])
      assert.deepEqual(new Set(addresses({ blocks: 1, startLba }, 1000)), new Set([startLba]));
  });

  test('are those of the region in whatever region they lie: below 2^32 and beyond', () => {
    for (const blocks of [1, 3, 1000, 2 ** 20 + 7, 2 ** 29]) {
      const near = blocksOf({ blocks }, 20_000);
      for (const startLba of [
        8,
        TWO_32 - 8 * blocks,
        TWO_32 - 8 * blocks + 8,
        TWO_32 - 8,
        TWO_32,
        2 ** 44 + 3,
      ])
        assert.deepEqual(blocksOf({ blocks, startLba }, 20_000), near, `from ${startLba}`);
    }
  });

  test('stay in small and large regions of any kind', () => {
    const random = seededRandom(5);
    for (let i = 0; i < 300; i++) {
      const blocks = Math.floor(2 ** (random() * 44)) + 1;
      const startLba = Math.floor(2 ** (random() * 44));
      const blockLbas = 1 + Math.floor(random() * 300);
      for (const slba of addresses({ blocks, startLba, blockLbas, seed: i }, 300)) {
        const block = (slba - startLba) / blockLbas;
        assert.ok(
          Number.isInteger(block) && block >= 0 && block < blocks,
          `${slba} of ${nameOf({ blocks, startLba, blockLbas })}`,
        );
      }
    }
  });

  test('of one seed are one sequence, whatever the batches', () => {
    const whole = addresses({ seed: 5, blocks: 2 ** 36 }, 1000);
    assert.deepEqual(addresses({ seed: 5, blocks: 2 ** 36 }, 1000), whole);
    for (const sizes of [[1], [64, 1, 3], [7, 0, 31]])
      assert.deepEqual(addresses({ seed: 5, blocks: 2 ** 36 }, 1000, sizes), whole);
  });

  test('of different seeds have nothing to do with each other', () => {
    const seeds = [0, 1, 2, 3, 40, 41, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
    const drawn = seeds.flatMap((seed) => addresses({ seed, blocks: 2 ** 50, blockLbas: 1 }, 2000));
    assert.equal(new Set(drawn).size, drawn.length);
  });

  test('do not repeat after a while', () => {
    const drawn = addresses({ blocks: 2 ** 50, blockLbas: 1 }, 300_000);
    assert.equal(new Set(drawn).size, drawn.length);
  });
});
