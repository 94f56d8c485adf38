/** The other end of `Sharing`: registers, doorbells and DMA of a controller that another process holds. */
import { EngineError } from '../../../../errors.js';
import type { IovaRange } from '../../../../memory/iova.js';
import { readMsix } from '../../../../pci/config-space.js';
import { closeFd } from '../../../../sys/fd.js';
import { guard } from '../../../../sys/lost-pages.js';
import { type Mapping, mapFd, mapFdToRead, retire } from '../../../../sys/mapping.js';
import { VFIO_PCI_BAR0_REGION_INDEX, VFIO_PCI_CONFIG_REGION_INDEX } from '../../../../sys/vfio-abi.js';
import { MmioRegisters } from '../mmio-registers.js';
import type { SharedWay } from '../sharing.js';
import type { DoorbellWindow, Registers } from '../transport.js';
import { mapBar } from '../vfio/bar.js';
import { openConfigSpace, readRegionInfo, type VfioHandle } from '../vfio/device.js';
import { IommuDmaMapper } from '../vfio/dma.js';
import { IommuSpace, type IommuTable } from '../vfio/iommu-space.js';
import { ioasTable } from '../vfio/iommufd.js';
import { kernel } from '../vfio/system.js';
import { type1Table } from '../vfio/type1-table.js';

/** Maps and unmaps this process's memory for the device. */
export interface ForeignDma {
  readonly pageSizeBytes: number;
  readonly mappingsAvailable: number;
  map(memory: Mapping, iova: bigint): void;
  unmap(memory: Mapping, iova: bigint): void;
}

export interface ForeignParts {
  readonly registers: Registers;
  readonly doorbells: DoorbellWindow;
  /** Undefined where the process that holds the controller maps the memory. */
  readonly dma: ForeignDma | undefined;
  /** Views of the registers stay harmless and read as all ones. Idempotent. */
  close(): void;
}

const DOORBELLS = 0x1000;

/** Descriptors that come with each way. */
const DESCRIPTORS: Readonly<Record<SharedWay['kind'], number>> = { type1: 2, iommufd: 2, memfd: 2 };

/**
 * Takes descriptors that another process sent, in any case; `window` is what this process may map at. Throws
 * EngineError, SystemError; nothing stays open then.
 */
export function openForeign(way: SharedWay, fds: readonly number[], window: IovaRange): ForeignParts {
  try {
    if (fds.length !== DESCRIPTORS[way.kind]) throw wrongDescriptors(way, fds.length);
    return way.kind === 'memfd' ? openForeignMemfd(way, fds) : openForeignVfio(way, fds, window);
  } catch (error) {
    for (const fd of fds) closeFd(fd);
    throw error;
  }
}

/** Only the process that holds the controller can write them. */
class ReadRegisters extends MmioRegisters {
  override write32(): void {}
}

/** Over a file of the registers and one that has the doorbells where BAR0 has them. */
function openForeignMemfd(
  { doorbellBytes }: SharedWay & { kind: 'memfd' },
  fds: readonly number[],
): ForeignParts {
  const [registersFd, doorbellsFd] = fds;
  const registers = mapFdToRead(registersFd, DOORBELLS, 'shared registers');
  let doorbells: Mapping | undefined;
  try {
    doorbells = mapFd(doorbellsFd, doorbellBytes, DOORBELLS, 'shared doorbells');
  } finally {
    if (doorbells === undefined) retire(registers);
  }
  const mappings = [registers, doorbells];
  for (const mapping of mappings) guard(mapping);
  let closed = false;
  return {
    registers: new ReadRegisters(registers),
    doorbells,
    dma: undefined,
    close() {
      if (closed) return;
      closed = true;
      for (const mapping of mappings) retire(mapping, 0xff);
      for (const fd of fds) closeFd(fd);
    },
  };
}

/** The kernel's table, as if nothing but the window were in it. */
function tableWithin(table: IommuTable, window: IovaRange): IommuTable {
  return { ...table, readInfo: (target) => ({ ...table.readInfo(target), iovaRanges: [window] }) };
}

/**
 * Over descriptors of device and container (or iommufd). The device's memory decoding is on: the process that holds it
 * has seen to that.
 */
function openForeignVfio(
  way: Exclude<SharedWay, { kind: 'memfd' }>,
  fds: readonly number[],
  window: IovaRange,
): ForeignParts {
  const [deviceFd, spaceFd] = fds;
  const { address } = way;
  const device: VfioHandle = { system: kernel, fd: deviceFd, address };
  const table = way.kind === 'type1' ? type1Table(kernel, spaceFd) : ioasTable(kernel, spaceFd, way.ioasId);
  const space = new IommuSpace(tableWithin(table, window), () => kernel.memlockLimitBytes(), address);
  const dma = new IommuDmaMapper(space, address);
  const config = openConfigSpace(device, readRegionInfo(device, VFIO_PCI_CONFIG_REGION_INDEX));
  const bar = mapBar(device, readRegionInfo(device, VFIO_PCI_BAR0_REGION_INDEX), readMsix(config));
  let closed = false;
  return {
    registers: new MmioRegisters(bar.mapping),
    doorbells: bar.doorbells,
    dma,
    close() {
      if (closed) return;
      closed = true;
      try {
        dma.close();
      } finally {
        kernel.retire(bar.mapping, 0xff);
        for (const fd of fds) kernel.closeFd(fd);
      }
    },
  };
}

function wrongDescriptors(way: SharedWay, count: number): EngineError {
  return new EngineError({
    code: 'SHARING_BROKEN',
    op: 'take a shared controller over',
    target: way.kind,
    reason: `${count} descriptors came, not ${DESCRIPTORS[way.kind]}`,
    hint: 'use the same version of nvbench in both processes',
  });
}
