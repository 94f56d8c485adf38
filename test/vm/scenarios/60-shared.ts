import assert from 'node:assert/strict';
import type { SharedResult } from '../guest/shared.js';
import type { Scenario } from '../scenario.js';

const GIB = 2 ** 30;

export const scenario: Scenario<SharedResult> = {
  name: 'several processes share a drive: conformance, two at once, one killed, the holder killed',
  guestOptions: {
    drives: [{ serial: 'SHARED', backend: 'file', sizeBytes: GIB }],
    timeoutMs: 500_000,
  },
  guestMain: 'shared.js',
  check({ transports, reused }, run) {
    assert.equal(transports.group, 'shared:vfio-group');
    if ('cdev' in transports) assert.equal(transports.cdev, 'shared:vfio-cdev');
    // Where a kernel lets a process unmap only its own memory, the addresses stay set aside.
    if ('cdev' in reused) assert.equal(reused.cdev, true);
    assert.doesNotMatch(run.dmesg, /vfio.*(BUG|WARNING)|\bOops\b/);
  },
  summary: ({ reused }) => `addresses of a killed process given again: ${JSON.stringify(reused)}`,
};
