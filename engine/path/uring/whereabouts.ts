/** Where a namespace is that the kernel may name anew: found by function, ID and serial number, never by the number in its name. */
import { join } from 'node:path';
import { blockId, characterId, type DeviceId, deviceIdAt } from '../../pci/device-id.js';
import { DEFAULT_SYSFS_ROOT } from '../../pci/sysfs-read.js';
import type { Whereabouts } from '../scheme.js';
import { formatTarget, type Target } from '../target.js';
import { attribute, kernelNamespaces } from './namespaces.js';
import { findPlace } from './place.js';
import { readUringOptions } from './target.js';

/** What stays of a namespace while drivers come and go. */
export interface Known {
  readonly pciFunction: string;
  readonly nsid: number;
  readonly serialNumber: string;
}

/**
 * Its node as the kernel names it now; undefined while there is none, or the node in /dev leads elsewhere. `idAt` says which
 * device is at a path.
 */
export function nodeNow(
  { pciFunction, nsid, serialNumber }: Known,
  kind: 'block' | 'command',
  sysfsRoot = DEFAULT_SYSFS_ROOT,
  idAt: (path: string) => DeviceId | undefined = deviceIdAt,
): string | undefined {
  const found = kernelNamespaces(sysfsRoot).find(
    (each) =>
      each.pciFunction === pciFunction &&
      each.nsid === String(nsid) &&
      each.serial === serialNumber &&
      each.hasSize,
  );
  const name = kind === 'block' ? found?.disk : found?.generic;
  if (name === undefined) return undefined;
  const [folder, idOf] =
    kind === 'block' ? (['class/block', blockId] as const) : (['class/nvme-generic', characterId] as const);
  const path = join('/dev', name);
  return idAt(path) === idOf(attribute(join(sysfsRoot, folder, name, 'dev'))) ? path : undefined;
}

/** Undefined of what is no whole namespace of one PCI function. Throws as `findPlace`. */
export function whereaboutsOf(target: Target, sysfsRoot?: string): Whereabouts | undefined {
  const place = findPlace(target.address, readUringOptions(target), sysfsRoot);
  const { kind, nvme, partition, pciFunction, nsid, serialNumber } = place;
  if (kind === 'file' || !nvme || partition || pciFunction === undefined) return undefined;
  return {
    pciFunction,
    what: `namespace ${nsid} of the drive ${serialNumber}`,
    targetNow() {
      const address = nodeNow({ pciFunction, nsid, serialNumber }, kind, sysfsRoot);
      return address === undefined ? undefined : formatTarget({ ...target, address });
    },
  };
}
