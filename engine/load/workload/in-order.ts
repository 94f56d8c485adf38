/** HOT: one I/O after the other, at steps of one length, forwards or backwards, and around at the end of the region. */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { STREAMS } from '../../stats/operations.js';
import type { Addresses, Region } from './addresses.js';

const TWO_32 = 2 ** 32;
const RECORD_SHIFT = SLOT_SHIFT;
const STREAM_OF = STREAMS;
const { SLBA_LOW, SLBA_HIGH, NEXT_OPERATION } = SLOT;

/** `steps` starting blocks, `strideLbas` apart, from `firstLba` on. */
export interface Course {
  readonly firstLba: number;
  readonly strideLbas: number;
  readonly steps: number;
}

/**
 * The course of I/Os of one block each that go on `stepLbas` behind the end of the one before. Backwards it begins at the last
 * block of the region.
 */
export function courseOf({ startLba, blocks, blockLbas }: Region, stepLbas: number): Course {
  const strideLbas = blockLbas + stepLbas;
  const room = (blocks - 1) * blockLbas;
  const steps = strideLbas === 0 ? 1 : Math.floor(room / Math.abs(strideLbas)) + 1;
  return { firstLba: strideLbas < 0 ? startLba + room : startLba, strideLbas, steps };
}

abstract class OnCourse implements Addresses {
  protected readonly firstLba: number;
  protected readonly strideLbas: number;
  protected readonly steps: number;

  constructor({ firstLba, strideLbas, steps }: Course) {
    this.firstLba = firstLba;
    this.strideLbas = strideLbas;
    this.steps = steps;
  }

  abstract fill(slots: Slots, batch: Uint16Array, count: number): void;
}

export class InOrder extends OnCourse {
  /** Next step. */
  private readonly position = new Float64Array(1);

  beginPass(): void {
    this.position[0] = 0;
  }

  override fill(slots: Slots, batch: Uint16Array, count: number): void {
    const { firstLba, strideLbas, steps } = this;
    let step = this.position[0];
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slba = firstLba + step * strideLbas;
      const upper = Math.floor(slba / TWO_32);
      const record = batch[i] << RECORD_SHIFT;
      slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
      step = step + 1 === steps ? 0 : step + 1;
    }
    this.position[0] = step;
  }
}

/** The same for reads by themselves and for all others: reads go on behind reads, writes behind writes. */
export class InOrderByOperation extends OnCourse {
  /** Next step of reads, and of what is none. */
  private readonly positions = new Float64Array(2);

  override fill(slots: Slots, batch: Uint16Array, count: number): void {
    const { firstLba, strideLbas, steps, positions } = this;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const record = batch[i] << RECORD_SHIFT;
      const stream = STREAM_OF[slots[record | NEXT_OPERATION]];
      const step = positions[stream];
      const slba = firstLba + step * strideLbas;
      const upper = Math.floor(slba / TWO_32);
      slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
      positions[stream] = step + 1 === steps ? 0 : step + 1;
    }
  }
}
