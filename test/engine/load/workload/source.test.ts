import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RegionSource, type SourceOptions } from '../../../../engine/load/workload/source.js';
import { BATCH, SLOT } from '../../../../engine/path/path.js';
import { seededRandom } from '../../stats/random.js';

const TWO_32 = 2 ** 32;
const SLOTS = BATCH;
const [WRITE, READ] = [0x01, 0x02];

/** Random reads of 8 logical blocks over 1000 blocks unless changed. */
const optionsOf = (change: Partial<SourceOptions>): SourceOptions => ({
  random: true,
  readPercent: 100,
  blockLbas: 8,
  startLba: 0,
  blocks: 1000,
  seed: 1,
  ...change,
});

interface Drawn {
  readonly slba: number;
  readonly opcode: number;
  readonly operation: number;
}

/** Draws so many I/Os, in batches of `sizes` in turn, whose slots come in changing orders. */
function draw(change: Partial<SourceOptions>, count: number, sizes: readonly number[] = [SLOTS]): Drawn[] {
  const source = new RegionSource(optionsOf(change));
  const slots = new Int32Array(SLOTS * SLOT.WORDS).fill(-1);
  source.prepare(slots);
  const batch = new Uint16Array(SLOTS);
  const drawn: Drawn[] = [];
  for (let round = 0; drawn.length < count; round++) {
    const size = Math.min(sizes[round % sizes.length], SLOTS, count - drawn.length);
    for (let i = 0; i < SLOTS; i++) batch[i] = (i * 37 + round) % SLOTS;
    source.fill(slots, batch, size);
    for (let i = 0; i < size; i++) {
      const record = batch[i] * SLOT.WORDS;
      drawn.push({
        slba: (slots[record + SLOT.SLBA_LOW] >>> 0) + slots[record + SLOT.SLBA_HIGH] * TWO_32,
        opcode: slots[record + SLOT.OPCODE],
        operation: slots[record + SLOT.NEXT_OPERATION],
      });
    }
  }
  return drawn;
}

const addresses = (change: Partial<SourceOptions>, count: number, sizes?: readonly number[]): number[] =>
  draw(change, count, sizes).map(({ slba }) => slba);

function blocksOf(change: Partial<SourceOptions>, count: number): number[] {
  const { startLba, blockLbas } = optionsOf(change);
  return addresses(change, count).map((slba) => (slba - startLba) / blockLbas);
}

/** Chi-squared of `observed` against `expected` is neither so large nor so small that it were one in three millions. */
function assertFits(observed: ArrayLike<number>, expected: readonly number[], what: string): void {
  const freedom = expected.length - 1;
  const chi = expected.reduce((sum, count, i) => sum + (observed[i] - count) ** 2 / count, 0);
  // Wilson and Hilferty: its third root is about normal.
  const z = (Math.cbrt(chi / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
  assert.ok(Math.abs(z) < 5, `${what}: chi-squared ${chi} with ${freedom} degrees of freedom`);
}

function tally(values: readonly number[], bins: number, binOf: (value: number) => number): Float64Array {
  const counts = new Float64Array(bins);
  for (const value of values) counts[binOf(value)]++;
  return counts;
}

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

describe('random addresses', () => {
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

describe('sequential addresses', () => {
  test('step by the block size and wrap at the end of the region', () => {
    const region = { random: false, blocks: 3, startLba: 100 };
    assert.deepEqual(addresses(region, 8, [2, 5, 1]), [100, 108, 116, 100, 108, 116, 100, 108]);
  });

  test('carry on past block 2^32', () => {
    const region = { random: false, blocks: 4, startLba: 2 * TWO_32 - 16 };
    assert.deepEqual(
      addresses(region, 5),
      [-16, -8, 0, 8, -16].map((lba) => 2 * TWO_32 + lba),
    );
  });

  test('of one block stay there', () => {
    assert.deepEqual(addresses({ random: false, blocks: 1, startLba: 7 }, 3), [7, 7, 7]);
  });

  test('are in order where reads and writes are drawn', () => {
    const drawn = draw({ random: false, readPercent: 50, blocks: 100 }, 1000);
    assert.deepEqual(
      drawn.map(({ slba }) => slba),
      Array.from({ length: 1000 }, (_, i) => (i % 100) * 8),
    );
    assert.equal(new Set(drawn.map(({ opcode }) => opcode)).size, 2);
  });
});

describe('the operation', () => {
  test('and the opcode go together', () => {
    for (const readPercent of [0, 37, 100])
      for (const { opcode, operation } of draw({ readPercent }, 2000))
        assert.equal(operation, opcode === READ ? 0 : 1);
  });

  for (const random of [true, false])
    test(`is always the same in a job of one, ${random ? 'random' : 'sequential'}`, () => {
      const opcodes = (readPercent: number) =>
        new Set(draw({ readPercent, random }, 5000).map(({ opcode }) => opcode));
      assert.deepEqual([...opcodes(100)], [READ]);
      assert.deepEqual([...opcodes(0)], [WRITE]);
    });

  for (const readPercent of [1, 10, 30, 50, 67, 99])
    test(`is a read in ${readPercent} % of the I/Os, within what chance allows`, () => {
      const count = 200_000;
      for (const seed of [1, 2, 0xdead_beef]) {
        const reads = draw({ readPercent, seed }, count).filter(({ opcode }) => opcode === READ).length;
        const share = readPercent / 100;
        const deviation = Math.sqrt(count * share * (1 - share));
        assert.ok(
          Math.abs(reads - count * share) < 5 * deviation,
          `${reads} reads of ${count}, seed ${seed}`,
        );
      }
    });

  test('depends neither on the addresses before and after nor on the operation before', () => {
    for (const sizes of [[1], [SLOTS]]) {
      const drawn = draw({ readPercent: 50, blocks: 8 }, 200_000, sizes);
      const indices = Array.from(drawn.keys()).slice(1, -1);
      const block = (i: number): number => drawn[i].slba / 8;
      const isRead = (i: number): number => drawn[i].opcode - 1;
      const binOf = (i: number): number =>
        ((block(i) * 8 + block(i + 1)) * 2 + isRead(i)) * 2 + isRead(i - 1);
      const expected = Array.from({ length: 256 }, () => indices.length / 256);
      assertFits(tally(indices, 256, binOf), expected, `in batches of ${sizes[0]}`);
    }
  });

  test('is drawn apart: the mix leaves the addresses as they are', () => {
    assert.deepEqual(addresses({ readPercent: 30 }, 5000), addresses({ readPercent: 100 }, 5000));
  });
});

describe('the slots that write', () => {
  for (const random of [true, false])
    for (const readPercent of [0, 40, 100])
      test(`are told after each batch: ${readPercent} % reads, ${random ? 'random' : 'sequential'}`, () => {
        const source = new RegionSource(optionsOf({ readPercent, random }));
        const slots = new Int32Array(SLOTS * SLOT.WORDS);
        source.prepare(slots);
        for (const size of [SLOTS, 1, 0, 17, SLOTS]) {
          const batch = Uint16Array.from({ length: SLOTS }, (_, i) => (i * 37 + size) % SLOTS);
          const writing = source.fill(slots, batch, size);
          const expected = batch
            .subarray(0, size)
            .filter((slot) => slots[slot * SLOT.WORDS + SLOT.OPCODE] === WRITE);
          assert.deepEqual(source.writing(batch).subarray(0, writing), expected);
        }
      });
});

test('what is not in the batch is left alone, and so are the times', () => {
  for (const change of [{}, { blocks: 2 ** 40 }, { random: false }, { readPercent: 50 }]) {
    const source = new RegionSource(optionsOf(change));
    const slots = new Int32Array(4 * SLOT.WORDS).fill(0x5a5a);
    source.prepare(slots);
    const before = slots.slice();
    source.fill(slots, Uint16Array.of(2, 0, 1, 3), 2);
    for (const slot of [1, 3])
      assert.deepEqual(
        slots.subarray(slot * SLOT.WORDS, (slot + 1) * SLOT.WORDS),
        before.subarray(slot * SLOT.WORDS, (slot + 1) * SLOT.WORDS),
      );
    for (let record = 0; record < slots.length; record += SLOT.WORDS)
      for (const word of [SLOT.START_LOW, SLOT.START_HIGH]) assert.equal(slots[record + word], 0x5a5a);
  }
});
