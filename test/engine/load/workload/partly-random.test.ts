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
