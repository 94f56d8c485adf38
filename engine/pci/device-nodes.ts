/** The device nodes through which user space reaches a function. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BindHost } from './bind-host.js';
import { listNames, readLinkName } from './sysfs-read.js';

export interface UserNodes {
  /** `/dev/vfio/N`, or `/dev/vfio/noiommu-N`. */
  readonly group?: string;
  /** `/dev/vfio/devices/vfioN`, kernels with CONFIG_VFIO_DEVICE_CDEV. */
  readonly device?: string;
  /** `/dev/iommu`, which goes with `device`. */
  readonly iommufd?: string;
  /** `/dev/uioN`. */
  readonly uio?: string;
}

const present = (path: string): string | undefined => (existsSync(path) ? path : undefined);

/** The nodes that exist now for a function. */
export function userNodes(host: BindHost, address: string): UserNodes {
  const dir = join(host.sysfsRoot, 'bus/pci/devices', address);
  const vfio = join(host.devRoot, 'vfio');
  const number = readLinkName(join(dir, 'iommu_group'));
  const cdev = listNames(join(dir, 'vfio-dev'))[0];
  const uioName = listNames(join(dir, 'uio')).find((name) => /^uio\d+$/.test(name));
  const group =
    number === undefined
      ? undefined
      : (present(join(vfio, number)) ?? present(join(vfio, `noiommu-${number}`)));
  const device = cdev === undefined ? undefined : present(join(vfio, 'devices', cdev));
  const iommufd = device === undefined ? undefined : present(join(host.devRoot, 'iommu'));
  const uio = uioName === undefined ? undefined : present(join(host.devRoot, uioName));
  return { group, device, iommufd, uio };
}

/** The nodes of this function alone: not `/dev/iommu`, which all share. */
export function ownNodes({ group, device, uio }: UserNodes): string[] {
  return [group, device, uio].filter((path) => path !== undefined);
}

/** Whether a path is one that `userNodes` can have named. */
export function isUserNode({ devRoot }: BindHost, path: string): boolean {
  if (!path.startsWith(`${devRoot}/`)) return false;
  return /^(?:vfio\/(?:noiommu-)?\d+|vfio\/devices\/vfio\d+|iommu|uio\d+)$/.test(
    path.slice(devRoot.length + 1),
  );
}
