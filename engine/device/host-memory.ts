/** The host's memory that the controller has for itself (Host Memory Buffer, 5.27.1.10). It writes to it all the while. */
import { SQE } from '../spec/command.js';
import { INVALID_FIELD, SUCCESS } from './answers.js';
import { MIN_PAGE_BYTES, type SimConfig } from './config.js';
import { ACCESS_READ, type DmaView } from './dma-table.js';

const DESCRIPTOR_WORDS = 4;

export class HostMemory {
  private readonly dma: DmaView;
  private readonly leastBytes: number;
  private readonly wanted: boolean;
  private pageBytes = MIN_PAGE_BYTES;
  private pieces: { readonly iova: number; readonly lengthBytes: number }[] = [];
  private writes = 0;

  constructor(dma: DmaView, { personality }: Pick<SimConfig, 'personality'>) {
    this.dma = dma;
    this.leastBytes = personality.hostMemoryLeastBytes;
    this.wanted = personality.hostMemoryBytes > 0;
  }

  setPage(pageBytes: number): void {
    this.pageBytes = pageBytes;
  }

  reset(): void {
    this.pieces = [];
  }

  /** Of what it has; 0 for nothing. */
  lengthBytes(): number {
    return this.pieces.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  }

  /** Set Features 0Dh. */
  set(command: Uint32Array): number {
    if (!this.wanted) return INVALID_FIELD;
    this.pieces = [];
    if ((command[SQE.CDW11] & 1) === 0) return SUCCESS;
    const count = command[SQE.CDW15];
    const list = this.dma.span(
      command[SQE.CDW13] + command[SQE.CDW14] * 2 ** 32,
      count * DESCRIPTOR_WORDS * 4,
      ACCESS_READ,
    );
    if (list === undefined) return INVALID_FIELD;
    const pieces = Array.from({ length: count }, (_, i) => {
      const at = i * DESCRIPTOR_WORDS;
      return { iova: list[at] + list[at + 1] * 2 ** 32, lengthBytes: list[at + 2] * this.pageBytes };
    });
    const bytes = pieces.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    if (bytes !== command[SQE.CDW12] * this.pageBytes || bytes < this.leastBytes) return INVALID_FIELD;
    this.pieces = pieces;
    return SUCCESS;
  }

  /** Writes to each piece; false where the host has taken one away without a word. */
  use(): boolean {
    this.writes++;
    for (const { iova, lengthBytes } of this.pieces) {
      if (lengthBytes === 0) continue;
      if (!this.dma.covers(iova, lengthBytes)) return false;
      this.write(iova);
      this.write(iova + lengthBytes - 4);
    }
    return true;
  }

  private write(iova: number): void {
    const window = this.dma.find(Float64Array.of(iova));
    if (window !== undefined) window.words[(iova - window.iova) / 4] = this.writes;
  }
}
