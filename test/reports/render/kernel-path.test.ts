import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeviceRecord } from '../../../reports/index.js';
import { kernelFacts } from '../../../reports/render/kernel-path.js';
import { formatMarkdown } from '../../../reports/views/markdown.js';
import { formatText } from '../../../reports/views/text.js';
import { drive, kernelPath, sampleResult } from '../sample.js';

const layers = [
  { name: 'dm-0', kind: 'filter', what: 'LVM volume vg-data' },
  { name: 'nvme0n1p1', kind: 'partition', what: 'partition of nvme0n1' },
] as const;
const factsOf = (change: Partial<typeof kernelPath>) =>
  Object.fromEntries(kernelFacts({ ...drive, kernelPath: { ...kernelPath, ...change } }));

test('rings, the way down and the queues are three rows', () => {
  assert.deepEqual(factsOf({ way: 'file', fileSystem: 'ext4', layers }), {
    rings: 'SINGLE_ISSUER, DEFER_TASKRUN; registered buffers, file',
    through: 'ext4 on dm-0 (LVM volume vg-data) on nvme0n1p1 (partition of nvme0n1) on nvme0n1',
    queues: 'nvme0n1: scheduler none, nr_requests 1023, write_cache write back, iostats on, no poll queues',
  });
});

test('commands go to the driver, past all layers', () => {
  assert.equal(factsOf({ way: 'command', layers }).through, 'commands to the driver on nvme0n1');
});

test('what is not known is left out, and all of it where the kernel has no part', () => {
  assert.equal(factsOf({ disks: [{ name: 'dm-9' }] }).queues, 'dm-9: no queue of its own');
  assert.deepEqual(Object.keys(factsOf({ disks: [] })), ['rings']);
  assert.deepEqual(kernelFacts(drive), []);
});

test('text and Markdown have the rows, and no control character of theirs', () => {
  const evil = { ...kernelPath, fileSystem: 'x\x1b[2J' };
  const devices: DeviceRecord[] = [{ ...drive, kernelPath: evil }];
  const result = { ...sampleResult(), devices };
  for (const text of [formatText(result, { color: false, width: 120 }), formatMarkdown([result])]) {
    assert.match(text, /rings +SINGLE.?_ISSUER, DEFER.?_TASKRUN; registered buffers, file/);
    assert.match(text, /iostats on, no poll queues/);
    assert.ok(!text.includes('\x1b'));
  }
});
