import assert from 'node:assert/strict';
import type { AcrossResult } from '../guest/across.js';
import type { Scenario } from '../scenario.js';

const MIB = 2 ** 20;

export const scenario: Scenario<AcrossResult> = {
  name: 'across: ab of vfio-pci against io_uring on one drive, which always goes back',
  guestOptions: {
    drives: [
      { serial: 'CROSS', backend: 'file', sizeBytes: 64 * MIB, throttleIops: 3000 },
      { serial: 'BESIDE', backend: 'file', sizeBytes: 64 * MIB, lbaBytes: 4096 },
    ],
    // The guest's root is read-only.
    env: { NVBENCH_STATE_DIR: '/tmp/nvbench-state' },
    timeoutMs: 1_800_000,
  },
  guestMain: 'across.js',
  check({ transports, hashes, same }, run) {
    assert.equal(transports.length, 3);
    assert.match(hashes[0], /^[0-9a-f]{16}$/);
    assert.ok(same.same > 0, 'nothing was found to be the same');
    assert.doesNotMatch(run.dmesg, /DMAR: .*fault/i);
  },
  summary: ({ transports, hashes, same, restored }) =>
    `${transports.join(', ')}: hash ${hashes[0]}; one path on both sides: ${JSON.stringify(same)}; ${restored}`,
};
