/** The processes that keep the kernel from taking a function from its driver for user space. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BindHost } from '../pci/bind-host.js';
import { ownNodes, userNodes } from '../pci/device-nodes.js';
import { readKernelDriver } from '../pci/kernel-driver.js';
import {
  descriptorsOf,
  type OpenFile,
  openFiles,
  processIds,
  processName,
  wantedNodes,
} from './open-files.js';

const DEVICE = 'anon_inode:[vfio-device]';

interface Descriptor {
  readonly path: string;
  readonly link: string;
}

/** The function that a descriptor of a VFIO device is of, where the kernel shows it in fdinfo. */
function shownAddress(processDir: string, { link }: Descriptor): string | undefined {
  try {
    const text = readFileSync(join(processDir, 'fdinfo', basename(link)), 'utf8');
    const path = /^vfio-device-syspath:\s*(\S+)/m.exec(text)?.[1];
    return path === undefined ? undefined : basename(path);
  } catch {
    return undefined; // closed since, or another's
  }
}

/** Whether the process got a VFIO device from another one, which is this function, or may be. */
function hasPassedDevice({ devRoot }: BindHost, processDir: string, address: string): boolean {
  const open = descriptorsOf(processDir);
  const devices = open.filter(({ path }) => path === DEVICE);
  if (devices.length === 0) return false;
  const shown = devices.map((each) => shownAddress(processDir, each));
  if (shown.includes(address)) return true;
  if (!shown.includes(undefined)) return false;
  // A process that opened its devices itself has their groups open too: those are looked for by their nodes.
  const vfio = join(devRoot, 'vfio');
  const has = (pattern: RegExp): boolean =>
    open.some(({ path }) => path.startsWith(`${vfio}/`) && pattern.test(path.slice(vfio.length + 1)));
  return has(/^vfio$/) && !has(/^(noiommu-)?\d+$/);
}

/** Processes with a descriptor of the VFIO device that they did not open themselves, such as those of `run --shared`. */
function passedDevices(host: BindHost, address: string): OpenFile[] {
  const { kind, name } = readKernelDriver(join(host.sysfsRoot, 'bus/pci/devices', address));
  if (kind !== 'vfio-pci' && !/[-_]vfio[-_]pci$/.test(name)) return [];
  const path = 'a VFIO device (by a descriptor from another process)';
  return processIds(host).flatMap((pid) => {
    const dir = join(host.procRoot, String(pid));
    return hasPassedDevice(host, dir, address) ? [{ pid, processName: processName(dir), path }] : [];
  });
}

/**
 * Processes that have the function open through its nodes or by a descriptor they were given: until the last of them
 * closes it, the kernel does not come back from taking the function away.
 */
export function deviceUsers(host: BindHost, address: string): OpenFile[] {
  const byNode = openFiles(host, wantedNodes(host, ownNodes(userNodes(host, address))));
  const named = new Set(byNode.map(({ pid }) => pid));
  return [...byNode, ...passedDevices(host, address).filter(({ pid }) => !named.has(pid))];
}
