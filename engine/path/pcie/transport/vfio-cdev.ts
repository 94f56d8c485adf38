/** Attaching through the device's own VFIO node and iommufd (Linux 6.6), without containers and groups. */
import { NVME_CLASS_CODE } from '../../../pci/ids.js';
import type { IovaSubject } from '../../../pci/iova-mode.js';
import type { PciDriver } from '../../../pci/registry.js';
import type { PciFunction } from '../../../pci/scan.js';
import type { ProbeStep } from '../../../pci/steps.js';
import { attachFunction, iovaModeStep, type PciProcess } from './pci-process.js';
import type { Sharing } from './sharing.js';
import type { TransportDevice } from './transport.js';
import { busMasterStep, deviceSteps, filled, type VfioDeviceState } from './vfio/device-steps.js';
import { IommuDmaMapper } from './vfio/dma.js';
import { type DevicePlace, openDeviceNode } from './vfio/iommufd.js';
import type { Ioas } from './vfio/iommufd-pool.js';

interface VfioCdevState extends VfioDeviceState {
  ioas?: Ioas;
}

export interface VfioCdevOptions {
  readonly process: PciProcess;
  /** The device's node, `/dev/vfio/devices/vfioN`. */
  readonly node: string;
  readonly sysfsRoot: string;
  /** Functions that the process attaches as well; see `ProcessIovaMode.claim`. */
  readonly together?: readonly IovaSubject[];
}

/** Undone after the device's descriptor is closed, which is what unbinds it. */
function openIommufdStep({ iommufd }: PciProcess): ProbeStep<VfioCdevState> {
  return {
    name: 'open iommufd',
    do: () => iommufd.acquire(),
    undo: () => iommufd.release(),
  };
}

function openDeviceStep({ iommufd }: PciProcess, place: DevicePlace): ProbeStep<VfioCdevState> {
  return {
    name: 'open device',
    do(state) {
      const { address, system } = state;
      const device = { system, fd: openDeviceNode(system, place.path, address), address };
      try {
        iommufd.bind(device, place);
      } catch (error) {
        system.closeFd(device.fd);
        throw error;
      }
      state.device = device;
    },
    undo(state) {
      state.system.closeFd(filled(state.device, 'device', state.address).fd);
      state.device = undefined;
    },
  };
}

function attachIoasStep({ iommufd }: PciProcess): ProbeStep<VfioCdevState> {
  return {
    name: 'attach address space',
    do(state) {
      state.ioas = iommufd.attach(filled(state.device, 'device', state.address));
    },
    undo(state) {
      const ioas = filled(state.ioas, 'address space', state.address);
      state.ioas = undefined;
      iommufd.detach(filled(state.device, 'device', state.address), ioas);
    },
  };
}

const openDmaStep: ProbeStep<VfioCdevState> = {
  name: 'open DMA',
  do(state) {
    const { space } = filled(state.ioas, 'address space', state.address);
    state.dma = new IommuDmaMapper(space, state.address, state.iovaMode);
  },
  undo: (state) => filled(state.dma, 'DMA', state.address).close(),
};

function cdevDriver(entry: PciFunction, options: VfioCdevOptions): PciDriver<VfioCdevState> {
  const { process, node, sysfsRoot } = options;
  const place: DevicePlace = { path: node, iommuGroup: entry.iommuGroup, sysfsRoot };
  return {
    name: 'vfio-cdev',
    ids: [{ classCode: NVME_CLASS_CODE }],
    createState: ({ address }) => ({ system: process.system, address }),
    steps: [
      iovaModeStep(process, entry, options.together ?? []),
      openIommufdStep(process),
      openDeviceStep(process, place),
      attachIoasStep(process),
      ...deviceSteps,
      openDmaStep,
      busMasterStep,
    ],
  };
}

function cdevSharing({ iommufd }: PciProcess, state: VfioCdevState): Sharing {
  const { address } = state;
  const { id, space } = filled(state.ioas, 'address space', address);
  return {
    way: { kind: 'iommufd', address, ioasId: id },
    fds: [filled(state.device, 'device', address).fd, iommufd.fd],
    unmapForeign: (iova, lengthBytes) => space.unmap(iova, lengthBytes, address),
  };
}

/**
 * Attaches an NVMe function bound to vfio-pci through its node. Where a step fails, those before it are undone.
 * Throws EngineError (`GROUP_NOT_VIABLE`, `BAR_NOT_MAPPABLE`, ...) or SystemError.
 */
export function attachVfioCdev(entry: PciFunction, options: VfioCdevOptions): Promise<TransportDevice> {
  const driver = cdevDriver(entry, options);
  return attachFunction(options.process, entry, {
    kind: 'vfio-cdev',
    driver,
    warnings: [],
    sharing: (state) => cdevSharing(options.process, state),
  });
}
