import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOOKS, tallySessions } from '../../../bench/proof/until-sure.js';
import { Random } from '../../../reports/compare/index.js';

test('sessions that end once they are sure hardly ever find anything in equal sides', () => {
  const { worse, better, covered } = tallySessions(25, new Random(61), {
    legSd: 0.02,
    slower: 0,
    looks: LOOKS,
    jobs: 1,
  });
  assert.ok(worse + better <= 3, `${worse} worse, ${better} better`);
  assert.ok(covered >= 21, `${covered} intervals hold`);
});

test('they find a large change at once, and take longer for a small one', () => {
  const of = (slower: number) =>
    tallySessions(10, new Random(62), { legSd: 0.02, slower, looks: LOOKS, jobs: 1 });
  const [large, small] = [of(0.12), of(0.045)];
  assert.ok(large.worse >= 9 && large.meanBlocks < 9, `${large.worse} in ${large.meanBlocks} blocks`);
  assert.ok(small.meanBlocks > large.meanBlocks, `${small.meanBlocks} blocks`);
});
