/** What is found of places that a drive says appends went to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Appends } from '../../../../engine/load/zoned/appends.js';

/** I/Os of 4 blocks to the second of two zones of 32, which has 8 already. */
function reportOf(...lbas: number[]): [elsewhere: number, unlike: number] {
  const appends = new Appends(
    { zoneLbas: 64, capacityLbas: 32, writtenLbas: Float64Array.of(0, 8), mostOpen: 2 },
    4,
  );
  appends.begin(1, 8);
  for (const lba of lbas) appends.put(1, lba);
  appends.settle(1);
  const { elsewhere, unlike } = appends.report();
  return [elsewhere, unlike];
}

test('one behind the other in any order is good', () => {
  assert.deepEqual(reportOf(8, 12, 16), [0, 0]);
  assert.deepEqual(reportOf(16, 8, 12, 28, 20, 24), [0, 0]);
});

test('a zone of 2 GiB in blocks of 512 bytes is counted exactly', () => {
  const count = 2 ** 22;
  const appends = new Appends(
    { zoneLbas: count, capacityLbas: count, writtenLbas: Float64Array.of(0), mostOpen: 1 },
    1,
  );
  appends.begin(0, 0);
  // Each two of them the wrong way round.
  for (let lba = 0; lba < count; lba++) appends.put(0, lba ^ 1);
  appends.settle(0);
  assert.deepEqual(appends.report(), { appends: count, elsewhere: 0, unlike: 0 });
});

for (const [what, lbas, found] of [
  ['a place twice', [8, 8, 16], [0, 1]],
  ['a gap', [8, 16], [0, 1]],
  ['two that make up for each other', [8, 10, 18, 20], [0, 1]],
  ['places from elsewhere on', [12, 16], [0, 1]],
  ['beyond the zone', [8, 12, 30], [1, 1]],
  ['in the zone before', [-4], [1, 1]],
] as const)
  test(`${what} is found`, () => assert.deepEqual(reportOf(...lbas), found));
