/**
 * The containers of this process. Groups join one that is open where the kernel lets them, so that they share one
 * I/O address space, and get one of their own where it does not. A group with several controllers is opened once.
 */
import { SystemError } from '../../../../errors.js';
import { openContainer, setIommu } from './container.js';
import { joinContainer, leaveContainer, openGroup } from './group.js';
import { IommuSpace } from './iommu-space.js';
import type { VfioSystem } from './system.js';
import { type1Table } from './type1-table.js';

export interface GroupRequest {
  readonly iommuGroup: number;
  /** The group has no IOMMU behind it. */
  readonly noIommu: boolean;
  /** The function that wants in, for messages. */
  readonly address: string;
  readonly sysfsRoot: string;
}

interface Container {
  readonly fd: number;
  readonly noIommu: boolean;
  groups: number;
  /** Undefined without an IOMMU: nothing is translated there. */
  space: IommuSpace | undefined;
}

/** A group that is in a container, with its IOMMU set. */
export interface GroupMembership {
  readonly groupFd: number;
  readonly containerFd: number;
  readonly space: IommuSpace | undefined;
}

interface HeldGroup {
  readonly fd: number;
  readonly container: Container;
  users: number;
}

export class ContainerPool {
  readonly #system: VfioSystem;
  readonly #containers: Container[] = [];
  readonly #groups = new Map<number, HeldGroup>();

  constructor(system: VfioSystem) {
    this.#system = system;
  }

  /** Takes a group into use once more. Throws SystemError, EngineError; nothing of it is left then. */
  join(request: GroupRequest): GroupMembership {
    let held = this.#groups.get(request.iommuGroup);
    if (held === undefined) {
      held = this.#openGroup(request);
      this.#groups.set(request.iommuGroup, held);
    }
    held.users++;
    return { groupFd: held.fd, containerFd: held.container.fd, space: held.container.space };
  }

  /** Gives a group back; the last use closes it. Everything is closed even where a step throws SystemError. */
  leave(iommuGroup: number, address: string): void {
    const held = this.#groups.get(iommuGroup);
    if (held === undefined || --held.users > 0) return;
    this.#groups.delete(iommuGroup);
    this.#part(held.fd, held.container, address);
  }

  #openGroup(request: GroupRequest): HeldGroup {
    const { iommuGroup, noIommu, address, sysfsRoot } = request;
    const fd = openGroup(this.#system, { iommuGroup, noIommu }, address, sysfsRoot);
    try {
      return { fd, container: this.#enter(fd, request), users: 0 };
    } catch (error) {
      this.#system.closeFd(fd);
      throw error;
    }
  }

  #enter(groupFd: number, request: GroupRequest): Container {
    for (const container of this.#containers) {
      if (container.noIommu === request.noIommu && this.#tryShare(groupFd, container, request.address))
        return container;
    }
    return this.#enterOwn(groupFd, request);
  }

  /** False where the kernel wants the group in another space; why shows when it gets its own. */
  #tryShare(groupFd: number, container: Container, address: string): boolean {
    try {
      joinContainer(this.#system, groupFd, container.fd, address);
    } catch (error) {
      if (error instanceof SystemError) return false;
      throw error;
    }
    try {
      container.space?.refresh(address);
    } catch (error) {
      leaveContainer(this.#system, groupFd, address);
      throw error;
    }
    container.groups++;
    return true;
  }

  #enterOwn(groupFd: number, { noIommu, address }: GroupRequest): Container {
    const system = this.#system;
    const fd = openContainer(system, noIommu);
    try {
      joinContainer(system, groupFd, fd, address);
      try {
        setIommu(system, fd, address, noIommu);
        const space = noIommu
          ? undefined
          : new IommuSpace(type1Table(system, fd), () => system.memlockLimitBytes(), address);
        const container: Container = { fd, noIommu, groups: 1, space };
        this.#containers.push(container);
        return container;
      } catch (error) {
        leaveContainer(system, groupFd, address);
        throw error;
      }
    } catch (error) {
      system.closeFd(fd);
      throw error;
    }
  }

  #part(groupFd: number, container: Container, address: string): void {
    try {
      leaveContainer(this.#system, groupFd, address);
    } finally {
      this.#system.closeFd(groupFd);
      if (--container.groups === 0) {
        this.#containers.splice(this.#containers.indexOf(container), 1);
        this.#system.closeFd(container.fd);
      }
    }
  }
}
