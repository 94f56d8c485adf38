/** `random_distribution: sequence:…` beside other keys, and against the region (`engine/load/geometry.ts`). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate } from '../../../bench/config/validate.js';
import { EngineError } from '../../../engine/index.js';
import { deviceOf, planned } from '../planned.js';

const SEQUENCE = { random_distribution: 'sequence:2,0,1' };

for (const [job, problem] of [
  [{ ...SEQUENCE, percentage_random: 50 }, /in a given order/],
  [{ ...SEQUENCE, rw: 'randread:8' }, /in a given order/],
  [{ random_sequence_stride: true }, /without random_distribution: sequence/],
  [{ random_distribution: 'sequence:' }, /expects numbers of blocks/],
  [{ random_distribution: 'sequence:2,-1' }, /expects numbers of blocks/],
  [{ random_distribution: `sequence:${Array(65).fill(1).join(',')}` }, /at most 64 blocks/],
  [{ rw: 'read', random_sequence_stride: true }, /no meaning with rw: read/],
] as const)
  test(`${JSON.stringify(job).slice(0, 60)} is refused`, () => {
    const found = validate({ device: 'null', jobs: [{ name: 'a', rw: 'randread', number_ios: 9, ...job }] });
    assert.ok('findings' in found);
    assert.match(found.findings[0].message, problem);
  });

test('a block that the region does not have is refused before the first I/O', () => {
  const job = "  - { name: a, rw: randread, size: 12k, number_ios: 9, random_distribution: 'sequence:2,3' }";
  assert.throws(
    () => planned(job, 'device: sim', [deviceOf({ sizeLbas: 2 ** 20 })]),
    (error) => error instanceof EngineError && error.code === 'NO_SUCH_BLOCK' && error.kind === 'input',
  );
});
