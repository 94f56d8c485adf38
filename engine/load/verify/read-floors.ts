/** HOT: what the blocks of a queue's reads may be at the oldest, as it was when each went out. */
import type { Written } from './written.js';

export class ReadFloors {
  private readonly written: Written;
  private readonly unitsPerIo: number;
  /** Of each slot's read: for each of its units the oldest write that was there; 0 where that is not known. */
  private readonly floors: Uint32Array;
  /** Of each: how often its zone had been reset. */
  private readonly resets: Uint32Array;

  /** `depth` slots, whose I/Os have at most `lbas` logical blocks. */
  constructor(written: Written, depth: number, lbas: number) {
    this.written = written;
    this.unitsPerIo = Math.ceil(lbas / written.unitLbas);
    this.floors = new Uint32Array(depth * this.unitsPerIo);
    this.resets = new Uint32Array(depth);
  }

  /** A read of `count` units goes out. */
  note(slot: number, first: number, count: number): void {
    const { floors, written } = this;
    const to = Math.imul(slot, this.unitsPerIo);
    for (let i = 0; i < count; i = (i + 1) | 0) floors[to + i] = written.floor[first + i];
    this.resets[slot] = written.resetsOf(first);
  }

  /** It is back: what it brought of a zone that was reset meanwhile may be of before or after. */
  forgetReset(slot: number, first: number, count: number): void {
    if (this.written.resetsOf(first) === this.resets[slot]) return;
    const from = Math.imul(slot, this.unitsPerIo);
    this.floors.fill(0, from, from + count);
  }

  /** Of its `i`th block. */
  at(slot: number, i: number): number {
    const { unitLbas } = this.written;
    return this.floors[Math.imul(slot, this.unitsPerIo) + (unitLbas === 1 ? i : Math.floor(i / unitLbas))];
  }
}
