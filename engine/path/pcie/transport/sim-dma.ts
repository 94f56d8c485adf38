/** DMA mappings of the software controller: entries of the table that its thread translates by. */

import type { ControlLines } from '../../../device/control.js';
import { ACCESS_BOTH, DMA_TABLE_ENTRIES, type DmaTableWriter } from '../../../device/dma-table.js';
import { EngineError } from '../../../errors.js';
import type { DmaMapper } from '../../../memory/dma-mapper.js';
import type { IovaRange } from '../../../memory/iova.js';
import type { Mapping } from '../../../sys/mapping.js';

const PAGE_BYTES = 4096;
const UNMAP_TIMEOUT_MS = 5_000;
/** x86 keeps this megabyte for interrupts (MSI): no IOMMU there translates it, so neither does this one. */
const MSI_FIRST = 0xfee0_0000n;
const MSI_LAST = 0xfeef_ffffn;

export class SimDmaMapper implements DmaMapper {
  readonly pageSizeBytes = PAGE_BYTES;
  readonly iovaRanges: readonly IovaRange[];
  private readonly target: string;
  private readonly control: ControlLines;
  private readonly table: DmaTableWriter;

  constructor(target: string, control: ControlLines, table: DmaTableWriter, iovaBits: number) {
    this.target = target;
    this.control = control;
    this.table = table;
    this.iovaRanges = [
      { start: 0n, last: MSI_FIRST - 1n },
      { start: MSI_LAST + 1n, last: (1n << BigInt(iovaBits)) - 1n },
    ];
  }

  get mappingsAvailable(): number {
    return DMA_TABLE_ENTRIES - this.table.used;
  }

  /** `access`: bits of `ACCESS_`, what the controller may do with it. */
  map(memory: Mapping, iova: bigint, access = ACCESS_BOTH): void {
    const op = `map ${memory.lengthBytes} bytes for DMA`;
    const last = iova + BigInt(memory.lengthBytes) - 1n;
    if (memory.lengthBytes === 0 || iova % 4096n !== 0n || memory.lengthBytes % PAGE_BYTES !== 0)
      throw this.failure(
        'DMA_MISALIGNED',
        op,
        `${hex(iova)} or the length is not in 4 KiB pages`,
        'align both',
      );
    if (!this.iovaRanges.some((range) => iova >= range.start && last <= range.last)) {
      const reason = `${hex(iova)} to ${hex(last)} is not translated`;
      throw this.failure('DMA_OUT_OF_RANGE', op, reason, 'stay within iovaRanges');
    }
    if (this.table.overlaps(Number(iova), memory.lengthBytes))
      throw this.failure('DMA_OVERLAP', op, `${hex(iova)} is mapped already`, 'unmap it first');
    if (!this.table.enter(memory.address, memory.lengthBytes, Number(iova), access)) {
      const reason = `all ${DMA_TABLE_ENTRIES} mappings are in use`;
      throw this.failure('DMA_TABLE_FULL', op, reason, 'map fewer, larger regions');
    }
  }

  unmap(memory: Mapping, iova: bigint): void {
    const op = `unmap ${memory.lengthBytes} bytes from DMA`;
    const generation = this.withdraw(op, memory, iova);
    if (!this.control.awaitDmaSeen(generation, UNMAP_TIMEOUT_MS)) throw this.silent(op);
  }

  /** As `unmap`, of many: the controller is waited for once. Throws EngineError; none of them is translated then either. */
  unmapAll(mappings: Iterable<readonly [iova: bigint, memory: Mapping]>): void {
    const op = 'unmap memory from DMA';
    let generation: number | undefined;
    for (const [iova, memory] of mappings) generation = this.withdraw(op, memory, iova);
    if (generation !== undefined && !this.control.awaitDmaSeen(generation, UNMAP_TIMEOUT_MS))
      throw this.silent(op);
  }

  private withdraw(op: string, memory: Mapping, iova: bigint): number {
    const generation = this.table.withdraw(memory.address, memory.lengthBytes, Number(iova));
    if (generation !== undefined) return generation;
    const reason = `nothing like that is mapped at ${hex(iova)}`;
    throw this.failure('DMA_NOT_MAPPED', op, reason, 'unmap exactly what was mapped');
  }

  private silent(op: string): EngineError {
    const reason = `no acknowledgement within ${UNMAP_TIMEOUT_MS} ms`;
    return this.failure('DMA_UNMAP_TIMEOUT', op, reason, 'keep the memory: the device may still use it');
  }

  private failure(code: string, op: string, reason: string, hint: string): EngineError {
    return new EngineError({ code, op, target: this.target, reason, hint });
  }
}

function hex(iova: bigint): string {
  return `0x${iova.toString(16)}`;
}
