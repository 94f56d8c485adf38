/** What of the kernel a drive of this path is reached through, for reports. Opens nothing. */
import { join } from 'node:path';
import { blockUses } from '../../disks/block-uses.js';
import { type PlacedMount, placeMounts } from '../../disks/mount-devices.js';
import { readMounts } from '../../disks/mounts.js';
import { EngineError } from '../../errors.js';
import type { BindHost } from '../../pci/bind-host.js';
import { blockIdNumber } from '../../pci/device-id.js';
import { SETUP } from '../../sys/io-uring-abi.js';
import type { KernelPath } from '../drive.js';
import { blockLayers } from './block-layers.js';
import type { Place } from './place.js';

/** Names of SETUP flags that the kernel has granted; a ring that is made disabled is enabled before its first I/O. */
export function ringFlagNames(flags: number): string[] {
  return Object.entries(SETUP)
    .filter(([name, bit]) => name !== 'R_DISABLED' && (flags & bit) !== 0)
    .map(([name]) => name);
}

/** All but what its rings turn out to be. */
export function kernelPathOf(place: Place, host: BindHost): Omit<KernelPath, 'ringFlags'> {
  const { kind, deviceNumber } = place;
  const mount = kind === 'file' ? orElse(undefined, () => mountOf(place, host)) : undefined;
  const numbers = mount === undefined ? [deviceNumber] : blockNumbersOf(mount);
  const { layers, disks } = blockLayers(numbers, host.sysfsRoot);
  return {
    way: kind,
    registered: ['buffers', 'file'],
    ...(mount === undefined ? {} : { fileSystem: mount.fileSystem }),
    layers,
    disks,
    uses: usesOf(place, host),
  };
}

/** What cannot be found out is left out: it stops no run. */
function orElse<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return otherwise;
  }
}

/** What a file's file system is mounted as, with its devices. A file may be mounted by itself, as in containers. */
function mountOf({ path }: Place, host: BindHost): PlacedMount | undefined {
  const { procRoot, sysfsRoot } = host;
  const mounts = readMounts(join(procRoot, 'self/mountinfo'), join(procRoot, 'swaps')).filter(
    ({ mountPoint }) => mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`),
  );
  const longest = Math.max(...mounts.map(({ mountPoint }) => mountPoint.length));
  // Of two on one place the later covers the earlier.
  const found = mounts.filter(({ mountPoint }) => mountPoint.length === longest).slice(-1);
  return placeMounts(found, sysfsRoot, (each) => host.deviceIdAt(each))[0];
}

const blockNumbersOf = ({ deviceIds }: PlacedMount): string[] =>
  [...deviceIds].map(blockIdNumber).filter((number) => number !== undefined);

/** Who uses a block device beside the run, as far as that can be told; of a generic device that beside it. */
function usesOf({ blockName }: Place, host: BindHost): string[] {
  if (blockName === undefined) return [];
  return orElse([], () => blockUses(host, blockName).map(({ found }) => found));
}
