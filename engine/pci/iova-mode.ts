import { EngineError } from '../errors.js';
import type { PciFunction } from './scan.js';

/** What a device is given as DMA address: `va` one that the IOMMU translates, `pa` a physical one. */
export type IovaMode = 'va' | 'pa';

/** As much of a function as decides its modes. */
export type IovaSubject = Pick<PciFunction, 'address' | 'driver' | 'iommuGroup' | 'noIommu'>;

/** Modes a function supports through its present kernel driver; none where no such driver holds it. */
export function supportedIovaModes(device: IovaSubject): readonly IovaMode[] {
  switch (device.driver.kind) {
    case 'vfio-pci':
      return device.iommuGroup === undefined || device.noIommu ? ['pa'] : ['va', 'pa'];
    case 'igb_uio':
    case 'uio_pci_generic':
      return ['pa'];
    default:
      return [];
  }
}

/**
 * The one mode for a process that will drive these devices: `pa` as soon as one of them supports nothing else,
 * else `va`, which needs no right to read physical addresses. Devices user space cannot drive have no say.
 */
export function decideIovaMode(devices: readonly IovaSubject[]): IovaMode {
  const onlyPhysical = (device: IovaSubject): boolean => {
    const modes = supportedIovaModes(device);
    return modes.length > 0 && !modes.includes('va');
  };
  return devices.some(onlyPhysical) ? 'pa' : 'va';
}

/** Throws EngineError IOVA_MODE_MISMATCH where the device cannot work in the process's mode. */
export function checkIovaMode(device: IovaSubject, processMode: IovaMode): void {
  const modes = supportedIovaModes(device);
  if (modes.includes(processMode)) return;
  const driver = device.driver.kind === 'none' ? 'no driver' : device.driver.name;
  throw new EngineError({
    code: 'IOVA_MODE_MISMATCH',
    op: `check IOVA mode ${processMode}`,
    target: device.address,
    reason:
      modes.length === 0
        ? `bound to ${driver}, which gives user space no DMA`
        : `bound to ${driver} without an IOMMU, which takes physical addresses only`,
    hint:
      modes.length === 0
        ? 'bind it to vfio-pci'
        : 'enable the IOMMU and bind it to vfio-pci, run it in a process of its own, or name it among the devices ' +
          'of the run from the start, so that all of them use physical addresses',
  });
}

/** The mode that all devices attached by this process share, from the first attached to the last closed. */
export class ProcessIovaMode {
  #mode: IovaMode | undefined;
  #users = 0;

  /** Undefined while no device is attached. */
  get mode(): IovaMode | undefined {
    return this.#mode;
  }

  /**
   * Joins a device. The first decides, for itself and for those that the process will attach together with it,
   * whatever order they come in. Throws EngineError `IOVA_MODE_MISMATCH`.
   */
  claim(device: IovaSubject, together: readonly IovaSubject[] = []): IovaMode {
    const mode = this.#mode ?? decideIovaMode([device, ...together]);
    checkIovaMode(device, mode);
    this.#mode = mode;
    this.#users++;
    return mode;
  }

  /** Gives one claim back; after the last the next device decides anew. */
  release(): void {
    if (--this.#users === 0) this.#mode = undefined;
  }
}
