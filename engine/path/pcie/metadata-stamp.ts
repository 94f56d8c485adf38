/** HOT: what the commands of a queue say of metadata, stored into entries that have all else. */
import { NVM, SQE } from '../../spec/index.js';
import type { MetadataUse } from './metadata.js';

const { CDW3, MPTR_LOW, MPTR_HIGH, CDW12, CDW14, CDW15 } = SQE;
const { VERIFY, WRITE_ZEROES } = NVM;

/** So many low bits of a word, none where that is negative. */
const maskOf = (bits: number): number => (bits >= 32 ? -1 : (1 << Math.max(0, bits)) - 1);

/** What of the low and the high word of a block's address its reference tag has. */
export const referenceMasks = (bits: number): { readonly low: number; readonly high: number } => ({
  low: maskOf(bits),
  high: maskOf(bits - 32),
});

export class MetadataStamp {
  private readonly read: number;
  private readonly written: number;
  private readonly zeroes: number;
  private readonly verify: number;
  /** What of the words of a block its reference tag has. */
  private readonly lowMask: number;
  private readonly highMask: number;
  private readonly tags: number;
  private readonly pointers: Int32Array;
  /** From the pointer of a read to that of the same command's write, in words. */
  private readonly toWrite: number;

  /** Of a queue of so many commands. */
  constructor(metadata: MetadataUse, commands: number) {
    this.read = metadata.read;
    this.written = metadata.write;
    this.zeroes = metadata.zeroes;
    this.verify = metadata.verify;
    const { low, high } = referenceMasks(metadata.referenceBits);
    this.lowMask = low;
    this.highMask = high;
    this.tags = metadata.tags;
    this.pointers = metadata.pointers;
    this.toWrite = metadata.pointers.length > 2 * commands ? 2 * commands : 0;
  }

  /** A read or a write, whose entry begins at word `at`. */
  transfer(
    sq: Int32Array,
    at: number,
    cid: number,
    opcode: number,
    low: number,
    high: number,
    lbas: number,
  ): void {
    const { pointers } = this;
    const writes = opcode & 1;
    if (pointers.length > 0) {
      const pointer = ((cid << 1) + Math.imul(writes, this.toWrite)) | 0;
      sq[at | MPTR_LOW] = pointers[pointer];
      sq[at | MPTR_HIGH] = pointers[(pointer + 1) | 0];
    }
    sq[at | CDW12] = (lbas - 1) | (writes === 0 ? this.read : this.written);
    sq[at | CDW3] = high & this.highMask;
    sq[at | CDW14] = low & this.lowMask;
    sq[at | CDW15] = this.tags;
  }

  /** Any other command, with CDW10 to CDW12 as they are without metadata. */
  other(sq: Int32Array, at: number, opcode: number, cdw10: number, cdw11: number, cdw12: number): void {
    const zeroes = opcode === WRITE_ZEROES;
    const named = zeroes || opcode === VERIFY;
    sq[at | MPTR_LOW] = 0;
    sq[at | MPTR_HIGH] = 0;
    if (named) sq[at | CDW12] = cdw12 | (zeroes ? this.zeroes : this.verify);
    sq[at | CDW3] = named ? cdw11 & this.highMask : 0;
    sq[at | CDW14] = named ? cdw10 & this.lowMask : 0;
    sq[at | CDW15] = named ? this.tags : 0;
  }
}
