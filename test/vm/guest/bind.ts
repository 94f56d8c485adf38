import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { waitFor, waitForPath } from './wait.js';

/** Drivers through sysfs alone, on purpose without the engine's own code: the tests need a second opinion. */

const PCI = '/sys/bus/pci';

/** Name of the driver that has the PCI function, or undefined. */
export function driverOf(address: string): string | undefined {
  return linkName(functionPath(address, 'driver'));
}

/**
 * Gives the PCI function to `driver` by driver_override, away from the driver that has it.
 * @throws Error when the driver is not there afterwards
 */
export function bindDriver(address: string, driver: string): void {
  unbindDriver(address);
  writeFileSync(functionPath(address, 'driver_override'), driver);
  writeFileSync(join(PCI, 'drivers_probe'), address);
  if (driverOf(address) !== driver) {
    throw new Error(`${address}: driver is ${driverOf(address) ?? 'none'} after binding ${driver}`);
  }
}

/** Takes the PCI function from its driver; nothing when it has none. */
export function unbindDriver(address: string): void {
  if (driverOf(address) !== undefined) writeFileSync(functionPath(address, 'driver/unbind'), address);
}

/** Binds to vfio-pci and waits for the group's node. Returns its path, `/dev/vfio/N` or `/dev/vfio/noiommu-N`. */
export async function bindToVfio(address: string): Promise<string> {
  bindDriver(address, 'vfio-pci');
  const group = linkName(functionPath(address, 'iommu_group'));
  if (group === undefined) throw new Error(`${address}: vfio-pci has it, but it is in no IOMMU group`);
  return waitFor(`a node of VFIO group ${group}`, () =>
    [`/dev/vfio/${group}`, `/dev/vfio/noiommu-${group}`].find((path) => existsSync(path)),
  );
}

/** Path of the function's VFIO character device, `/dev/vfio/devices/vfioN`, or undefined: kernel without it. */
export function vfioDeviceNode(address: string): string | undefined {
  const folder = functionPath(address, 'vfio-dev');
  const name = existsSync(folder) ? readdirSync(folder)[0] : undefined;
  const node = name === undefined ? undefined : join('/dev/vfio/devices', name);
  return node !== undefined && existsSync(node) ? node : undefined;
}

/** Gives the function back to the kernel's nvme driver and returns its block device once that is there. */
export async function bindToNvme(address: string): Promise<string> {
  unbindDriver(address);
  writeFileSync(functionPath(address, 'driver_override'), '\n');
  writeFileSync(join(PCI, 'drivers_probe'), address);
  return waitForNvmeDisk(address);
}

/** Path of the first block device of an NVMe function, for example `/dev/nvme0n1`; waits for it. */
export async function waitForNvmeDisk(address: string, timeoutMs?: number): Promise<string> {
  const disk = await waitFor(`a block device of ${address}`, () => nvmeDisk(address), timeoutMs);
  await waitForPath(disk, timeoutMs);
  return disk;
}

function nvmeDisk(address: string): string | undefined {
  const folder = functionPath(address, 'nvme');
  const controller = existsSync(folder) ? readdirSync(folder)[0] : undefined;
  if (controller === undefined) return undefined;
  const disks = readdirSync(join(folder, controller)).filter((entry) => /^nvme\d+n\d+$/.test(entry));
  // The kernel numbers its disks as it finds the namespaces, which may be in any order.
  const nsidOf = (disk: string): number =>
    Number(readFileSync(join(folder, controller, disk, 'nsid'), 'utf8'));
  const [name] = disks.sort((a, b) => nsidOf(a) - nsidOf(b));
  return name === undefined ? undefined : join('/dev', name);
}

function functionPath(address: string, file: string): string {
  return join(PCI, 'devices', address, file);
}

/** Undefined where it is not there, also from one look to the next. */
function linkName(path: string): string | undefined {
  try {
    return basename(readlinkSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
