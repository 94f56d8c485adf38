/** What sysfs tells of the namespaces that the kernel's NVMe driver has, and of the controllers behind each. Opens nothing. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DeviceLists } from '../../pci/device-lists.js';
import { DEFAULT_SYSFS_ROOT, listNames, readOptionalText } from '../../pci/sysfs-read.js';
import type { Offer, ScanEntry } from '../scheme.js';

const DISK = /^nvme\d+n\d+$/;
const byNumber = new Intl.Collator('en', { numeric: true }).compare;

/** An attribute, or '' where it is missing or cannot be read: a drive that is being reset refuses. */
export function attribute(path: string): string {
  try {
    return readOptionalText(path) ?? '';
  } catch {
    return '';
  }
}

/** Folders of the controllers that reach a disk; under native multipath a subsystem is between, and there may be several. */
export function controllersOf(diskDir: string): string[] {
  const link = join(diskDir, 'device');
  if (!existsSync(link)) return [];
  const dir = realpathSync(link);
  if (!basename(dir).startsWith('nvme-subsys')) return [dir];
  return listNames(dir)
    .filter((name) => /^nvme\d+$/.test(name))
    .map((name) => realpathSync(join(dir, name)));
}

/** Address of the PCI function that a disk's only controller is; undefined where there are several, or it is none. */
export function pciFunctionOf(diskDir: string): string | undefined {
  const controllers = controllersOf(diskDir);
  if (controllers.length !== 1 || attribute(join(controllers[0], 'transport')) !== 'pcie') return undefined;
  return attribute(join(controllers[0], 'address')) || undefined;
}

/** -1 where the disk belongs to no node, or has several controllers. */
export function numaNodeOf(diskDir: string): number {
  const [controller, ...others] = controllersOf(diskDir);
  if (controller === undefined || others.length > 0) return -1;
  const node = attribute(join(controller, 'numa_node')) || attribute(join(controller, 'device/numa_node'));
  return Number(node || '-1');
}

export interface KernelNamespace {
  readonly disk: string;
  /** Kernel name of the character device of the same namespace; undefined before Linux 5.13. */
  readonly generic: string | undefined;
  readonly nsid: string;
  readonly serial: string;
  /** Model and serial number of the drive, as far as sysfs tells. */
  readonly drive: string;
  readonly pciFunction: string | undefined;
  readonly hasSize: boolean;
}

/** Of a drive with several paths once, by its head. */
export function kernelNamespaces(sysfsRoot: string): KernelNamespace[] {
  const disks = listNames(join(sysfsRoot, 'block'))
    .filter((name) => DISK.test(name))
    .sort(byNumber);
  return disks.map((disk) => {
    const dir = join(sysfsRoot, 'block', disk);
    const generic = disk.replace(/^nvme/, 'ng');
    const [model, serial] = ['model', 'serial'].map((name) => attribute(join(dir, 'device', name)));
    return {
      disk,
      generic: existsSync(join(sysfsRoot, 'class/nvme-generic', generic)) ? generic : undefined,
      nsid: attribute(join(dir, 'nsid')) || '1',
      serial,
      drive: [model, serial].filter((name) => name !== '').join(' ') || 'a drive without a name',
      pciFunction: pciFunctionOf(dir),
      hasSize: attribute(join(dir, 'size')) !== '0',
    };
  });
}

const NO_SIZE =
  'the kernel gives it no size, since it does no I/O to its format (metadata); bind the drive, or format it';

/** Each namespace as the targets that reach it: its block device, and its generic device where there is one. */
export function scanNamespaces(sysfsRoot = DEFAULT_SYSFS_ROOT, lists?: DeviceLists): ScanEntry[] {
  return kernelNamespaces(sysfsRoot).flatMap((namespace) => {
    const { disk, generic, nsid, drive, pciFunction, hasSize } = namespace;
    const at = pciFunction === undefined ? '' : ` (${pciFunction})`;
    const kept = pciFunction === undefined ? undefined : lists?.refusal(pciFunction);
    const reason = kept === undefined ? (hasSize ? '' : NO_SIZE) : `${kept.reason}; ${kept.hint}`;
    const entry = (node: string, way: string): ScanEntry => ({
      target: `uring:/dev/${node}`,
      description: `namespace ${nsid} of ${drive}${at}, ${way}`,
      usable: reason === '',
      reason,
      ...(pciFunction === undefined ? {} : { pciFunction }),
    });
    return [
      entry(disk, "the kernel's block device"),
      ...(generic === undefined ? [] : [entry(generic, 'NVMe commands through the kernel')]),
    ];
  });
}

/** What a shell may offer: the same, and the beginning of all others. */
export function offerNamespaces(sysfsRoot = DEFAULT_SYSFS_ROOT): Offer[] {
  const found = scanNamespaces(sysfsRoot).filter(({ usable }) => usable);
  return [
    ...found.map(({ target, description }) => ({ value: target, describe: description })),
    { value: 'uring:/', describe: 'a block device or a file, through the kernel (io_uring)' },
  ];
}
