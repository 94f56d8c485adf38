import { Random } from '../../../engine/device/latency.js';
import type { Entry } from './bench-controller.js';

const ADMIN_OPCODES = [0x00, 0x01, 0x02, 0x04, 0x05, 0x06, 0x08, 0x09, 0x0a, 0x0c, 0x80];
const IO_OPCODES = [0x00, 0x01, 0x02, 0x08, 0x77];
const [NSID, CDW10, CDW11] = [1, 10, 11];

/** Commands that mostly go far before they are refused, where they are. */
export class RandomCommands {
  readonly #random: Random;
  readonly #dataIova: number;

  constructor(seed: number, dataIova: number) {
    this.#random = new Random(seed);
    this.#dataIova = dataIova;
  }

  below(limit: number): number {
    return (this.#random.next() >>> 0) % limit;
  }

  /** A plausible value of a word of an entry. */
  word(index: number, qid: 0 | 1): number {
    switch (index) {
      case 0:
        return (
          (qid === 0 ? ADMIN_OPCODES : IO_OPCODES)[this.below(qid === 0 ? 11 : 5)] |
          (this.below(0x1_0000) << 16)
        );
      case NSID:
        return this.below(8) === 0 ? 0xffff_ffff : 1;
      case 6:
      case 8:
        return this.#dataIova + this.below(64) * 4096 + (this.below(4) === 0 ? this.below(4096) : 0);
      case CDW10:
        return qid === 0 ? this.below(5) | (this.below(64) << 16) : this.below(0x8000);
      case CDW11:
        return qid === 0 ? this.below(4) | (this.below(8) << 16) : 0;
      case 12:
        return this.below(64);
      default:
        return 0;
    }
  }

  entry(qid: 0 | 1): Entry {
    const words = Array.from({ length: 16 }, (_, index) => this.word(index, qid) >>> 0);
    return { ...words, opcode: words[0] };
  }
}
