/** HOT: which placement identifier the next write of a queue has: one after the other, or one of them at random. */
import { DIRECTIVE_SHIFT } from '../spec/index.js';
import type { PlacementUse } from './path.js';

const TWO_MINUS_32 = 2 ** -32;

/** Random ones of each queue of a job are its own. */
export const ofQueue = (use: PlacementUse, index: number): PlacementUse => ({
  ...use,
  seed: use.seed + index,
});

export class Placements {
  /** In their place in CDW13. */
  private readonly words: Int32Array;
  private readonly random: boolean;
  private at = 0;
  /** Of xorshift32. */
  private state: number;

  constructor({ pids, random, seed }: PlacementUse) {
    this.words = Int32Array.from(pids, (pid) => pid << DIRECTIVE_SHIFT);
    this.random = random;
    this.state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  }

  /** CDW13 of the next write. */
  next(): number {
    const { words } = this;
    if (this.random) return words[this.draw()];
    const at = this.at;
    this.at = at + 1 === words.length ? 0 : at + 1;
    return words[at];
  }

  private draw(): number {
    let state = this.state | 0;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.state = state;
    return Math.floor((state >>> 0) * TWO_MINUS_32 * this.words.length);
  }
}
