/** Where a histogram has counts: most of it is empty, and is passed over as memory, which takes no time beside a look at each. */

type Counts = Float64Array | Uint32Array;

/** Counts that are compared at once. */
export const STRETCH = 1024;
const EMPTY = Buffer.alloc(STRETCH * Float64Array.BYTES_PER_ELEMENT);

function isEmpty({ buffer, byteOffset, BYTES_PER_ELEMENT }: Counts, from: number): boolean {
  const lengthBytes = STRETCH * BYTES_PER_ELEMENT;
  const stretch = Buffer.from(buffer, byteOffset + from * BYTES_PER_ELEMENT, lengthBytes);
  return stretch.equals(lengthBytes === EMPTY.length ? EMPTY : EMPTY.subarray(0, lengthBytes));
}

/** From `from` on, in steps of STRETCH, the first stretch that is not all 0, or is no whole one; at or behind the end where there is none. */
export function stretchInUse(counts: Counts, from: number): number {
  let at = from;
  while (at + STRETCH <= counts.length && isEmpty(counts, at)) at += STRETCH;
  return at;
}

/** The index behind `at`; where a stretch begins there, that of the next one in use. */
export function nextIndex(counts: Counts, at: number): number {
  return (at + 1) % STRETCH === 0 ? stretchInUse(counts, at + 1) : at + 1;
}
