/** Attaching through the VFIO container and group interface, the one every kernel with VFIO has. */
import { resolve } from 'node:path';
import { EngineError, type EngineWarning } from '../errors.js';
import { canonicalPciAddress } from '../pci/address.js';
import { NVME_CLASS_CODE } from '../pci/ids.js';
import { DriverRegistry, type PciDriver } from '../pci/registry.js';
import { type PciFunction, readPciFunction } from '../pci/scan.js';
import type { ProbeStep } from '../pci/steps.js';
import { DEFAULT_SYSFS_ROOT } from '../pci/sysfs-read.js';
import type { AttachOptions, TransportDevice } from './transport.js';
import { openContainer, readType1Info, setIommu } from './vfio/container.js';
import { busMasterStep, deviceSteps, filled, type VfioDeviceState } from './vfio/device-steps.js';
import { Type1DmaMapper } from './vfio/dma.js';
import { joinContainer, leaveContainer, openGroup, openGroupDevice } from './vfio/group.js';
import { kernel, type VfioSystem } from './vfio/system.js';
import { VfioTransportDevice } from './vfio/transport-device.js';

export interface VfioGroupState extends VfioDeviceState {
  readonly sysfsRoot: string;
  readonly iommuGroup: number | undefined;
  containerFd?: number;
  groupFd?: number;
  dma?: Type1DmaMapper;
}

export interface VfioGroupOptions extends AttachOptions {
  system?: VfioSystem;
  /** Keeps what is attached; its drivers must include `vfioGroupDriver`. A fresh one unless given. */
  registry?: DriverRegistry<VfioGroupState>;
}

const containerOf = (state: VfioGroupState): number => filled(state.containerFd, 'container', state.address);
const groupOf = (state: VfioGroupState): number => filled(state.groupFd, 'group', state.address);

const openContainerStep: ProbeStep<VfioGroupState> = {
  name: 'open container',
  do(state) {
    state.containerFd = openContainer(state.system);
  },
  undo(state) {
    state.system.closeFd(containerOf(state));
    state.containerFd = undefined;
  },
};

const openGroupStep: ProbeStep<VfioGroupState> = {
  name: 'open group',
  do(state) {
    const { address, iommuGroup, sysfsRoot, system } = state;
    if (iommuGroup === undefined) throw noGroup(address);
    state.groupFd = openGroup(system, iommuGroup, address, sysfsRoot);
  },
  undo(state) {
    state.system.closeFd(groupOf(state));
    state.groupFd = undefined;
  },
};

const joinContainerStep: ProbeStep<VfioGroupState> = {
  name: 'join container',
  do: (state) => joinContainer(state.system, groupOf(state), containerOf(state), state.address),
  undo: (state) => leaveContainer(state.system, groupOf(state), state.address),
};

const setIommuStep: ProbeStep<VfioGroupState> = {
  name: 'set IOMMU',
  do: (state) => setIommu(state.system, containerOf(state), state.address),
  undo() {}, // leaving the container drops the IOMMU
};

const openDeviceStep: ProbeStep<VfioGroupState> = {
  name: 'open device',
  do(state) {
    const { address, system } = state;
    state.device = { system, fd: openGroupDevice(system, groupOf(state), address), address };
  },
  undo(state) {
    state.system.closeFd(filled(state.device, 'device', state.address).fd);
    state.device = undefined;
  },
};

const openDmaStep: ProbeStep<VfioGroupState> = {
  name: 'open DMA',
  do(state) {
    const info = readType1Info(state.system, containerOf(state), state.address);
    state.dma = new Type1DmaMapper(state.system, containerOf(state), info, state.address);
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

/** The driver for a registry: NVMe functions, attached through their VFIO group. */
export function vfioGroupDriver(system: VfioSystem = kernel): PciDriver<VfioGroupState> {
  return {
    name: 'vfio-group',
    ids: [{ classCode: NVME_CLASS_CODE }],
    createState: ({ address, iommuGroup, sysfsPath }) => {
      const sysfsRoot = resolve(sysfsPath, '../../../..'); // <root>/bus/pci/devices/<address>
      return { system, sysfsRoot, address, iommuGroup };
    },
    steps: [
      openContainerStep,
      openGroupStep,
      joinContainerStep,
      setIommuStep,
      openDeviceStep,
      ...deviceSteps,
      openDmaStep,
      busMasterStep,
    ],
  };
}

/**
 * Attaches the NVMe function at a PCI address that is bound to vfio-pci. Where a step fails, those before it are
 * undone. Throws EngineError (`NO_IOMMU_GROUP`, `GROUP_NOT_VIABLE`, `BAR_NOT_MAPPABLE`, ...) or SystemError.
 */
export async function attachVfioGroup(
  address: string,
  options: VfioGroupOptions = {},
): Promise<TransportDevice> {
  const sysfsRoot = options.sysfsRoot ?? DEFAULT_SYSFS_ROOT;
  let { registry } = options;
  if (registry === undefined) {
    registry = new DriverRegistry<VfioGroupState>();
    registry.register(vfioGroupDriver(options.system));
  }
  const entry = readPciFunction(sysfsRoot, canonicalPciAddress(address));
  const { state } = await registry.probe(entry);
  return describeDevice(registry, entry, state);
}

function describeDevice(
  registry: DriverRegistry<VfioGroupState>,
  entry: PciFunction,
  state: VfioGroupState,
): TransportDevice {
  return new VfioTransportDevice(state, {
    kind: 'vfio-group',
    numaNode: entry.numaNode,
    dma: filled(state.dma, 'DMA', entry.address),
    warnings: entry.warnings,
    async detach() {
      throwFirst(await registry.remove(entry.address), entry.address);
    },
  });
}

/** Every step has run by now; the first that failed is the one reported. */
function throwFirst(warnings: readonly EngineWarning[], address: string): void {
  if (warnings.length === 0) return;
  throw new EngineError({
    code: 'DETACH_INCOMPLETE',
    op: 'detach',
    target: address,
    reason: warnings.map((warning) => warning.message).join('; '),
    hint: warnings[0].advice,
  });
}
