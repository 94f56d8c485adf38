import assert from 'node:assert/strict';
import type { AttachWaysResult } from '../guest/attach-ways.js';
import type { Scenario } from '../scenario.js';

const GIB = 2 ** 30;

export const scenario: Scenario<AttachWaysResult> = {
  name: 'attach by cdev: conformance; by cdev and by group two controllers share a space',
  requires: ['cdev'],
  guestOptions: {
    drives: [
      {
        serial: 'ONE',
        backend: 'file',
        sizeBytes: GIB,
        deviceProperties: { cmb_size_mb: 1, 'legacy-cmb': 'on' },
      },
      { serial: 'TWO', backend: 'file', sizeBytes: GIB, mdts: 3, deviceProperties: { max_ioqpairs: 1 } },
    ],
    iommuBits: 39,
    timeoutMs: 600_000,
  },
  guestMain: 'attach-ways.js',
  check({ transports, byCdev, byGroup }, run) {
    assert.deepEqual(transports, { auto: 'vfio-cdev', group: 'vfio-group', cdev: 'vfio-cdev' });
    const va = { iovaModes: ['va', 'va'], shared: true };
    assert.deepEqual(byCdev, { kinds: ['vfio-cdev', 'vfio-cdev'], ...va });
    assert.deepEqual(byGroup, { kinds: ['vfio-group', 'vfio-group'], ...va });
    assert.doesNotMatch(run.dmesg, /DMAR: .*fault/i);
  },
};
