import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { driveAddress } from '../guest-options.js';
import { bindToNvme, bindToVfio, driverOf, vfioDeviceNode } from './bind.js';
import type { GuestContext } from './context.js';
import { type FioResult, fioInGuest } from './fio.js';
import { freeHugepages, setHugepages } from './hugepages.js';
import { waitForNoPath } from './wait.js';

export interface RebindResult {
  disk: string;
  groupNode: string;
  /** Undefined on a kernel without VFIO character devices. */
  deviceNode?: string;
  fio: Pick<FioResult, 'iops' | 'totalIos' | 'meanLatencyNs'>;
}

/** Takes the first drive to vfio-pci and back, then reads it with fio through the kernel's driver. */
export default async function rebindAndThrottle(context: GuestContext): Promise<RebindResult> {
  const address = driveAddress(0);
  const before = await bindToNvme(address);
  const groupNode = await bindToVfio(address);
  await context.step('vfio-pci takes the drive from the kernel', async () => {
    assert.equal(driverOf(address), 'vfio-pci');
    await waitForNoPath(before);
    assert.ok(existsSync('/dev/vfio/vfio'));
  });
  const deviceNode = vfioDeviceNode(address);
  const disk = await bindToNvme(address);
  await context.step('the nvme driver has it back', () => {
    assert.equal(driverOf(address), 'nvme');
    assert.ok(!existsSync(groupNode), `${groupNode} is still there`);
  });
  await context.step('hugepages can be added', () => {
    assert.equal(setHugepages(80), 80);
    assert.equal(freeHugepages(), 80);
  });
  const { iops, totalIos, meanLatencyNs } = await fioInGuest({
    filename: disk,
    rw: 'randread',
    iodepth: 32,
    runtimeS: 2,
    rampTimeS: 1,
  });
  return { disk, groupNode, deviceNode, fio: { iops, totalIos, meanLatencyNs } };
}
