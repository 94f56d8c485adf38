/** Jobs whose deallocates have several ranges, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate } from '../../../bench/config/validate.js';
import { runText } from './run-text.js';

test('all that was written is gone behind deallocates of eight ranges, each an I/O of its own', async () => {
  const { result, failure } = await runText(
    'device: "sim:?size=1MiB&latency=none"',
    'allow_writes: true',
    'jobs:',
    "  - { name: fill, rw: write, bs: 64k, size: 100%, buffer_pattern: '0xff' }",
    '  - { name: trim, rw: randtrim, bssplit: 4k/50:8k/50, blockalign: 4k, io_size: 3MiB, size: 100%, iodepth: 32, num_range: 8 }',
    '  - { name: rest, rw: randtrim, bs: 4k, number_ios: 256, size: 100%, iodepth: 32, num_range: 8 }',
    '  - { name: empty, rw: write, bs: 4k, number_ios: 256, size: 100%, write_mode: compare, zero_buffers: true }',
  );
  assert.equal(failure, undefined);
  for (const { name, errors, proof } of result.jobs)
    assert.deepEqual([name, errors.total, proof?.checks.filter(({ holds }) => !holds)], [name, 0, []]);
  assert.equal(result.jobs[2].directions.deallocate?.ios, 256);
  assert.equal(result.jobs[3].directions.compare?.ios, 256);
});

for (const [keys, problem] of [
  [{ num_range: 3 }, /power of 2, up to 32/],
  [{ num_range: 8, iodepth: 12 }, /no whole commands of 8 ranges/],
  [{ num_range: 8, rate_iops: 100 }, /go one by one/],
  [{ num_range: 8, rw: 'read' }, /no meaning with rw: read/],
] as const)
  test(`${JSON.stringify(keys)} is refused`, () => {
    const job = { name: 'a', rw: 'trim', number_ios: 9, iodepth: 8, ...keys };
    const found = validate({ device: 'null', allow_writes: true, jobs: [job] });
    assert.ok('findings' in found);
    assert.match(found.findings[0].message, problem);
  });
