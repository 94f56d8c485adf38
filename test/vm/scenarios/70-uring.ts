import assert from 'node:assert/strict';
import type { Compared, UringResult } from '../guest/uring.js';
import type { Scenario } from '../scenario.js';

const MIB = 2 ** 20;

const textOf = ({ best, turns }: Compared): string =>
  `${best.map(Math.round).join(', ')} (${turns.length} turns)`;

export const scenario: Scenario<UringResult> = {
  name: 'uring: block device and passthrough; data, statuses, claims, facts, fio agrees',
  alone: true,
  guestOptions: {
    drives: [
      { serial: 'DATA512', backend: 'file', sizeBytes: 64 * MIB },
      { serial: 'DATA4K', backend: 'file', sizeBytes: 64 * MIB, lbaBytes: 4096 },
      { serial: 'SLOW', backend: 'null', sizeBytes: 1024 * MIB, throttleIops: 3000 },
    ],
    timeoutMs: 1_500_000,
  },
  guestMain: 'uring.js',
  check({ block, commands }) {
    for (const { best, turns } of [block, commands]) {
      const [nvbench, fio] = best;
      assert.ok(Math.abs(nvbench / fio - 1) < 0.01, `nvbench and fio: ${JSON.stringify(turns)}`);
    }
  },
  summary: ({ facts, block, commands }) =>
    `rings ${facts.rings.join('; commands ')}; told of ${facts.seen.join(', ') || 'nothing'}; at 3000 IOPS nvbench and fio: block device ${textOf(block)}, commands ${textOf(commands)}`,
};
