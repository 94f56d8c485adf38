import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../../bench/config/load.js';
import { jobContent } from '../../../../bench/run/plan/job-content.js';

const LBAS = { sizeBytes: 2 ** 20, leastBytes: 4096 };
const contentOf = (lines: string) => {
  const text = `device: sim\nallow_writes: true\njobs:\n  - { name: a, rw: write, size: 1MiB, ${lines} }\n`;
  return jobContent(parseConfig(text, 'x.yaml').jobs[0], LBAS);
};

test('a job without a word of it has the data that it always had', () => {
  for (const lines of [
    'iodepth: 4',
    'zero_buffers: false, scramble_buffers: true',
    'write_mode: zeroes, zero_buffers: true',
  ])
    assert.equal(contentOf(lines), undefined);
});

test('zeros and a pattern fill all of a write, and are not made anew', () => {
  const whole = { patternPercent: 100, chunkBytes: 512, refill: false };
  assert.deepEqual(contentOf('zero_buffers: true'), whole);
  assert.deepEqual(contentOf('buffer_pattern: "0xff"'), { ...whole, pattern: { bytes: [255], offsets: [] } });
});

test('a working set is so many writes as fill its percentage of the region', () => {
  const lines = 'dedupe_percentage: 50, dedupe_mode: working_set, dedupe_working_set_percentage: 25';
  assert.deepEqual(contentOf(lines)?.dedupe, { percent: 50, setIos: 64, ofAllWorkers: false });
});

test('compressible data are made anew unless the job says otherwise', () => {
  const of = { patternPercent: 40, chunkBytes: 4096 };
  const lines = 'buffer_compress_percentage: 40, buffer_compress_chunk: 4k';
  assert.deepEqual(contentOf(lines), { ...of, refill: true });
  assert.deepEqual(contentOf(`${lines}, refill_buffers: false`), { ...of, refill: false });
});
