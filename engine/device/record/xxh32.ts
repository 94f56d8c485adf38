/**
 * XXH32 with seed 0 (xxHash fast digest algorithm 0.1.1) of the pieces of host memory that a command's data lies in. HOT: four words a
 * turn, each in a lane of its own; pieces may end within a turn.
 */
import type { DataPointer } from '../data-pointer.js';

const PRIME_1 = 0x9e37_79b1 | 0;
const PRIME_2 = 0x85eb_ca77 | 0;
const PRIME_3 = 0xc2b2_ae3d | 0;
const PRIME_4 = 0x27d4_eb2f | 0;
const PRIME_5 = 0x1656_67b1 | 0;
const LANES = 4;

const lane = (value: number, word: number): number => {
  const sum = (value + Math.imul(word, PRIME_2)) | 0;
  return Math.imul((sum << 13) | (sum >>> 19), PRIME_1);
};

const rotated = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** Words left over between pieces, and of the last turn. */
const rest = new Int32Array(LANES);

/** As a signed word; undefined is no hash: there are no bytes. */
export function xxh32(
  data: Pick<DataPointer, 'count' | 'windows' | 'offsetBytes' | 'lengthBytes'>,
): number | undefined {
  let v1 = (PRIME_1 + PRIME_2) | 0;
  let v2 = PRIME_2;
  let v3 = 0;
  let v4 = -PRIME_1 | 0;
  let held = 0;
  let total = 0;
  for (let i = 0; i < data.count; i++) {
    const { words } = data.windows[i];
    let at = (data.offsetBytes[i] / 4) | 0;
    const end = (at + data.lengthBytes[i] / 4) | 0;
    total = (total + end - at) | 0;
    while (held > 0 && at < end) {
      rest[held++] = words[at++];
      if (held < LANES) continue;
      v1 = lane(v1, rest[0]);
      v2 = lane(v2, rest[1]);
      v3 = lane(v3, rest[2]);
      v4 = lane(v4, rest[3]);
      held = 0;
    }
    for (; at <= end - LANES; at = (at + LANES) | 0) {
      v1 = lane(v1, words[at]);
      v2 = lane(v2, words[at + 1]);
      v3 = lane(v3, words[at + 2]);
      v4 = lane(v4, words[at + 3]);
    }
    while (at < end) rest[held++] = words[at++];
  }
  if (total === 0) return undefined;
  let hash =
    total < LANES ? PRIME_5 : (rotated(v1, 1) + rotated(v2, 7) + rotated(v3, 12) + rotated(v4, 18)) | 0;
  hash = (hash + total * 4) | 0;
  for (let i = 0; i < held; i++)
    hash = Math.imul(rotated((hash + Math.imul(rest[i], PRIME_3)) | 0, 17), PRIME_4);
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return hash ^ (hash >>> 16);
}
