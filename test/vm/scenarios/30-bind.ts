import assert from 'node:assert/strict';
import type { BindResult } from '../guest/bind-and-restore.js';
import type { Scenario } from '../scenario.js';

const DISK_BYTES = 64 * 2 ** 20;

export const scenario: Scenario<BindResult> = {
  name: 'bind beside used drives, as an ordinary user, and back after kill -9',
  guestOptions: {
    drives: ['IDLE', 'MOUNTED', 'LVM', 'MD'].map((serial) => ({
      serial,
      backend: 'file' as const,
      sizeBytes: DISK_BYTES,
    })),
    // The guest's root is read-only.
    env: { NVBENCH_STATE_DIR: '/tmp/nvbench-state' },
    timeoutMs: 400_000,
  },
  guestMain: 'bind-and-restore.js',
  check(result, run) {
    assert.deepEqual(Object.keys(result.refusals), ['mounted', 'LVM member', 'md member']);
    assert.doesNotMatch(run.dmesg, /DMAR: .*fault/i);
  },
  summary: ({ memlockError }) => memlockError.slice(0, 160),
};
