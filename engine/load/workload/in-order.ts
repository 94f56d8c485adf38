/** HOT: one block after the other, and from the end of the region back to its start. */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import type { Addresses, Region } from './addresses.js';

const TWO_32 = 2 ** 32;
const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH } = SLOT;

export class InOrder implements Addresses {
  private readonly blocks: number;
  private readonly blockLbas: number;
  private readonly startLba: number;
  /** Next block. */
  private readonly position = new Float64Array(1);

  constructor({ blocks, blockLbas, startLba }: Region) {
    this.blocks = blocks;
    this.blockLbas = blockLbas;
    this.startLba = startLba;
  }

  fill(slots: Slots, batch: Uint16Array, count: number): void {
    const { blocks, blockLbas, startLba } = this;
    let block = this.position[0];
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slba = startLba + block * blockLbas;
      const upper = Math.floor(slba / TWO_32);
      const record = batch[i] << RECORD_SHIFT;
      slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
      block = block + 1 === blocks ? 0 : block + 1;
    }
    this.position[0] = block;
  }
}
