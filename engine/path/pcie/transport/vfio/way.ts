/** Group or cdev: which of VFIO's two interfaces a function is reached by. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../../../errors.js';
import type { PciFunction } from '../../../../pci/scan.js';
import type { AttachChoice } from '../../../scheme.js';
import { CONTAINER_PATH } from './container.js';
import { groupPath } from './group.js';
import { IOMMUFD_PATH } from './iommufd.js';
import type { VfioSystem } from './system.js';

interface CdevWay {
  readonly kind: 'cdev';
  readonly node: string;
}
export type VfioWay = { readonly kind: 'group' } | CdevWay;

type Subject = Pick<PciFunction, 'address' | 'sysfsPath' | 'iommuGroup' | 'noIommu'>;

/** Path of the function's own node as sysfs names it; the node itself need not be there. */
function cdevNode(sysfsPath: string): string | undefined {
  let names: string[];
  try {
    names = readdirSync(join(sysfsPath, 'vfio-dev'));
  } catch {
    return undefined; // before Linux 6.1, or not bound to vfio-pci
  }
  const name = names.find((each) => /^vfio\d+$/.test(each));
  return name === undefined ? undefined : join('/dev/vfio/devices', name);
}

/** The cdev way, or what is missing for it. Sysfs alone misleads: kernels without cdev have the entry there too. */
function findCdev(entry: Subject, system: VfioSystem): CdevWay | { readonly missing: string } {
  if (entry.noIommu) return { missing: 'VFIO holds it without an IOMMU, and such a device has no node' };
  const node = cdevNode(entry.sysfsPath);
  if (node === undefined || !system.exists(node))
    return { missing: `there is no ${node ?? 'node of it in /dev/vfio/devices'} (CONFIG_VFIO_DEVICE_CDEV)` };
  if (!system.exists(IOMMUFD_PATH)) return { missing: `there is no ${IOMMUFD_PATH} (CONFIG_IOMMUFD)` };
  return { kind: 'cdev', node };
}

function unavailable(address: string, choice: string, reason: string, hint: string): EngineError {
  const op = `attach by ${choice}`;
  return new EngineError({ code: 'ATTACH_WAY_UNAVAILABLE', op, target: address, reason, hint });
}

function groupAccessible({ iommuGroup, noIommu }: Subject, system: VfioSystem): boolean {
  if (iommuGroup === undefined) return false;
  return system.accessible(groupPath({ iommuGroup, noIommu })) && system.accessible(CONTAINER_PATH);
}

/**
 * The way that was asked for, or by itself cdev where the kernel has both nodes, unless this user may use only the
 * group's. Throws EngineError `ATTACH_WAY_UNAVAILABLE` naming what is missing.
 */
export function chooseVfioWay(entry: Subject, choice: AttachChoice, system: VfioSystem): VfioWay {
  const cdev = findCdev(entry, system);
  if (choice === 'cdev') {
    if ('kind' in cdev) return cdev;
    const hint = 'use --attach group, or Linux 6.6 or later with that option; modprobe iommufd';
    throw unavailable(entry.address, choice, cdev.missing, hint);
  }
  if (choice === 'group') {
    if (system.exists(CONTAINER_PATH)) return { kind: 'group' };
    const hint = 'use --attach cdev, or modprobe vfio-pci on a kernel with CONFIG_VFIO_GROUP';
    throw unavailable(entry.address, choice, `there is no ${CONTAINER_PATH}`, hint);
  }
  if (!('kind' in cdev)) return { kind: 'group' };
  const mayCdev = system.accessible(cdev.node) && system.accessible(IOMMUFD_PATH);
  return !mayCdev && groupAccessible(entry, system) ? { kind: 'group' } : cdev;
}
