/**
 * HOT: which I/Os of a mix are writes, 32 drawn at a time, in a loop that has all it needs in variables. Each word of the generator
 * gives two, of 16 bits, so that a share is right to 0.001 %; the upper ones first. The sequence is the same for any batches.
 */

/** Words drawn at a time, two I/Os each. */
const WORDS_AHEAD = 16;
const AHEAD = 2 * WORDS_AHEAD;

/** Of the state: the generator's two words, I/Os that are drawn and not yet taken (the next is the lowest bit), and how many. */
const DRAWN = 2;
const LEFT = 3;

export class Draws {
  /** Writes are drawn where 16 random bits, unsigned, lie below this. */
  private readonly writeBelow: number;
  private readonly state = new Int32Array(4);

  /** `share` of the I/Os are writes, 0 to 1; `state` is that of a generator, two words. */
  constructor(share: number, state: Int32Array) {
    this.writeBelow = Math.round(share * 2 ** 16);
    this.state.set(state);
  }

  /** The next `count`, 1 to 32: a bit each, from the lowest on, 1 for a write. What is above them means nothing. */
  next(count: number): number {
    const { state } = this;
    const drawn = state[DRAWN];
    const left = state[LEFT];
    if (count <= left) {
      state[DRAWN] = count === AHEAD ? 0 : drawn >>> count;
      state[LEFT] = left - count;
      return drawn;
    }
    const more = this.draw();
    const taken = count - left;
    state[DRAWN] = taken === AHEAD ? 0 : more >>> taken;
    state[LEFT] = AHEAD - taken;
    return drawn | (more << left);
  }

  private draw(): number {
    const { state } = this;
    const writeBelow = this.writeBelow | 0;
    let s0 = state[0];
    let s1 = state[1];
    let drawn = 0;
    for (let i = 0; i < WORDS_AHEAD; i = (i + 1) | 0) {
      const a = Math.imul(s0, 0x9e3779bb);
      const word = Math.imul((a << 5) | (a >>> 27), 5);
      s1 ^= s0;
      s0 = ((s0 << 26) | (s0 >>> 6)) ^ s1 ^ (s1 << 9);
      s1 = (s1 << 13) | (s1 >>> 19);
      // The sign of a difference: 1 where the draw lies below.
      const first = ((word >>> 16) - writeBelow) >>> 31;
      const second = ((word & 0xffff) - writeBelow) & 0x8000_0000;
      drawn = (drawn >>> 2) | (first << 30) | second;
    }
    state[0] = s0;
    state[1] = s1;
    return drawn;
  }
}
