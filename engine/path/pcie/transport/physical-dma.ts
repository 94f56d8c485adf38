import type { DmaMapper } from '../../../memory/dma-mapper.js';
import type { IovaRange } from '../../../memory/iova.js';

/**
 * DMA where nothing translates: the device takes physical addresses and reaches all memory. There is nothing to map
 * and nothing to unmap, which is why memory stays with the process until the controller is disabled.
 */
export class PhysicalDmaMapper implements DmaMapper {
  readonly iovaMode = 'pa';
  readonly iovaRanges: readonly IovaRange[] = [{ start: 0n, last: 0xffff_ffff_ffff_ffffn }];
  readonly pageSizeBytes = 4096;
  readonly mappingsAvailable = Number.POSITIVE_INFINITY;

  map(): void {}

  unmap(): void {}

  close(): void {}
}
