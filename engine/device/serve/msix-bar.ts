/**
 * The BAR with the MSI-X table and its pending bits (PCI Local Bus 3.0, 6.8.2): plain memory, because the eventfds of
 * SET_IRQS take the place of the messages that a table describes.
 */
import { REGION_FLAG_READ, REGION_FLAG_WRITE, type RegionInfo } from '../../vfio-user/messages.js';
import { Refusal } from './refusal.js';

/** BAR 4. */
export const MSIX_REGION = 4;

const PAGE_BYTES = 4096;
const ENTRY_BYTES = 16;

export class MsixBar {
  readonly info: RegionInfo;
  /** Where the pending bits begin, behind the table. */
  readonly pendingOffset: number;
  readonly #bytes: Uint8Array;

  constructor(vectors: number) {
    this.pendingOffset = Math.ceil((vectors * ENTRY_BYTES) / PAGE_BYTES) * PAGE_BYTES;
    const lengthBytes = 2 ** Math.ceil(Math.log2(this.pendingOffset + PAGE_BYTES));
    this.#bytes = new Uint8Array(lengthBytes);
    const flags = REGION_FLAG_READ | REGION_FLAG_WRITE;
    this.info = { index: MSIX_REGION, flags, lengthBytes, fileOffset: 0, areas: [] };
  }

  /** Throws Refusal. */
  read(offset: number, count: number): Uint8Array {
    if (offset + count > this.#bytes.length) throw new Refusal('EINVAL', 'read past the MSI-X table');
    return this.#bytes.slice(offset, offset + count);
  }

  /** Pending bits are read-only. Throws Refusal. */
  write(offset: number, data: Uint8Array): void {
    if (offset + data.length > this.#bytes.length) throw new Refusal('EINVAL', 'write past the MSI-X table');
    if (offset + data.length <= this.pendingOffset) this.#bytes.set(data, offset);
  }
}
