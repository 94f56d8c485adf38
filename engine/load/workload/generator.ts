/**
 * xoroshiro64** (Blackman and Vigna), seeded through splitmix32. Its state is two words of an Int32Array; the loops over
 * addresses have the step written out, with the state in variables: an inlined call goes through memory each time.
 */

/** State words from a seed; none of the pairs is all 0. */
export function seedStates(seed: number, words: number): Int32Array {
  const state = new Int32Array(words);
  let x = seed | 0;
  for (let i = 0; i < words; i++) {
    x = (x + 0x9e3779b9) | 0;
    let z = x ^ (x >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    state[i] = z ^ (z >>> 15);
  }
  for (let i = 0; i < words; i += 2) if ((state[i] | state[i + 1]) === 0) state[i] = 1;
  return state;
}

/** The next 32 random bits. */
export function drawWord(state: Int32Array): number {
  const s0 = state[0];
  const s1 = state[1] ^ s0;
  const a = Math.imul(s0, 0x9e3779bb);
  state[0] = ((s0 << 26) | (s0 >>> 6)) ^ s1 ^ (s1 << 9);
  state[1] = (s1 << 13) | (s1 >>> 19);
  return Math.imul((a << 5) | (a >>> 27), 5);
}

/** Fills `into` with the next words. */
export function drawWords(state: Int32Array, into: Int32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = drawWord(state);
}
