/**
 * The one iommufd of this process and its address spaces (IOAS). Devices are attached to one that is there where the
 * kernel lets them, and get one of their own where it does not.
 */
import { SystemError } from '../../../../errors.js';
import type { VfioHandle } from './device.js';
import { IommuSpace } from './iommu-space.js';
import {
  allocateIoas,
  attachIoas,
  bindIommufd,
  type DevicePlace,
  destroyObject,
  detachIoas,
  ioasTable,
  openIommufd,
} from './iommufd.js';
import type { VfioSystem } from './system.js';

/** An address space with the devices attached to it. */
export interface Ioas {
  readonly id: number;
  readonly space: IommuSpace;
  devices: number;
}

export class IommufdPool {
  readonly #system: VfioSystem;
  readonly #spaces: Ioas[] = [];
  #fd = -1;
  #users = 0;

  constructor(system: VfioSystem) {
    this.#system = system;
  }

  /** Opens the iommufd for a further device, or shares the one that is open. Throws SystemError. */
  acquire(): void {
    if (this.#users === 0) this.#fd = openIommufd(this.#system);
    this.#users++;
  }

  /** The iommufd, between `acquire` and `release`. */
  get fd(): number {
    return this.#fd;
  }

  /** Gives the iommufd back; the last user closes it. */
  release(): void {
    if (--this.#users > 0) return;
    const fd = this.#fd;
    this.#fd = -1;
    this.#system.closeFd(fd);
  }

  /** Between `acquire` and `release`. Throws as `bindIommufd`. */
  bind(device: VfioHandle, place: DevicePlace): void {
    bindIommufd(device, this.#fd, place);
  }

  /** Puts a bound device into an address space. Throws SystemError; nothing of it is left then. */
  attach(device: VfioHandle): Ioas {
    for (const ioas of this.#spaces) if (this.#tryShare(device, ioas)) return ioas;
    const id = allocateIoas(this.#system, this.#fd, device.address);
    try {
      attachIoas(device, id);
      try {
        const table = ioasTable(this.#system, this.#fd, id);
        const space = new IommuSpace(table, () => this.#system.memlockLimitBytes(), device.address);
        const ioas: Ioas = { id, space, devices: 1 };
        this.#spaces.push(ioas);
        return ioas;
      } catch (error) {
        detachIoas(device);
        throw error;
      }
    } catch (error) {
      destroyObject(this.#system, this.#fd, id, device.address);
      throw error;
    }
  }

  /** False where the kernel wants the device in another space; why shows when it gets its own. */
  #tryShare(device: VfioHandle, ioas: Ioas): boolean {
    try {
      attachIoas(device, ioas.id);
    } catch (error) {
      if (error instanceof SystemError) return false;
      throw error;
    }
    try {
      ioas.space.refresh(device.address);
    } catch (error) {
      detachIoas(device);
      throw error;
    }
    ioas.devices++;
    return true;
  }

  /** Undoes `attach`; the last device destroys the space. Throws SystemError. */
  detach(device: VfioHandle, ioas: Ioas): void {
    try {
      detachIoas(device);
    } finally {
      if (--ioas.devices === 0) {
        this.#spaces.splice(this.#spaces.indexOf(ioas), 1);
        destroyObject(this.#system, this.#fd, ioas.id, device.address);
      }
    }
  }
}
