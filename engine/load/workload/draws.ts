/**
 * HOT: which I/Os of a mix are writes, 32 drawn at a time. Each of the 32 is a number of 0 to 1 of which one bit is drawn after the
 * other, a bit of all with each word of the generator, and which is compared with the share of the writes bit by bit, the highest
 * first: at the first that differs it is known. After k words 2^-k of the 32 are left to be known, so that 7 or so are drawn. The
 * sequence is the same for any batches.
 */

/** I/Os drawn at a time. */
const AHEAD = 32;

/** Of the state: the generator's two words, I/Os that are drawn and not yet taken (the next is the highest bit), and how many. */
const DRAWN = 2;
const LEFT = 3;

export class Draws {
  /** Of the share of the writes: the 32 bits behind the point. */
  private readonly shareBits: number;
  private readonly state = new Int32Array(4);

  /** `share` of the I/Os are writes, above 0 and below 1; `state` is that of a generator, two words. */
  constructor(share: number, state: Int32Array) {
    this.shareBits = Math.round(share * 2 ** 32) | 0;
    this.state.set(state);
  }

  /** The next `count`, 1 to 32: a bit each, from the highest on, 1 for a write; the others are 0. */
  next(count: number): number {
    const { state } = this;
    const drawn = state[DRAWN];
    const left = state[LEFT];
    const asked = ~(0x7fff_ffff >>> (count - 1));
    if (count <= left) {
      state[DRAWN] = count === AHEAD ? 0 : drawn << count;
      state[LEFT] = left - count;
      return drawn & asked;
    }
    const more = this.draw();
    const taken = count - left;
    state[DRAWN] = taken === AHEAD ? 0 : more << taken;
    state[LEFT] = AHEAD - taken;
    return (drawn | (more >>> left)) & asked;
  }

  private draw(): number {
    const { state } = this;
    let s0 = state[0];
    let s1 = state[1];
    let share = this.shareBits | 0;
    let writes = 0;
    let unknown = -1;
    do {
      for (let i = 0; i < 8; i = (i + 1) | 0) {
        const a = Math.imul(s0, 0x9e3779bb);
        const word = Math.imul((a << 5) | (a >>> 27), 5);
        s1 ^= s0;
        s0 = ((s0 << 26) | (s0 >>> 6)) ^ s1 ^ (s1 << 9);
        s1 = (s1 << 13) | (s1 >>> 19);
        // All bits as the share's next one.
        const bit = share >> 31;
        share <<= 1;
        // Below the share: 0 where it has 1. Further unknown: what is as the share.
        writes |= unknown & bit & ~word;
        unknown &= ~(word ^ bit);
      }
      // Where no bit of the share is left, what is unknown is not below it.
    } while (unknown !== 0 && share !== 0);
    state[0] = s0;
    state[1] = s1;
    return writes;
  }
}
