/** Judges whether a function may be taken from the kernel, and what that would change. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findUses } from '../disks/find-reasons.js';
import type { Use } from '../disks/reason.js';
import { EngineError, type EngineWarning } from '../errors.js';
import type { BindHost } from '../pci/bind-host.js';
import { type GroupMember, groupBlockers, readIommuGroup } from '../pci/group.js';
import { NVME_CLASS_CODE } from '../pci/ids.js';
import { type PciFunction, readPciFunction } from '../pci/scan.js';
import { isVmd, TURN_VMD_OFF, vmdAbove } from '../pci/vmd.js';
import { type Missing, missingForBind, noIommuAllowed, type UserDriver } from './bind-prerequisites.js';
import { changeWrites, type DriverChange, planDriverChange, type SysfsWrite } from './driver-change.js';

/** The option that insists on taking a device that is in use. */
export const FORCE_OPTION = '--i-know-it-is-in-use';

export interface BindWish {
  /** Canonical PCI address. */
  readonly address: string;
  readonly driver: UserDriver;
  /** Take it in spite of every use that may be overridden. */
  readonly force: boolean;
}

export interface BindPlan {
  readonly address: string;
  readonly driver: UserDriver;
  /** The function first, then others of its IOMMU group; empty where the driver has it already. */
  readonly changes: readonly DriverChange[];
  /** What `force` overrides. */
  readonly overridden: readonly Use[];
  readonly warnings: readonly EngineWarning[];
}

/** The writes of a plan, in their order. */
export function planWrites(host: BindHost, plan: BindPlan): SysfsWrite[] {
  return plan.changes.flatMap((change) => changeWrites(host, change));
}

/**
 * Plans without touching anything. Throws EngineError: BIND_UNAVAILABLE (the machine lacks something), NO_SUCH_DEVICE
 * and NOT_NVME of kind `input`, BEHIND_VMD, NO_IOMMU_GROUP, DEVICE_IN_USE with everything that was found.
 */
export function planBind(host: BindHost, wish: BindWish): BindPlan {
  const { address, driver } = wish;
  refuseMissing(missingForBind(host, driver), wish);
  const entry = readNvme(host, address);
  refuseBehindVmd(entry);
  const change = planDriverChange(host, address, driver);
  const changes = change === undefined ? [] : [change];
  const uses = change === undefined ? [] : findUses(host, address);
  if (driver === 'vfio-pci') {
    refuseWithoutGroup(host, entry);
    for (const member of groupBlockersBeside(host, entry)) {
      uses.push(...memberUses(host, entry, member));
      const with_ = planDriverChange(host, member.address, driver);
      if (with_ !== undefined) changes.push(with_);
    }
  }
  refuseUsed(wish, uses);
  return { address, driver, changes, overridden: uses, warnings: warningsOf(host, wish, entry) };
}

function refuseMissing(missing: readonly Missing[], { address, driver }: BindWish): void {
  if (missing.length === 0) return;
  throw new EngineError({
    code: 'BIND_UNAVAILABLE',
    op: `bind to ${driver}`,
    target: address,
    reason: missing.map(({ what }) => what).join('; '),
    hint: missing.map(({ fix }) => fix).join('; then '),
  });
}

function readNvme(host: BindHost, address: string): PciFunction {
  const refused = (code: string, reason: string): EngineError =>
    new EngineError({
      code,
      op: 'bind',
      target: address,
      reason,
      hint: 'run `nvbench list` for what is there',
      kind: 'input',
    });
  if (!existsSync(join(host.sysfsRoot, 'bus/pci/devices', address)))
    throw refused('NO_SUCH_DEVICE', 'there is no such PCI function');
  const entry = readPciFunction(host.sysfsRoot, address);
  if (entry.classCode === NVME_CLASS_CODE) return entry;
  const classText = entry.classCode.toString(16).padStart(6, '0');
  throw refused('NOT_NVME', `its class is ${classText}, not 010802 (NVM Express)`);
}

function refuseBehindVmd({ address, sysfsPath }: PciFunction): void {
  const vmd = vmdAbove(sysfsPath);
  if (vmd === undefined) return;
  throw new EngineError({
    code: 'BEHIND_VMD',
    op: 'bind',
    target: address,
    reason: `it is behind Intel VMD at ${vmd}, which stands between the drive and user space`,
    hint: TURN_VMD_OFF,
  });
}

function refuseWithoutGroup(host: BindHost, entry: PciFunction): void {
  if (entry.iommuGroup !== undefined || noIommuAllowed(host.sysfsRoot)) return;
  throw new EngineError({
    code: 'NO_IOMMU_GROUP',
    op: 'bind to vfio-pci',
    target: entry.address,
    reason: 'it is in no IOMMU group, though others are: no IOMMU stands above its slot',
    hint: 'use another slot, or accept no isolation with modprobe vfio enable_unsafe_noiommu_mode=1',
  });
}

/** Other members of the group that VFIO will not share it with. */
function groupBlockersBeside(host: BindHost, entry: PciFunction): GroupMember[] {
  if (entry.iommuGroup === undefined || entry.noIommu) return [];
  const group = readIommuGroup(entry.iommuGroup, host.sysfsRoot);
  const blocking = new Set(groupBlockers(group).map(({ address }) => address));
  return group.members.filter(({ address }) => address !== entry.address && blocking.has(address));
}

/** An idle NVMe function is taken along; of any other device only its user can say whether it is needed. */
function memberUses(host: BindHost, { iommuGroup }: PciFunction, member: GroupMember): Use[] {
  const { address, driver, classCode } = member;
  const place = `${address} shares IOMMU group ${iommuGroup}`;
  const isPci = existsSync(join(host.sysfsRoot, 'bus/pci/devices', address));
  const own = isPci
    ? findUses(host, address).map((use): Use => ({ ...use, found: `${place}: ${use.found}` }))
    : [];
  if (classCode === NVME_CLASS_CODE) return own;
  const vmd = isVmd({ driverName: driver.name });
  const unbind = join(host.sysfsRoot, 'bus/pci/drivers', driver.name, 'unbind');
  const use: Use = {
    kind: 'group-member',
    found: `${place} and is in use by ${driver.name}; VFIO takes a whole group`,
    remedy: vmd ? TURN_VMD_OFF : `if nothing needs it, echo ${address} > ${unbind}`,
    overridable: isPci && !vmd,
  };
  return [use, ...own];
}

function refuseUsed({ address, force }: BindWish, uses: readonly Use[]): void {
  const standing = force ? uses.filter(({ overridable }) => !overridable) : uses;
  if (standing.length === 0) return;
  const final = uses.some(({ overridable }) => !overridable);
  const remedies = [...new Set(standing.map(({ remedy }) => remedy))].join('; ');
  throw new EngineError({
    code: 'DEVICE_IN_USE',
    op: 'bind',
    target: address,
    reason: standing.map(({ found }) => found).join('; '),
    hint: final ? remedies : `${remedies}; or lose what is on it with ${FORCE_OPTION}`,
  });
}

function warningsOf(host: BindHost, { address, driver }: BindWish, entry: PciFunction): EngineWarning[] {
  const unprotected = driver === 'uio_pci_generic' || entry.iommuGroup === undefined || entry.noIommu;
  if (!unprotected) return [];
  const warning: EngineWarning = {
    code: 'no-iommu',
    message: `${address}: no IOMMU will stand between the drive and the memory of this machine`,
    advice: 'use it on a machine whose memory you can afford to lose, or enable the IOMMU and bind vfio-pci',
  };
  const translated = driver === 'uio_pci_generic' && entry.iommuGroup !== undefined;
  if (!translated) return [warning];
  const faults: EngineWarning = {
    code: 'iommu-with-uio',
    message: `${address}: an IOMMU is active; where it translates (not iommu=pt), the drive's DMA through uio faults`,
    advice: `bind vfio-pci instead, or boot with iommu=pt (${join(host.sysfsRoot, 'kernel/iommu_groups')})`,
  };
  return [warning, faults];
}
