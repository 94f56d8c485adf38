import { EngineError } from '../../../../errors.js';
import type { DmaMapper } from '../../../../memory/dma-mapper.js';
import type { IovaRange } from '../../../../memory/iova.js';
import type { Mapping } from '../../../../sys/mapping.js';
import type { VfioUserChannel } from './channel.js';
import { mapDma, unmapDma } from './client.js';

/** libvfio-user keeps a table of so many and does not say so. */
export const DMA_REGIONS = 64;
/** No message asks for ranges; this is what the narrowest IOMMU of x86 translates, without its window for MSI. */
const RANGES: readonly IovaRange[] = [
  { start: 0n, last: 0xfedf_ffffn },
  { start: 0xfef0_0000n, last: 2n ** 39n - 1n },
];

/** DMA memory as descriptors that the server maps into its own process. */
export class VfioUserDmaMapper implements DmaMapper {
  readonly iovaRanges = RANGES;
  readonly pageSizeBytes = 4096;
  readonly #channel: VfioUserChannel;
  readonly #limit: number;
  #used = 0;

  /** `limit`: mappings that the server takes at a time. */
  constructor(channel: VfioUserChannel, limit: number) {
    this.#channel = channel;
    this.#limit = limit;
  }

  get mappingsAvailable(): number {
    return this.#limit - this.#used;
  }

  map(memory: Mapping, iova: bigint): void {
    const { fd, lengthBytes } = memory;
    const failure = (code: string, reason: string, hint: string): EngineError =>
      new EngineError({
        code,
        op: `DMA_MAP of ${lengthBytes} bytes`,
        target: this.#channel.target,
        reason,
        hint,
      });
    if (fd === undefined)
      throw failure('DMA_NOT_SHAREABLE', 'the memory has no descriptor', 'use memory of a memfd');
    if (this.mappingsAvailable <= 0) {
      const reason = `all ${this.#limit} mappings of the server are in use`;
      throw failure('DMA_TABLE_FULL', reason, 'use fewer jobs, or jobs of equal block sizes and depths');
    }
    mapDma(this.#channel, fd, iova, lengthBytes);
    this.#used++;
  }

  /** A server that is gone reaches nothing; one that went silent keeps its own mapping of the memory, not this one. */
  unmap(memory: Mapping, iova: bigint): void {
    this.#used--;
    if (this.#channel.lost() !== undefined) return;
    try {
      unmapDma(this.#channel, iova, memory.lengthBytes);
    } catch (error) {
      if (this.#channel.lost() === undefined) throw error;
    }
  }
}
