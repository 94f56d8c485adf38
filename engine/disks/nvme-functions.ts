/** Every NVMe function of the machine, and whether it can be taken: what `nvbench list` shows. */
import { join } from 'node:path';
import { EngineError, type EngineWarning } from '../errors.js';
import { matchesId, NVME_CLASS_CODE } from '../pci/ids.js';
import { type PciFunction, type ScanProblem, scanPci } from '../pci/scan.js';
import { DEFAULT_SYSFS_ROOT, readOptionalText } from '../pci/sysfs-read.js';
import { judgeUsability, type Usability } from './availability.js';
import { type BlockDevice, blockDevicesOf, nvmeControllerDir } from './block.js';
import { type PlacedMount, placeMounts } from './mount-devices.js';
import { readMounts } from './mounts.js';

/** An NVMe function; strings of the drive are known only while the kernel's nvme driver holds it. */
export interface NvmeFunction extends PciFunction, Usability {
  readonly model: string | undefined;
  readonly serial: string | undefined;
  readonly firmwareRevision: string | undefined;
  /** Block devices the kernel has made of it, with their mounts. */
  readonly blockDevices: readonly BlockDevice[];
}

export interface NvmeListing {
  /** Ordered by address. */
  readonly functions: readonly NvmeFunction[];
  /** Entries of the bus that could not be read; whether they are NVMe is not known. */
  readonly problems: readonly ScanProblem[];
  readonly warnings: readonly EngineWarning[];
}

export interface ListOptions {
  /** `/sys` unless told otherwise. */
  readonly sysfsRoot?: string;
  /** `/proc/self/mountinfo` unless told otherwise. */
  readonly mountinfoPath?: string;
  /** `/proc/swaps` unless told otherwise. */
  readonly swapsPath?: string;
}

function tryReadMounts(
  options: ListOptions,
  sysfsRoot: string,
): { mounts: PlacedMount[]; warnings: EngineWarning[] } {
  try {
    const mounts = readMounts(options.mountinfoPath, options.swapsPath);
    return { mounts: placeMounts(mounts, sysfsRoot), warnings: [] };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const warning: EngineWarning = {
      code: 'mounts-unknown',
      message: `mounted file systems are not known: ${error.message}`,
      advice: 'look for mounts yourself (lsblk) before you unbind a drive',
    };
    return { mounts: [], warnings: [warning] };
  }
}

/** One attribute of the kernel's controller; the drive pads its strings with blanks. */
function controllerText(controllerDir: string | undefined, name: string): string | undefined {
  if (controllerDir === undefined) return undefined;
  try {
    return readOptionalText(join(controllerDir, name));
  } catch {
    return undefined; // a drive that is being reset refuses reads: no reason to hide it
  }
}

function describe(entry: PciFunction, mounts: readonly PlacedMount[], sysfsRoot: string): NvmeFunction {
  const controllerDir = nvmeControllerDir(entry.sysfsPath);
  const blockDevices = blockDevicesOf(entry.sysfsPath, mounts, sysfsRoot);
  const { warnings, ...usability } = judgeUsability(entry, blockDevices, sysfsRoot);
  return {
    ...entry,
    ...usability,
    model: controllerText(controllerDir, 'model'),
    serial: controllerText(controllerDir, 'serial'),
    firmwareRevision: controllerText(controllerDir, 'firmware_rev'),
    blockDevices,
    warnings: [...entry.warnings, ...warnings],
  };
}

/**
 * Lists NVMe functions (class 010802) without touching them; one that cannot be described is a problem beside
 * the others. Throws EngineError PCI_BUS_MISSING.
 */
export function listNvmeFunctions(options: ListOptions = {}): NvmeListing {
  const sysfsRoot = options.sysfsRoot ?? DEFAULT_SYSFS_ROOT;
  const scan = scanPci({ sysfsRoot });
  const { mounts, warnings } = tryReadMounts(options, sysfsRoot);
  const functions: NvmeFunction[] = [];
  const problems = [...scan.problems];
  for (const entry of scan.functions) {
    if (!matchesId(entry, { classCode: NVME_CLASS_CODE })) continue;
    try {
      functions.push(describe(entry, mounts, sysfsRoot));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      problems.push({ address: entry.address, error });
    }
  }
  return { functions, problems, warnings };
}
