import assert from 'node:assert/strict';
import type { HoldersResult } from '../guest/holders.js';
import type { Scenario } from '../scenario.js';

const DISK_BYTES = 64 * 2 ** 20;

export const scenario: Scenario<HoldersResult> = {
  name: 'bind beside disks below device-mapper, md and swap; a virtual function (SR-IOV)',
  requires: ['holders'],
  guestOptions: {
    drives: [
      ...['MAPPED', 'ARRAY', 'SWAP', 'IDLE'].map((serial) => ({
        serial,
        backend: 'file' as const,
        sizeBytes: DISK_BYTES,
      })),
      {
        serial: 'SHARED',
        backend: 'file',
        sizeBytes: DISK_BYTES,
        virtualFunctions: 1,
        deviceProperties: { ioeventfd: 'on' },
      },
    ],
    // The guest's root is read-only.
    env: { NVBENCH_STATE_DIR: '/tmp/nvbench-state' },
    timeoutMs: 400_000,
  },
  guestMain: 'holders.js',
  check({ refusals }) {
    assert.equal(Object.keys(refusals).length, 5);
  },
  summary: ({ refusals }) => refusals['a disk below device-mapper'].slice(0, 160),
};
