import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converted, jobOf, lostOf } from './converted.js';

const WRITES = 'rw=write\nsize=1m\n';
/** The keys about data that come of these lines, as far as they are not at their defaults. */
function contentOf(lines: string): object {
  const job = jobOf(`${WRITES}${lines}`);
  const { bufferPattern, zeroBuffers, refillBuffers, scrambleBuffers, compressPercent, dedupePercent } = job;
  const { compressChunkBytes, dedupeMode, dedupeSetPercent, dedupeGlobal } = job;
  return {
    ...(bufferPattern && { pattern: Buffer.from(bufferPattern.bytes).toString('hex') }),
    ...(zeroBuffers && { zeroBuffers }),
    ...(refillBuffers && { refillBuffers }),
    ...(scrambleBuffers ? {} : { scrambleBuffers }),
    ...(compressPercent > 0 && { compressPercent, compressChunkBytes }),
    ...(dedupePercent > 0 && { dedupePercent }),
    ...(dedupeMode === 'working_set' && { dedupeSetPercent, dedupeGlobal }),
  };
}

const MADE = { refillBuffers: true };
for (const [lines, expected] of [
  ['zero_buffers', { zeroBuffers: true }],
  ['zero_buffers=0', {}],
  ['buffer_pattern=0xdeadface', { pattern: 'deadface' }],
  ['buffer_pattern="abc"-12', { pattern: '616263f4ffffff' }],
  ['zero_buffers=1\nbuffer_pattern=66\nrefill_buffers=1', { pattern: '42' }],
  ['refill_buffers=1\nscramble_buffers=1', MADE],
  ['scramble_buffers=0', { scrambleBuffers: false }],
  ['buffer_compress_percentage=100', { zeroBuffers: true }],
  ['buffer_compress_percentage=40', { ...MADE, compressPercent: 40, compressChunkBytes: 512 }],
  [
    'zero_buffers=1\nbuffer_compress_percentage=40\nbuffer_compress_chunk=0\nbuffer_pattern=66',
    { ...MADE, pattern: '42', compressPercent: 40, compressChunkBytes: 0 },
  ],
  ['buffer_compress_percentage=40\nrefill_buffers=0', { compressPercent: 40, compressChunkBytes: 512 }],
  ['dedupe_percentage=30\ndedupe_working_set_percentage=9', { ...MADE, dedupePercent: 30 }],
  [
    'dedupe_percentage=30\ndedupe_mode=working_set\ndedupe_global=1',
    { ...MADE, dedupePercent: 30, dedupeSetPercent: 5, dedupeGlobal: true },
  ],
] as const)
  test(`${lines.replaceAll('\n', ', ')} is what fio makes of it`, () => {
    assert.deepEqual(contentOf(lines), expected);
    assert.deepEqual(lostOf(`[a]\n${WRITES}${lines}`), []);
  });

test('a pattern from a file is not carried, and its job is', () => {
  assert.match(lostOf(`[a]\n${WRITES}buffer_pattern='x.bin'`)[0], /no file is read for a pattern/);
  assert.deepEqual(contentOf("buffer_pattern='x.bin'"), {});
});

test('zeros that fio changes in places are not carried as such', () => {
  assert.match(lostOf(`[a]\n${WRITES}zero_buffers=1\nscramble_buffers=1`)[0], /changed in places/);
});

test('a working set of all jobs is told as that of the workers of one', () => {
  const lines = `[a]\n${WRITES}dedupe_percentage=30\ndedupe_mode=working_set\ndedupe_global=1`;
  assert.ok(
    converted(lines).findings.some(({ kind, why }) => kind === 'differs' && /workers of one job/.test(why)),
  );
});

test('what writes carry is nothing to a job that only reads', () => {
  assert.deepEqual(lostOf('[a]\nrw=read\nsize=1m\nbuffer_pattern=0xzz\ndedupe_percentage=3'), []);
});
