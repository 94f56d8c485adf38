/** HOT: the payload of jobs with `verification`: each logical block of a write tells what it is. */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import type { Payload } from '../workload/payload.js';
import type { BlockContent } from './block.js';
import type { Checks } from './checks.js';

const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH, LBAS } = SLOT;

export class VerifiedBlocks implements Payload {
  private readonly content: BlockContent;
  private readonly seed: number;
  private readonly runLow: number;
  private readonly runHigh: number;
  /** Of the last write. */
  private generation = 0;

  constructor({ content, seed, runLow, runHigh }: Pick<Checks, 'content' | 'seed' | 'runLow' | 'runHigh'>) {
    this.content = content;
    this.seed = seed;
    this.runLow = runLow;
    this.runHigh = runHigh;
  }

  /** Nothing: each write fills all of what it carries. */
  prepare(): void {}

  stamp(slots: Slots, data: readonly Int32Array[], batch: Uint16Array, count: number): void {
    const { content, seed, runLow, runHigh } = this;
    const lbaWords = content.lbaWords | 0;
    let generation = this.generation | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const words = data[slot];
      const length = Math.imul(slots[record | LBAS], lbaWords);
      let low = slots[record | SLBA_LOW];
      let high = slots[record | SLBA_HIGH];
      generation = (generation + 1) | 0;
      // 0 stands for no write.
      if (generation === 0) generation = 1;
      for (let at = 0; at < length; at = (at + lbaWords) | 0) {
        content.write(words, at, low, high, generation, seed, runLow, runHigh);
        low = (low + 1) | 0;
        if (low === 0) high = (high + 1) | 0;
      }
    }
    this.generation = generation;
  }
}
