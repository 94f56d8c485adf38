import assert from 'node:assert/strict';
import type { AttachPhysicalParams, AttachPhysicalResult } from '../guest/attach-physical.js';
import { UNPLUG_LINE } from '../guest/background-run.js';
import type { Scenario } from '../scenario.js';

const GIB = 2 ** 30;
const params: AttachPhysicalParams = { first: 'uio_pci_generic', second: 'vfio-pci', unplug: true };

export const scenario: Scenario<AttachPhysicalResult> = {
  name: 'attach by uio on physical addresses, with a vfio drive in the same process',
  requires: ['uio'],
  guestOptions: {
    drives: [
      { serial: 'ONE', backend: 'file', sizeBytes: GIB, deviceProperties: { cmb_size_mb: 1 } },
      { serial: 'TWO', backend: 'file', sizeBytes: GIB },
    ],
    // The kernel's own mappings are then one to one, and a device outside VFIO may use physical addresses.
    kernelArgs: ['iommu=pt'],
    timeoutMs: 900_000,
  },
  params,
  guestMain: 'attach-physical.js',
  async during(guest) {
    await guest.console.waitFor(new RegExp(UNPLUG_LINE), 700_000);
    await guest.qmp('device_del', { id: 'nvme-ONE' });
  },
  check({ transport, two }, run) {
    assert.equal(transport, 'uio');
    // The drive on vfio-pci is attached first, and yet the one on uio decides the mode of both.
    assert.match(two?.kinds.join(' ') ?? '', /^vfio-(cdev|group) uio$/);
    assert.deepEqual(two?.iovaModes, ['pa', 'pa']);
    assert.doesNotMatch(run.dmesg, /DMAR: .*fault/i);
  },
};
