import assert from 'node:assert/strict';
import type { AttachPhysicalParams, AttachPhysicalResult } from '../guest/attach-physical.js';
import type { Scenario } from '../scenario.js';

const GIB = 2 ** 30;
const params: AttachPhysicalParams = { first: 'vfio-pci', second: 'vfio-pci' };

export const scenario: Scenario<AttachPhysicalResult> = {
  name: 'attach without an IOMMU: VFIO on physical addresses',
  requires: ['noiommu'],
  guestOptions: {
    drives: [
      { serial: 'ONE', backend: 'file', sizeBytes: GIB, deviceProperties: { cmb_size_mb: 1 } },
      { serial: 'TWO', backend: 'file', sizeBytes: GIB },
    ],
    iommu: 'off',
    kernelArgs: ['vfio.enable_unsafe_noiommu_mode=1'],
    timeoutMs: 600_000,
  },
  params,
  guestMain: 'attach-physical.js',
  check({ transport, two }) {
    assert.equal(transport, 'vfio-noiommu');
    assert.deepEqual(two?.kinds, ['vfio-noiommu', 'vfio-noiommu']);
    assert.deepEqual(two?.iovaModes, ['pa', 'pa']);
  },
};
