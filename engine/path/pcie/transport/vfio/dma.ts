/** One device's DMA mappings in an I/O address space that other devices may share. */
import { EngineError } from '../../../../errors.js';
import type { DmaMapper } from '../../../../memory/dma-mapper.js';
import type { IovaAllocator, IovaRange } from '../../../../memory/iova.js';
import type { IovaMode } from '../../../../pci/iova-mode.js';
import type { Mapping } from '../../../../sys/mapping.js';
import type { IommuSpace } from './iommu-space.js';

export class IommuDmaMapper implements DmaMapper {
  readonly iovaMode: IovaMode;
  readonly #space: IommuSpace;
  readonly #address: string;
  readonly #live = new Map<bigint, number>();
  #closed = false;

  /** `address` names the device in errors. */
  constructor(space: IommuSpace, address: string, iovaMode: IovaMode = 'va') {
    this.#space = space;
    this.#address = address;
    this.iovaMode = iovaMode;
  }

  get iovas(): IovaAllocator {
    return this.#space.iovas;
  }

  get iovaRanges(): readonly IovaRange[] {
    return this.#space.iovaRanges;
  }

  get pageSizeBytes(): number {
    return this.#space.pageSizeBytes;
  }

  get mappingsAvailable(): number {
    return this.#space.mappingsAvailable;
  }

  map(memory: Mapping, iova: bigint): void {
    if (this.#closed) {
      throw new EngineError({
        code: 'DEVICE_DETACHED',
        op: this.#space.mapOp(memory.lengthBytes),
        target: this.#address,
        reason: 'the device is detached',
        hint: 'attach it again',
      });
    }
    this.#space.map(memory, iova, this.#address);
    this.#live.set(iova, memory.lengthBytes);
  }

  unmap(memory: Mapping, iova: bigint): void {
    if (this.#closed) return; // closing unmapped it, and the descriptor may be another's by now
    this.#unmapRange(iova, memory.lengthBytes);
  }

  /**
   * Unmaps what this device still has mapped, newest first, past failures; throws the first of them. Maps nothing
   * afterwards.
   */
  close(): void {
    this.#closed = true;
    const errors: unknown[] = [];
    for (const [iova, lengthBytes] of [...this.#live].reverse()) {
      try {
        this.#unmapRange(iova, lengthBytes);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  #unmapRange(iova: bigint, lengthBytes: number): void {
    this.#space.unmap(iova, lengthBytes, this.#address);
    this.#live.delete(iova);
  }
}
