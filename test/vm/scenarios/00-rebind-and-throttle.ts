import assert from 'node:assert/strict';
import type { RebindResult } from '../guest/rebind-and-throttle.js';
import type { Scenario } from '../scenario.js';

const DRIVE_IOPS = 3000;

export const scenario: Scenario<RebindResult> = {
  name: 'rebind to vfio-pci and back, then fio on a 3000 IOPS drive',
  alone: true,
  guestOptions: {
    drives: [{ serial: 'SLOW', backend: 'null', sizeBytes: 2 ** 30, throttleIops: DRIVE_IOPS }],
  },
  guestMain: 'rebind-and-throttle.js',
  check(result, run) {
    assert.equal(result.disk, '/dev/nvme0n1');
    assert.match(result.groupNode, /^\/dev\/vfio\/\d+$/);
    // The limit is QEMU's and holds on any machine that reaches it: within 10 %, both sides.
    assert.ok(Math.abs(result.fio.iops / DRIVE_IOPS - 1) < 0.1, `fio reports ${result.fio.iops} IOPS`);
    assert.doesNotMatch(run.dmesg, /DMAR: .*fault/i);
  },
  summary: ({ fio, groupNode, deviceNode }) =>
    `fio ${fio.iops.toFixed(0)} IOPS, ${groupNode}, ${deviceNode ?? 'no cdev'}`,
};
