import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Addresses } from '../../../../engine/load/workload/addresses.js';
import { ORDER, PermutedFar, PermutedNear } from '../../../../engine/load/workload/permuted.js';
import { PermutedWide, WIDE_POSITION } from '../../../../engine/load/workload/permuted-wide.js';
import { seededRandom } from '../../stats/random.js';
import { addresses, assertFits, blocksOf, next, positionOf, TWO_32, tally } from './drawing.js';

const SMALL = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 61, 127, 128, 129];
const LARGE = [
  1009,
  4095,
  4096,
  4097,
  2 ** 16 - 1,
  2 ** 16,
  2 ** 16 + 1,
  104_729,
  2 ** 18 - 1,
  2 ** 18,
  2 ** 18 + 1,
];
const SIZES = [...SMALL, ...LARGE];

/** Each of 0 to `blocks` - 1 is there once. */
function assertEachOnce(found: readonly number[], blocks: number, what: string): void {
  const seen = new Uint8Array(blocks);
  for (const block of found) seen[block]++;
  assert.equal(found.length, blocks, what);
  assert.ok(
    seen.every((times) => times === 1),
    `${what}: block ${seen.findIndex((times) => times !== 1)}`,
  );
}

const region = (blocks: number) => ({ startLba: 0, blockLbas: 1, blocks });
const wide = (blocks: number, seed = 1): PermutedWide =>
  new PermutedWide(region(blocks), Int32Array.of(seed, 0x5eed));
const far = (blocks: number, seed = 1): PermutedFar =>
  new PermutedFar(region(blocks), Int32Array.of(seed, 0x5eed));

describe('random blocks', () => {
  for (const blocks of SIZES)
    for (const startLba of [0, 24, TWO_32 - 16, 2 ** 40])
      test(`come once each before any comes twice: ${blocks} from ${startLba}`, () => {
        const passes = blocks < 1000 ? 20 : 2;
        for (const seed of [1, 2]) {
          const found = blocksOf({ blocks, startLba, seed }, passes * blocks);
          for (let pass = 0; pass < passes; pass++)
            assertEachOnce(found.slice(pass * blocks, (pass + 1) * blocks), blocks, `pass ${pass}`);
        }
      });

  for (const blocks of SIZES.filter((size) => size >= 4))
    test(`come once each by the order that regions beyond 2^32 blocks have: ${blocks}`, () => {
      for (const seed of [1, 2, 3]) {
        const order = wide(blocks, seed);
        for (const pass of [0, 1, 2])
          assertEachOnce(next(order, blocks), blocks, `seed ${seed}, pass ${pass}`);
      }
    });

  test('come in another order in each pass and for each seed', () => {
    const blocks = 1000;
    const passes = [1, 2, 3].flatMap((seed) => {
      const found = blocksOf({ blocks, seed }, 3 * blocks);
      return [0, 1, 2].map((pass) => found.slice(pass * blocks, (pass + 1) * blocks));
    });
    for (const [i, a] of passes.entries())
      for (const b of passes.slice(i + 1)) {
        // Of two unrelated orders one block has the same place on average.
        assert.ok(a.filter((block, at) => block === b[at]).length < 12);
        // Nor is one the other from another place on.
        const from = a.indexOf(b[0]);
        assert.ok(b.filter((block, at) => block === a[(from + at) % blocks]).length < 12);
      }
  });

  test('of one seed are one sequence, whatever the batches', () => {
    for (const change of [
      { blocks: 37 },
      { blocks: 2 ** 20 + 1 },
      { blocks: 37, startLba: 2 ** 40 },
      { blocks: 2 ** 36 },
    ]) {
      const whole = addresses({ seed: 5, ...change }, 1000);
      for (const sizes of [[64], [1], [64, 1, 3], [7, 0, 31]])
        assert.deepEqual(addresses({ seed: 5, ...change }, 1000, sizes), whole);
    }
  });

  test('are those of the region in whatever region they lie: below 2^32 and beyond', () => {
    for (const blocks of [1, 3, 1000, 2 ** 20 + 7, 2 ** 29]) {
      const near = blocksOf({ blocks }, 5000);
      for (const startLba of [8, TWO_32 - 8 * blocks, TWO_32 - 8, 2 ** 44 + 3])
        assert.deepEqual(blocksOf({ blocks, startLba }, 5000), near, `from ${startLba}`);
    }
  });

  test('stay in small and large regions of any kind', () => {
    const random = seededRandom(5);
    for (let i = 0; i < 300; i++) {
      const blocks = Math.floor(2 ** (random() * 44)) + 1;
      const change = {
        blocks,
        startLba: Math.floor(2 ** (random() * 44)),
        blockLbas: 1 + Math.floor(random() * 300),
      };
      const found = blocksOf({ ...change, seed: i }, 300);
      for (const block of found)
        assert.ok(Number.isInteger(block) && block >= 0 && block < blocks, `${block}`);
      if (blocks >= 300) assert.equal(new Set(found).size, 300);
    }
  });
});

/** The `x` of x * (2x + m) = y, modulo 2^32, found bit by bit. */
function rootOf(m: number, y: number): number {
  let x = 0;
  for (let bit = 0; bit < 32; bit++) if (((Math.imul(x, (x << 1) + m) ^ y) >>> bit) & 1) x |= 1 << bit;
  return x;
}

/** The sum that becomes the block in the order of this pass. */
function sumOf({ bits, order }: PermutedFar | PermutedNear, block: number): number {
  const mask = (2 ** bits - 1) | 0;
  const shift = Math.ceil(bits / 2);
  const unshift = (x: number): number => x ^ (x >>> shift);
  const second = unshift(rootOf(order[ORDER.M2], unshift(block | 0) - order[ORDER.K2]) & mask);
  // `unshift` undoes what is shifted by half of the bits; the root of the lower bits does not depend on those above.
  return unshift(rootOf(order[ORDER.M1], second - order[ORDER.K1]) & mask) & mask;
}

/** First, last and some in between. */
function sample(blocks: number, count: number): number[] {
  const random = seededRandom(blocks % 1000);
  return [0, 1, blocks - 1, ...Array.from({ length: count }, () => Math.floor(random() * blocks))];
}

describe('every block has one position in the order, which can be found', () => {
  for (const blocks of [1000, 2 ** 28, 2 ** 31 - 1, 2 ** 32 - 5, TWO_32])
    test(`of ${blocks} blocks`, () => {
      for (const order of [far(blocks), new PermutedNear(region(blocks), Int32Array.of(9, 3))]) {
        for (const block of sample(blocks, 3000)) {
          order.sum[0] = sumOf(order, block);
          assert.deepEqual(next(order, 1), [block]);
        }
      }
    });

  for (const blocks of [2 ** 33 - 1, 2 ** 33, 2 ** 33 + 1, 8_589_934_583, 2 ** 40, 2 ** 44 - 3])
    test(`of ${blocks} blocks, beyond 2^32`, () => {
      const order = wide(blocks);
      for (const block of sample(blocks, 20_000)) {
        const [low, high] = positionOf(order, block);
        assert.ok(low >= 0 && low < 2 ** order.lowBits && high >= 0 && high < 2 ** order.highBits);
        // The last position ends the pass, and with it the order.
        if (low === 2 ** order.lowBits - 1 && high === 2 ** order.highBits - 1) continue;
        order.position.set([low, high], WIDE_POSITION.LOW);
        assert.deepEqual(next(order, 1), [block]);
      }
    });

  test('and a pass that was sent to its end has one step left', () => {
    for (const order of [far(1024), wide(1024)]) {
      next(order, 100);
      order.endPass();
      const before = order.order.slice();
      next(order, 1);
      assert.notDeepEqual(order.order, before);
      assertEachOnce(next(order, 1024), 1024, 'the pass behind it');
    }
  });

  test('and the last position ends the pass', () => {
    const order = wide(2 ** 33);
    const before = order.order.slice();
    order.position.set([2 ** 16 - 1, 2 ** 17 - 1]);
    const [last] = next(order, 1);
    assert.ok(last >= 0 && last < 2 ** 33);
    assert.deepEqual([...order.position], [0, 0]);
    assert.notDeepEqual(order.order, before);
  });
});

const ORDERS: Readonly<Record<string, (blocks: number, seed: number) => Addresses>> = {
  'up to 2^32 blocks': far,
  'beyond 2^32 blocks': wide,
};

for (const [name, orderOf] of Object.entries(ORDERS))
  describe(`the order is that of chance, ${name}`, () => {
    for (const blocks of [1000, 1024, 4999, 2 ** 16, 2 ** 16 + 1, 2 ** 20, 2 ** 31 + 5]) {
      const drawn = Math.floor(Math.min(blocks / 4, 50_000));
      const bins = Math.min(64, Math.floor(drawn / 16));

      test(`in where its beginning lies: ${blocks}`, () => {
        const binOf = (block: number): number => Math.floor((block * bins) / blocks);
        const from = (bin: number): number => Math.ceil((bin * blocks) / bins);
        // Blocks that come once spread more evenly than dice: what is left of their variance.
        const left = Math.sqrt((blocks - drawn) / (blocks - 1));
        for (const seed of [1, 2, 3, 4]) {
          const counts = tally(next(orderOf(blocks, seed), drawn), bins, binOf);
          const expected = Array.from(counts, (_, bin) => (drawn * (from(bin + 1) - from(bin))) / blocks);
          const scaled = counts.map((count, bin) => expected[bin] + (count - expected[bin]) / left);
          assertFits(scaled, expected, `seed ${seed}`);
        }
      });

      test(`in what follows what: ${blocks}`, () => {
        const side = Math.min(16, Math.floor(Math.sqrt(blocks / 16)));
        for (const seed of [1, 2, 3, 4])
          for (const lag of [1, 2, 3]) {
            const order = orderOf(blocks, seed);
            const passes = Math.ceil(5000 / blocks);
            const counts = new Float64Array(side * side);
            for (let pass = 0; pass < passes; pass++) {
              const found = next(order, Math.min(blocks, 50_000)).map((block) =>
                Math.floor((block * side) / blocks),
              );
              for (let i = lag; i < found.length; i++) counts[found[i - lag] * side + found[i]]++;
            }
            assertIndependent(counts, side, `seed ${seed}, ${lag} apart`);
          }
      });
    }

    test('in what another seed has at the same place', () => {
      const [blocks, side] = [2 ** 16, 16];
      for (const seed of [1, 2, 3, 4, 5, 6]) {
        const [a, b] = [seed, seed + 1].map((each) => next(orderOf(blocks, each), blocks));
        const bin = (block: number): number => Math.floor((block * side) / blocks);
        const counts = tally(
          a.map((block, i) => bin(block) * side + bin(b[i])),
          side * side,
          (pair) => pair,
        );
        assertIndependent(counts, side, `seeds ${seed} and ${seed + 1}`);
      }
    });
  });

/** Columns of a square table do not depend on rows. */
function assertIndependent(counts: Float64Array, side: number, what: string): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const row = (i: number): number =>
    counts.subarray(i * side, (i + 1) * side).reduce((sum, count) => sum + count, 0);
  const column = (i: number): number =>
    counts.reduce((sum, count, at) => sum + (at % side === i ? count : 0), 0);
  const rows = Array.from({ length: side }, (_, i) => row(i));
  const columns = Array.from({ length: side }, (_, i) => column(i));
  const expected = Array.from(counts, (_, at) => (rows[Math.floor(at / side)] * columns[at % side]) / total);
  assertFits(counts, expected, what, (side - 1) ** 2);
}
