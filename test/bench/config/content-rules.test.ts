import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate } from '../../../bench/config/validate.js';

const read = (job: object) =>
  validate({
    device: 'null',
    allow_writes: true,
    jobs: [{ name: 'a', rw: 'write', number_ios: 9, ...job }],
  });

for (const [job, problem] of [
  [{ zero_buffers: true, buffer_pattern: '0xff' }, /zeros leave buffer_pattern nothing/],
  [{ zero_buffers: true, buffer_compress_percentage: 5 }, /zeros leave buffer_compress_percentage/],
  [{ zero_buffers: true, dedupe_percentage: 5 }, /zeros leave dedupe_percentage/],
  [{ zero_buffers: true, refill_buffers: true }, /zeros leave refill_buffers/],
  [{ zero_buffers: true, scramble_buffers: true }, /changes what zero_buffers says/],
  [{ buffer_pattern: '0xff', refill_buffers: true }, /same in each write/],
  [{ buffer_pattern: '0xff', dedupe_percentage: 5 }, /makes all writes alike/],
  [{ buffer_pattern: '%o', buffer_compress_percentage: 5 }, /%o has no meaning/],
  [{ refill_buffers: false, dedupe_percentage: 5 }, /needs data made for each write/],
  [{ buffer_compress_chunk: 4096 }, /without buffer_compress_percentage/],
  [{ dedupe_mode: 'working_set' }, /without dedupe_percentage/],
  [{ dedupe_global: true, dedupe_percentage: 5 }, /without dedupe_mode: working_set/],
  [
    { dedupe_mode: 'working_set', dedupe_percentage: 60, dedupe_working_set_percentage: 50 },
    /with 50 % of it no 60 %/,
  ],
  [{ buffer_compress_percentage: 5, buffer_compress_chunk: 48 }, /multiple of 4 from 64 on/],
  [{ verify: 'crc32c', zero_buffers: true, size: '1MiB' }, /blocks of verify/],
  [{ write_mode: 'write/50:compare/50' }, /compare needs data that are the same/],
  [{ write_mode: 'compare', buffer_pattern: '0xff', buffer_compress_percentage: 5 }, /compare needs data/],
  [{ rw: 'read', zero_buffers: true }, /no meaning with rw: read/],
  [{ rw: 'trim', dedupe_percentage: 5 }, /no meaning with rw: trim/],
] as const)
  test(`${JSON.stringify(job)} is refused`, () => {
    const found = read(job);
    assert.ok('findings' in found);
    assert.match(found.findings[0].message, problem);
  });

for (const job of [
  { buffer_pattern: '0xff', buffer_compress_percentage: 5 },
  { buffer_compress_percentage: 5, dedupe_percentage: 5, refill_buffers: true },
  {
    dedupe_mode: 'working_set',
    dedupe_percentage: 50,
    dedupe_working_set_percentage: 50,
    dedupe_global: true,
  },
  { buffer_compress_percentage: 100, buffer_compress_chunk: 0 },
  { scramble_buffers: false },
  { write_mode: 'compare', zero_buffers: true },
  { write_mode: 'write/50:compare/50', buffer_pattern: '%o' },
])
  test(`${JSON.stringify(job)} is taken`, () => assert.ok('config' in read(job)));
