import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addresses, assertFits, draw, tally } from './drawing.js';

const BLOCKS = 100_003;
const COUNT = 100_000;

/** Whether each I/O but the first begins where the last of its operation ended. */
function followers(readPercent: number, percentageRandom: number, seed: number): boolean[] {
  const next = [0, 0];
  return draw({ blocks: BLOCKS, readPercent, percentageRandom, seed }, COUNT).map(({ slba, operation }) => {
    const follows = slba === next[operation];
    next[operation] = (slba + 8) % (BLOCKS * 8);
    return follows;
  });
}

for (const percentageRandom of [1, 25, 50, 90])
  for (const readPercent of [100, 0, 60])
    test(`of ${percentageRandom} % random I/Os the others go on behind the last of their operation: ${readPercent} % reads`, () => {
      for (const seed of [1, 2]) {
        const found = followers(readPercent, percentageRandom, seed).filter(Boolean).length;
        // A random one may be the next by chance.
        const share = 1 - (percentageRandom / 100) * (1 - 1 / BLOCKS);
        const deviation = Math.sqrt(COUNT * share * (1 - share));
        assert.ok(Math.abs(found - COUNT * share) < 5 * deviation, `${found} of ${COUNT}, seed ${seed}`);
      }
    });

test('whether one is random does not depend on the one before', () => {
  const found = followers(100, 50, 3);
  const counts = tally(
    found.slice(1).map((each, i) => Number(each) * 2 + Number(found[i])),
    4,
    (pair) => pair,
  );
  assertFits(
    counts,
    Array.from({ length: 4 }, () => (COUNT - 1) / 4),
    'in pairs',
  );
});

test('with no random ones a random job is sequential, and wraps', () => {
  assert.deepEqual(addresses({ blocks: 3, percentageRandom: 0, startLba: 2 ** 32 - 16 }, 5), [
    2 ** 32 - 16,
    2 ** 32 - 8,
    2 ** 32,
    2 ** 32 - 16,
    2 ** 32 - 8,
  ]);
});

test('random ones are as they would be without the others: uniform over the region', () => {
  const drawn = addresses({ blocks: 1000, percentageRandom: 40 }, COUNT).map((slba) => slba / 8);
  const random = drawn.filter((block, i) => i > 0 && block !== (drawn[i - 1] + 1) % 1000);
  assertFits(
    tally(random, 50, (block) => Math.floor(block / 20)),
    Array.from({ length: 50 }, () => random.length / 50),
    'over the region',
  );
});

test('of runs the first is random and the others go on behind it, whatever the batches', () => {
  for (const sizes of [[32], [1], [7, 3]]) {
    const blocks = addresses({ blocks: BLOCKS, runIos: 8 }, 8000, sizes).map((slba) => slba / 8);
    for (const [i, block] of blocks.entries())
      if (i % 8 !== 0) assert.equal(block, (blocks[i - 1] + 1) % BLOCKS);
    const firsts = blocks.filter((_, i) => i % 8 === 0);
    const expected = Array.from({ length: 20 }, () => firsts.length / 20);
    assertFits(
      tally(firsts, 20, (block) => Math.floor((block * 20) / BLOCKS)),
      expected,
      'first of each run',
    );
  }
});

test('of runs of which half are random, the first of each is so as often as chance has it', () => {
  const blocks = addresses({ blocks: BLOCKS, runIos: 4, percentageRandom: 50 }, COUNT).map(
    (slba) => slba / 8,
  );
  const jumps = blocks.map((block, i) => i > 0 && block !== (blocks[i - 1] + 1) % BLOCKS);
  assert.ok(jumps.every((jump, i) => !jump || i % 4 === 0));
  const found = jumps.filter(Boolean).length;
  assert.ok(Math.abs(found - COUNT / 8) < 5 * Math.sqrt(COUNT / 16), `${found}`);
});
