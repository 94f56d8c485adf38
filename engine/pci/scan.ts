/** The PCI bus as sysfs shows it. Nothing here touches a device. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, type EngineWarning } from '../errors.js';
import { comparePciAddresses, formatPciAddress, parsePciAddress } from './address.js';
import type { PciIds } from './ids.js';
import { type KernelDriver, readKernelDriver } from './kernel-driver.js';
import { type Bar, readBars } from './resource.js';
import {
  DEFAULT_SYSFS_ROOT,
  fsErrorCode,
  malformed,
  readHex,
  readLinkName,
  readOptionalInteger,
  readOptionalText,
} from './sysfs-read.js';

/** One PCI function. */
export interface PciFunction extends PciIds {
  /** Canonical, for example `0000:01:00.0`. */
  readonly address: string;
  /** Its directory in sysfs. */
  readonly sysfsPath: string;
  readonly revision: number;
  /** Virtual functions enabled now; 0 where the function has none. */
  readonly vfCount: number;
  /** -1 where the kernel does not know, with a warning. */
  readonly numaNode: number;
  readonly bars: readonly Bar[];
  readonly driver: KernelDriver;
  /** Undefined where no IOMMU isolates the function. */
  readonly iommuGroup: number | undefined;
  /** The group is one that VFIO made up in no-IOMMU mode: no isolation and no translation. */
  readonly noIommu: boolean;
  readonly warnings: readonly EngineWarning[];
}

/** An entry of the bus directory that could not be read. */
export interface ScanProblem {
  /** The entry's name; an address unless the name itself is the problem. */
  readonly address: string;
  readonly error: EngineError;
}

export interface ScanResult {
  /** Ordered by address. */
  readonly functions: readonly PciFunction[];
  readonly problems: readonly ScanProblem[];
}

export interface ScanOptions {
  /** `/sys` unless told otherwise. */
  readonly sysfsRoot?: string;
}

function listBus(busDir: string): string[] {
  try {
    return readdirSync(busDir);
  } catch (cause) {
    throw new EngineError({
      code: 'PCI_BUS_MISSING',
      op: 'scan PCI bus',
      target: busDir,
      reason: fsErrorCode(cause),
      hint: 'check that sysfs is mounted and that this machine or container has a PCI bus (lspci)',
      cause,
    });
  }
}

function readNumaNode(path: string, address: string): { numaNode: number; warnings: EngineWarning[] } {
  const node = readOptionalInteger(path);
  if (node !== undefined && node < -1) throw malformed(path, String(node), 'a NUMA node');
  if (node !== undefined && node >= 0) return { numaNode: node, warnings: [] };
  const warning: EngineWarning = {
    code: 'numa-node-unknown',
    message: `${address}: the kernel does not know its NUMA node`,
    advice: 'on a machine with several sockets, choose CPUs of the socket that the slot belongs to',
  };
  return { numaNode: -1, warnings: [warning] };
}

function readIommuGroup(dir: string): { iommuGroup: number | undefined; noIommu: boolean } {
  const link = join(dir, 'iommu_group');
  const name = readLinkName(link);
  if (name === undefined) return { iommuGroup: undefined, noIommu: false };
  if (!/^\d{1,9}$/.test(name)) throw malformed(link, name, 'a group number');
  return { iommuGroup: Number(name), noIommu: readOptionalText(join(link, 'name')) === 'vfio-noiommu' };
}

function readVfCount(dir: string): number {
  const path = join(dir, 'sriov_numvfs');
  // max_vfs is how igb_uio offers the same number.
  const count = readOptionalInteger(join(dir, 'max_vfs')) ?? readOptionalInteger(path) ?? 0;
  if (count < 0) throw malformed(path, String(count), 'a number of virtual functions');
  return count;
}

/** Reads one function's directory. Throws EngineError SYSFS_UNREADABLE, SYSFS_MALFORMED, BAD_PCI_ADDRESS. */
export function readPciFunction(sysfsRoot: string, name: string): PciFunction {
  const address = formatPciAddress(parsePciAddress(name));
  const dir = join(sysfsRoot, 'bus/pci/devices', name);
  return {
    address,
    sysfsPath: dir,
    vendorId: readHex(join(dir, 'vendor'), 4),
    deviceId: readHex(join(dir, 'device'), 4),
    subsystemVendorId: readHex(join(dir, 'subsystem_vendor'), 4),
    subsystemDeviceId: readHex(join(dir, 'subsystem_device'), 4),
    classCode: readHex(join(dir, 'class'), 6),
    revision: readHex(join(dir, 'revision'), 2),
    vfCount: readVfCount(dir),
    bars: readBars(join(dir, 'resource')),
    driver: readKernelDriver(dir),
    ...readIommuGroup(dir),
    ...readNumaNode(join(dir, 'numa_node'), address),
  };
}

/**
 * Every function of the bus. One that cannot be read is a problem beside the others, not a failure.
 * Throws EngineError PCI_BUS_MISSING where there is no bus directory.
 */
export function scanPci(options: ScanOptions = {}): ScanResult {
  const sysfsRoot = options.sysfsRoot ?? DEFAULT_SYSFS_ROOT;
  const functions: PciFunction[] = [];
  const problems: ScanProblem[] = [];
  for (const name of listBus(join(sysfsRoot, 'bus/pci/devices')).sort()) {
    try {
      functions.push(readPciFunction(sysfsRoot, name));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      problems.push({ address: name, error });
    }
  }
  return { functions: sortByAddress(functions), problems };
}

/** A copy in the order of addresses. */
export function sortByAddress(functions: readonly PciFunction[]): PciFunction[] {
  return functions
    .map((entry) => ({ entry, at: parsePciAddress(entry.address) }))
    .sort((a, b) => comparePciAddresses(a.at, b.at))
    .map(({ entry }) => entry);
}
