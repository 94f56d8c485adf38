import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PairDifferences } from '../../../reports/statistics/pair-differences.js';
import { Random } from '../../../reports/statistics/random.js';

function sortedDifferences(a: readonly number[], b: readonly number[]): number[] {
  return a.flatMap((x) => b.map((y) => y - x)).sort((x, y) => x - y);
}

const values = (random: Random, count: number, draw: (random: Random) => number): number[] =>
  Array.from({ length: count }, () => draw(random));

const draws: Readonly<Record<string, (random: Random) => number>> = {
  'normal values': (random) => random.normal(),
  'values with many ties': (random) => Math.log(100 + random.index(5)),
  'equal values': () => 3,
  'values far apart': (random) => 10 ** (random.index(30) - 15) * random.normal(),
};

for (const [name, draw] of Object.entries(draws))
  for (const [m, n] of [
    [5, 7],
    [40, 41],
    [100, 33],
  ])
    test(`of ${m} and ${n} ${name}, each rank is that of the sorted differences`, () => {
      const random = new Random(m * n);
      const [a, b] = [values(random, m, draw), values(random, n, draw)];
      const expected = sortedDifferences(a, b);
      const found = new PairDifferences(a, b);
      for (const rank of [0, 1, (m * n) >> 2, (m * n) >> 1, m * n - 2, m * n - 1])
        assert.equal(found.at(rank), expected[rank]);
    });

test('the median of an even number is the mean of the two in the middle', () => {
  const [a, b] = [[0, 0], Array.from({ length: 700 }, (_, i) => (i < 350 ? i : i + 100))];
  assert.equal(new PairDifferences(a, b).median(), (349 + 450) / 2);
});

test('many repeats do not make all pairs of them', () => {
  const random = new Random(1);
  const [a, b] = [10_000, 10_001].map((count) => values(random, count, (each) => each.normal()));
  // All pairs would take 800 MB.
  const median = new PairDifferences(a, b).median();
  assert.ok(Math.abs(median) < 0.1, `${median}`);
});
