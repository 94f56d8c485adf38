import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bindDriver, bindToVfio } from './bind.js';
import type { GuestContext } from './context.js';
import { runJob } from './run-config.js';
import { waitFor } from './wait.js';

/** Virtualization Management (NVMe base 2.0, 5.28): resources, and actions. */
const RESOURCE = { queues: 0, interrupts: 1 };
const ACTION = { allocatePrimary: 1, assignSecondary: 8, online: 9 };
const PRIMARY = 0;
const SECONDARY = 1;

/** Path of the controller's own device; a disk of a subsystem may be a path to one that others share. */
async function controllerOf(folder: string): Promise<string> {
  const isLive = (name: string): boolean =>
    readFileSync(join(folder, 'nvme', name, 'state'), 'utf8').trim() === 'live';
  const name = await waitFor(`a controller in ${folder}`, () =>
    readdirSync(join(folder, 'nvme')).find(isLive),
  );
  return join('/dev', name);
}

/** What of its drive a function and its controller are given by the driver of the physical one. Returns its address. */
async function makeVirtualFunction(address: string): Promise<string> {
  const folder = `/sys/bus/pci/devices/${address}`;
  bindDriver(address, 'nvme');
  const device = await controllerOf(folder);
  const manage = (controller: number, resource: number, action: number, count: number): void => {
    const asked = Object.entries({ c: controller, r: resource, a: action, n: count });
    execFileSync(
      'nvme',
      ['virt-mgmt', device, ...asked.flatMap(([name, value]) => [`-${name}`, String(value)])],
      {
        stdio: 'pipe',
      },
    );
  };
  // What can be shared out is the physical function's until a reset after it was taken from that.
  for (const resource of Object.values(RESOURCE)) manage(PRIMARY, resource, ACTION.allocatePrimary, 0);
  execFileSync('nvme', ['reset', device]);
  writeFileSync(`${folder}/sriov_drivers_autoprobe`, '0');
  writeFileSync(`${folder}/sriov_numvfs`, '1');
  manage(SECONDARY, RESOURCE.queues, ACTION.assignSecondary, 3);
  manage(SECONDARY, RESOURCE.interrupts, ACTION.assignSecondary, 2);
  manage(SECONDARY, RESOURCE.queues, ACTION.online, 0);
  return basename(readlinkSync(`${folder}/virtfn0`));
}

/** A virtual function of a drive whose physical one stays with the kernel (SR-IOV). */
export async function virtualFunction(context: GuestContext, address: string, serial: string): Promise<void> {
  const made = await context.step('a virtual function is made by the driver of its drive', async () => {
    const virtual = await makeVirtualFunction(address);
    await bindToVfio(virtual);
    return virtual;
  });
  if (made === undefined) return;
  await context.step('a virtual function is written and read by interrupts, over all of its queues', () => {
    const job = { rw: 'randwrite', bs: '4k', iodepth: 8, queue_pairs: 2, size: '1MiB', verify: 'crc32c' };
    const permission = { allow_writes: true, serial_number: serial };
    const { devices, jobs } = runJob(
      context.outDir,
      'virtual',
      `pci:${made}`,
      { ...job, completion: 'interrupt' },
      permission,
    );
    assert.equal(devices[0].serialNumber, serial);
    assert.equal(jobs[0].errors.total, 0);
    assert.equal(jobs[0].verification?.goodBlocks, 2 ** 20 / 512);
  });
}
