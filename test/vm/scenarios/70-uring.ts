import assert from 'node:assert/strict';
import type { UringResult } from '../guest/uring.js';
import type { Scenario } from '../scenario.js';

const MIB = 2 ** 20;

export const scenario: Scenario<UringResult> = {
  name: 'uring: block device and passthrough; data, statuses, claims, fio agrees',
  guestOptions: {
    drives: [
      { serial: 'DATA512', backend: 'file', sizeBytes: 64 * MIB },
      { serial: 'DATA4K', backend: 'file', sizeBytes: 64 * MIB, lbaBytes: 4096 },
      { serial: 'SLOW', backend: 'null', sizeBytes: 1024 * MIB, throttleIops: 3000 },
    ],
    timeoutMs: 900_000,
  },
  guestMain: 'uring.js',
  check({ block, commands }) {
    for (const [nvbench, fio] of [block, commands])
      assert.ok(Math.abs(nvbench / fio - 1) < 0.05, `nvbench ${nvbench} IOPS, fio ${fio}`);
  },
  summary: ({ block, commands }) =>
    `at 3000 IOPS nvbench and fio: block device ${block.map(Math.round).join(', ')}, commands ${commands.map(Math.round).join(', ')}`,
};
