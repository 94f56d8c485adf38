/**
 * Attaching through the VFIO container and group interface, the one every kernel with VFIO has; also where VFIO has
 * no IOMMU and the device takes physical addresses.
 */
import { resolve } from 'node:path';
import { EngineError } from '../../../errors.js';
import { canonicalPciAddress } from '../../../pci/address.js';
import { NVME_CLASS_CODE } from '../../../pci/ids.js';
import type { IovaSubject } from '../../../pci/iova-mode.js';
import type { PciDriver } from '../../../pci/registry.js';
import { type PciFunction, readPciFunction } from '../../../pci/scan.js';
import type { ProbeStep } from '../../../pci/steps.js';
import { DEFAULT_SYSFS_ROOT } from '../../../pci/sysfs-read.js';
import type { AttachOptions } from '../../scheme.js';
import { attachFunction, createPciProcess, iovaModeStep, type PciProcess } from './pci-process.js';
import { PhysicalDmaMapper } from './physical-dma.js';
import type { Sharing } from './sharing.js';
import type { TransportDevice } from './transport.js';
import { checkUnsafeDma, unsafeDmaWarning } from './unsafe-dma.js';
import type { GroupMembership } from './vfio/container-pool.js';
import { busMasterStep, deviceSteps, filled, type VfioDeviceState } from './vfio/device-steps.js';
import { IommuDmaMapper } from './vfio/dma.js';
import { openGroupDevice } from './vfio/group.js';
import type { VfioSystem } from './vfio/system.js';

interface VfioGroupState extends VfioDeviceState {
  readonly sysfsRoot: string;
  readonly iommuGroup: number | undefined;
  readonly noIommu: boolean;
  membership?: GroupMembership;
}

export interface VfioGroupOptions extends Pick<AttachOptions, 'sysfsRoot' | 'allowUnsafeDma'> {
  system?: VfioSystem;
  /** What this process holds already; nothing unless given. */
  process?: PciProcess;
  /** Functions that the process attaches as well; see `ProcessIovaMode.claim`. */
  together?: readonly IovaSubject[];
}

const membershipOf = (state: VfioGroupState): GroupMembership =>
  filled(state.membership, 'group', state.address);

function joinGroupStep({ containers }: PciProcess): ProbeStep<VfioGroupState> {
  return {
    name: 'join container',
    do(state) {
      const { address, iommuGroup, noIommu, sysfsRoot } = state;
      if (iommuGroup === undefined) throw noGroup(address);
      state.membership = containers.join({ iommuGroup, noIommu, address, sysfsRoot });
    },
    undo(state) {
      state.membership = undefined;
      if (state.iommuGroup !== undefined) containers.leave(state.iommuGroup, state.address);
    },
  };
}

const openDeviceStep: ProbeStep<VfioGroupState> = {
  name: 'open device',
  do(state) {
    const { address, system } = state;
    const fd = openGroupDevice(system, membershipOf(state).groupFd, address);
    state.device = { system, fd, address };
  },
  undo(state) {
    state.system.closeFd(filled(state.device, 'device', state.address).fd);
    state.device = undefined;
  },
};

const openDmaStep: ProbeStep<VfioGroupState> = {
  name: 'open DMA',
  do(state) {
    const { space } = membershipOf(state);
    state.dma = space ? new IommuDmaMapper(space, state.address, state.iovaMode) : new PhysicalDmaMapper();
  },
  undo: (state) => filled(state.dma, 'DMA', state.address).close(),
};

function noGroup(address: string): EngineError {
  return new EngineError({
    code: 'NO_IOMMU_GROUP',
    op: 'open VFIO group',
    target: address,
    reason: 'the function is in no IOMMU group',
    hint: 'enable the IOMMU (VT-d or AMD-Vi in the firmware, intel_iommu=on on the kernel command line)',
  });
}

function groupDriver(
  process: PciProcess,
  entry: PciFunction,
  together: readonly IovaSubject[],
): PciDriver<VfioGroupState> {
  return {
    name: 'vfio-group',
    ids: [{ classCode: NVME_CLASS_CODE }],
    createState: ({ address, iommuGroup, noIommu, sysfsPath }) => {
      const sysfsRoot = resolve(sysfsPath, '../../../..'); // <root>/bus/pci/devices/<address>
      return { system: process.system, sysfsRoot, address, iommuGroup, noIommu };
    },
    steps: [
      iovaModeStep(process, entry, together),
      joinGroupStep(process),
      openDeviceStep,
      ...deviceSteps,
      openDmaStep,
      busMasterStep,
    ],
  };
}

/** Only behind an IOMMU: elsewhere no address space lets another process map its memory. */
function groupSharing(state: VfioGroupState): Sharing {
  const { address } = state;
  const { containerFd, space } = membershipOf(state);
  return {
    way: { kind: 'type1', address },
    fds: [filled(state.device, 'device', address).fd, containerFd],
    unmapForeign: (iova, lengthBytes) =>
      filled(space, 'address space', address).unmap(iova, lengthBytes, address),
  };
}

/**
 * Attaches the NVMe function at a PCI address that is bound to vfio-pci. Where a step fails, those before it are
 * undone. Throws EngineError (`NO_IOMMU_GROUP`, `GROUP_NOT_VIABLE`, `UNSAFE_DMA_REFUSED`, `BAR_NOT_MAPPABLE`, ...)
 * or SystemError.
 */
export async function attachVfioGroup(
  address: string,
  options: VfioGroupOptions = {},
): Promise<TransportDevice> {
  const process = options.process ?? createPciProcess(options.system);
  const entry = readPciFunction(options.sysfsRoot ?? DEFAULT_SYSFS_ROOT, canonicalPciAddress(address));
  checkUnsafeDma(entry, options.allowUnsafeDma);
  return attachFunction(process, entry, {
    kind: entry.noIommu ? 'vfio-noiommu' : 'vfio-group',
    driver: groupDriver(process, entry, options.together ?? []),
    warnings: entry.noIommu ? [unsafeDmaWarning(entry.address)] : [],
    ...(entry.noIommu ? {} : { sharing: groupSharing }),
  });
}
