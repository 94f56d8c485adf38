/** Whether user space can take a function now; if not, why, and what to do. */
import { EngineError, type EngineWarning } from '../errors.js';
import { describeBlockers, type GroupBlocker, groupBlockers, readIommuGroup } from '../pci/group.js';
import type { PciFunction } from '../pci/scan.js';
import { blockersHint, isVmd, TURN_VMD_OFF, vmdAbove } from '../pci/vmd.js';
import type { BlockDevice } from './block.js';

export interface Usability {
  readonly usable: boolean;
  /** Why not; empty where usable. */
  readonly reason: string;
  /** What to do about it; empty where usable. */
  readonly hint: string;
  readonly warnings: readonly EngineWarning[];
}

const ENABLE_IOMMU =
  'enable the IOMMU (VT-d or AMD-Vi in the firmware, intel_iommu=on on the kernel command line), or accept no ' +
  'isolation with modprobe vfio enable_unsafe_noiommu_mode=1';

const no = (reason: string, hint: string): Usability => ({ usable: false, reason, hint, warnings: [] });

function yes(...warnings: EngineWarning[]): Usability {
  return { usable: true, reason: '', hint: '', warnings };
}

function unprotected(address: string): EngineWarning {
  return {
    code: 'no-iommu',
    message: `${address}: no IOMMU stands between the drive and memory; it is given physical addresses`,
    advice: 'use it on a machine whose memory you can afford to lose, or enable the IOMMU and bind vfio-pci',
  };
}

/** The command that takes a function from its driver, and refuses where anything uses it. */
const bindCommand = (address: string): string => `sudo nvbench bind pci:${address}`;

function blockersOf(group: number, sysfsRoot: string): GroupBlocker[] {
  return groupBlockers(readIommuGroup(group, sysfsRoot));
}

function judgeVfio(entry: PciFunction, sysfsRoot: string): Usability {
  const { address, iommuGroup } = entry;
  if (iommuGroup === undefined) return no('no IOMMU group', ENABLE_IOMMU);
  if (entry.noIommu) return yes(unprotected(address));
  const blockers = blockersOf(iommuGroup, sysfsRoot);
  if (blockers.length === 0) return yes();
  const take = `\`${bindCommand(address)}\` takes its idle NVMe drives along; end the use of any other device of it first`;
  return no(`group ${iommuGroup} is not viable: ${describeBlockers(blockers)}`, blockersHint(blockers, take));
}

/** What uses the drive, for example `nvme0n1 (mounted on /)`; empty where nothing does. */
function describeUse(devices: readonly BlockDevice[]): string {
  const uses = devices.map((device) => {
    const mounted = device.mounts.map((mount) => mount.mountPoint);
    const parts = [
      ...(mounted.length > 0 ? [`mounted on ${mounted.join(', ')}`] : []),
      ...(device.holders.length > 0 ? [`held by ${device.holders.join(', ')}`] : []),
    ];
    return parts.length === 0 ? '' : `${device.name} (${parts.join('; ')})`;
  });
  return uses.filter((use) => use !== '').join(', ');
}

function judgeForeign(entry: PciFunction, devices: readonly BlockDevice[], sysfsRoot: string): Usability {
  const bound = entry.driver.kind === 'none' ? 'bound to no driver' : `bound to ${entry.driver.name}`;
  const use = describeUse(devices);
  if (use !== '') {
    return no(
      `${bound} and in use: ${use}`,
      'choose another drive, or first unmount it and stop what holds it',
    );
  }
  const vmd = vmdAbove(entry.sysfsPath);
  if (vmd !== undefined) return no(`${bound}, behind Intel VMD at ${vmd}`, TURN_VMD_OFF);
  const take = `\`${bindCommand(entry.address)}\``;
  if (entry.iommuGroup === undefined)
    return no(`${bound}, and no IOMMU group`, `${ENABLE_IOMMU}; then ${take}`);
  const others = blockersOf(entry.iommuGroup, sysfsRoot).filter((other) => other.address !== entry.address);
  if (others.length === 0) return no(bound, take);
  const needed = `group ${entry.iommuGroup} also needs it: ${describeBlockers(others)}`;
  return others.some(isVmd) ? no(`${bound}; ${needed}`, TURN_VMD_OFF) : no(bound, `${take}; ${needed}`);
}

/** Judges by the bound driver, the group and the use the kernel makes of it. Touches nothing. */
export function judgeUsability(
  entry: PciFunction,
  devices: readonly BlockDevice[],
  sysfsRoot: string,
): Usability {
  try {
    switch (entry.driver.kind) {
      case 'vfio-pci':
        return judgeVfio(entry, sysfsRoot);
      case 'igb_uio':
      case 'uio_pci_generic':
        return yes(unprotected(entry.address));
      default:
        return judgeForeign(entry, devices, sysfsRoot);
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return no(`group ${entry.iommuGroup} cannot be read: ${error.reason}`, error.hint);
  }
}
