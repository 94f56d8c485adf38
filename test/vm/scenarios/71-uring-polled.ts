import assert from 'node:assert/strict';
import type { PolledResult } from '../guest/uring-polled.js';
import type { Scenario } from '../scenario.js';

export const scenario: Scenario<PolledResult> = {
  name: 'polled queues of the kernel: reads and writes that no interrupt ends',
  brief: true,
  guestOptions: {
    drives: [{ serial: 'POLLED', backend: 'file', sizeBytes: 16 * 2 ** 20 }],
    // The guest's root is read-only.
    env: { NVBENCH_STATE_DIR: '/tmp/nvbench-state' },
    timeoutMs: 600_000,
  },
  guestMain: 'uring-polled.js',
  check({ rings }) {
    assert.equal(rings.length, 4);
  },
  summary: ({ rings }) => `rings ${rings.join('; ')}`,
};
