import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedStates } from '../../../../engine/load/workload/generator.js';
import {
  type LengthLaw,
  LengthSource,
  longestBytes,
  meanBytes,
  shortestBytes,
} from '../../../../engine/load/workload/lengths.js';
import { READ, WRITE } from '../../../../engine/stats/operations.js';
import { assertFits } from './drawing.js';

const COUNT = 200_000;
const sourceOf = (law: LengthLaw, seed = 1): LengthSource =>
  new LengthSource({ read: { law, alignBytes: 512 } }, 512, seedStates(seed, 2));

/** Bytes of so many I/Os that have all the room they need, or as much as is given. */
function drawn(law: LengthLaw, roomBytes = 2 ** 40, count = COUNT, seed = 1): number[] {
  const source = sourceOf(law, seed);
  return Array.from({ length: count }, () => source.next(READ, roomBytes / 512) * 512);
}

function assertShares(bytes: readonly number[], shares: ReadonlyMap<number, number>, what: string): void {
  const sizes = [...shares.keys()];
  const counts = sizes.map((size) => bytes.filter((each) => each === size).length);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    bytes.length,
    'there are other lengths',
  );
  assertFits(
    counts,
    sizes.map((size) => (shares.get(size) ?? 0) * bytes.length),
    what,
  );
}

const splitOf = (...shares: readonly (readonly [bytes: number, percent: number])[]): LengthLaw => ({
  split: shares.map(([bytes, percent]) => ({ bytes, percent })),
});

/** That of JESD219. */
const JESD219 = splitOf(
  ...([512, 1024, 1536, 2048, 2560, 3072, 3584] as const).map(
    (bytes, i) => [bytes, i === 0 ? 4 : 1] as const,
  ),
  [4096, 67],
  [8192, 10],
  [16_384, 7],
  [32_768, 3],
  [65_536, 3],
);

for (const seed of [1, 2, 3])
  test(`lengths of a split have their shares, seed ${seed}`, () => {
    const { split } = JESD219 as Extract<LengthLaw, { split: unknown }>;
    const shares = new Map(split.map(({ bytes, percent }) => [bytes, percent / 100]));
    assertShares(drawn(JESD219, undefined, COUNT, seed), shares, 'JESD219');
  });

test('all multiples in a range are equally often', () => {
  const shares = new Map(Array.from({ length: 16 }, (_, i) => [4096 * (i + 1), 1 / 16]));
  assertShares(drawn({ fromBytes: 4096, toBytes: 65_536 }), shares, '4k-64k');
});

test('an end of a range that is no multiple of its beginning has the share that is left, as in fio', () => {
  // fio: 4k + 10k * r, cut to multiples of 4k, at most 10k.
  const shares = new Map([
    [4096, 4 / 10],
    [8192, 4 / 10],
    [10_240, 2 / 10],
  ]);
  assertShares(drawn({ fromBytes: 4096, toBytes: 10_240 }), shares, '4k-10k');
});

test('what does not fit is drawn again: a range keeps the others equally often', () => {
  const shares = new Map(Array.from({ length: 5 }, (_, i) => [4096 * (i + 1), 1 / 5]));
  assertShares(drawn({ fromBytes: 4096, toBytes: 65_536 }, 5 * 4096 + 512), shares, '4k-64k in 20.5k');
});

test('of a split, what does not fit goes to the next by rising share that does, as in fio', () => {
  // By share: 16k 10 %, 4k 20 %, 64k 30 %, 8k 40 %. In 8k: 16k becomes 4k, 64k becomes 8k.
  const law = splitOf([64 * 1024, 30], [4096, 20], [8192, 40], [16 * 1024, 10]);
  const shares = new Map([
    [4096, 0.3],
    [8192, 0.7],
  ]);
  assertShares(drawn(law, 8192), shares, 'in 8k');
});

test('where the last by share does not fit either, all are drawn again', () => {
  const law = splitOf([4096, 20], [65_536, 80]);
  assert.deepEqual([...new Set(drawn(law, 4096, 1000))], [4096]);
});

test('one length takes no draw: others begin where they would without it', () => {
  const lengths = {
    read: { law: { fromBytes: 4096, toBytes: 4096 }, alignBytes: 4096 },
    write: { law: { fromBytes: 512, toBytes: 65_536 }, alignBytes: 512 },
  };
  const [one, other] = [0, 1].map(() => new LengthSource(lengths, 512, seedStates(7, 2)));
  for (let i = 0; i < 100; i++) assert.equal(one.next(READ, 1000), 8);
  for (let i = 0; i < 100; i++) assert.equal(one.next(WRITE, 1000), other.next(WRITE, 1000));
});

for (const [what, law] of Object.entries<LengthLaw>({
  'a split': JESD219,
  'a range': { fromBytes: 4096, toBytes: 65_536 },
  'a range whose end is no multiple': { fromBytes: 4096, toBytes: 10_240 },
  'one length': { fromBytes: 8192, toBytes: 8192 },
}))
  test(`the mean, the shortest and the longest of ${what} are those of what is drawn`, () => {
    const bytes = drawn(law);
    const mean = bytes.reduce((sum, each) => sum + each, 0) / bytes.length;
    assert.ok(Math.abs(mean / meanBytes(law) - 1) < 0.02, `${mean} and not ${meanBytes(law)}`);
    assert.equal(Math.min(...new Set(bytes)), shortestBytes(law));
    assert.equal(Math.max(...new Set(bytes)), longestBytes(law));
  });
