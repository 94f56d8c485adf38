import type { IovaAllocator, IovaRange } from '../memory/iova.js';

const ALIGN_BYTES = 2n * 2n ** 20n;
const MOST_BYTES = 64n * 2n ** 30n;
/** Of the largest gap: so many processes fit at least. */
const SHARES = 16n;

/**
 * Sets a range of I/O virtual addresses aside for one process: its mappings meet nobody else's. Throws EngineError
 * IOVA_EXHAUSTED. Given back by `iovas.free(window.start)`.
 */
export function takeWindow(iovas: IovaAllocator): IovaRange {
  const share = iovas.largestGapBytes / SHARES;
  const lengthBytes = ((share < MOST_BYTES ? share : MOST_BYTES) / ALIGN_BYTES || 1n) * ALIGN_BYTES;
  const start = iovas.allocate(Number(lengthBytes), Number(ALIGN_BYTES));
  return { start, last: start + lengthBytes - 1n };
}
