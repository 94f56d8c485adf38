/** A VFIO device that another process has set up: its BAR mapped here too, memory mapped from here. */
import type { IovaRange } from '../../memory/dma-mapper.js';
import { readMsix } from '../../pci/config-space.js';
import { VFIO_PCI_BAR0_REGION_INDEX, VFIO_PCI_CONFIG_REGION_INDEX } from '../../sys/vfio-abi.js';
import { MmioRegisters } from '../mmio-registers.js';
import type { SharedWay } from '../sharing.js';
import { mapBar } from '../vfio/bar.js';
import { openConfigSpace, readRegionInfo, type VfioHandle } from '../vfio/device.js';
import { IommuDmaMapper } from '../vfio/dma.js';
import { IommuSpace, type IommuTable } from '../vfio/iommu-space.js';
import { ioasTable } from '../vfio/iommufd.js';
import { kernel, type VfioSystem } from '../vfio/system.js';
import { type1Table } from '../vfio/type1-table.js';
import type { ForeignParts } from './foreign.js';

/** The kernel's table, as if nothing but the window were in it. */
function tableWithin(table: IommuTable, window: IovaRange): IommuTable {
  return { ...table, readInfo: (target) => ({ ...table.readInfo(target), iovaRanges: [window] }) };
}

/**
 * Over descriptors of device and container (or iommufd), which `close` closes. The device's memory decoding is on:
 * the process that holds it has seen to that. Throws EngineError, SystemError; the descriptors are still open then.
 */
export function openForeignVfio(
  way: Exclude<SharedWay, { kind: 'memfd' }>,
  fds: readonly number[],
  window: IovaRange,
  system: VfioSystem = kernel,
): ForeignParts {
  const [deviceFd, spaceFd] = fds;
  const { address } = way;
  const device: VfioHandle = { system, fd: deviceFd, address };
  const table = way.kind === 'type1' ? type1Table(system, spaceFd) : ioasTable(system, spaceFd, way.ioasId);
  const space = new IommuSpace(tableWithin(table, window), () => system.memlockLimitBytes(), address);
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
        system.retire(bar.mapping, 0xff);
        for (const fd of fds) system.closeFd(fd);
      }
    },
  };
}
