/** HOT: the blocks of a list in its order, again and again; each operation goes through it by itself, as in fio. */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { OPERATIONS } from '../../stats/operations.js';
import type { Addresses, Region } from './addresses.js';

const TWO_32 = 2 ** 32;
const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH, NEXT_OPERATION } = SLOT;

/** How often the list fits into so many blocks, each time as many further on as it is long. */
export function groupsOf(list: readonly number[], blocks: number): number {
  return Math.floor((blocks - 1 - Math.max(...list)) / list.length) + 1;
}

export class Repeated implements Addresses {
  private readonly list: Float64Array;
  private readonly groups: number;
  private readonly blockLbas: number;
  private readonly startLba: number;
  /** By operation: its next place in the list, and how often it has been through it. */
  private readonly places = new Int32Array(OPERATIONS.length);
  private readonly turns = new Float64Array(OPERATIONS.length);

  /** With `stride` the list lies farther on each time, by its own length, until it would reach beyond the region. */
  constructor({ blocks, blockLbas, startLba }: Region, list: readonly number[], stride: boolean) {
    this.list = Float64Array.from(list);
    this.groups = stride ? groupsOf(list, blocks) : 1;
    this.blockLbas = blockLbas;
    this.startLba = startLba;
  }

  fill(slots: Slots, batch: Uint16Array, count: number): void {
    const { list, groups, blockLbas, startLba, places, turns } = this;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const record = batch[i] << RECORD_SHIFT;
      const operation = slots[record | NEXT_OPERATION];
      const place = places[operation];
      const slba = startLba + (turns[operation] * list.length + list[place]) * blockLbas;
      const upper = Math.floor(slba / TWO_32);
      slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
      if (place + 1 < list.length) places[operation] = place + 1;
      else {
        places[operation] = 0;
        turns[operation] = turns[operation] + 1 === groups ? 0 : turns[operation] + 1;
      }
    }
  }
}
