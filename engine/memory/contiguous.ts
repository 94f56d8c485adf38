/** Which of the physical runs of some memory serve a request, and what is left over. */
import type { PhysicalRun } from './pagemap.js';
import { roundUp } from './size-text.js';

/** A part of a mapping. */
export interface Span {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/**
 * Whole pages of together at least `lengthBytes`, in the order of the runs: the shortest run that holds all of it or,
 * where none does, the longest ones. Undefined where no run holds `contiguousBytes`, which is no more than
 * `lengthBytes`.
 */
export function choosePieces(
  runs: readonly PhysicalRun[],
  request: { readonly lengthBytes: number; readonly contiguousBytes: number },
  pageSizeBytes: number,
): PhysicalRun[] | undefined {
  const longestBytes = Math.max(...runs.map((run) => run.lengthBytes));
  if (longestBytes < request.contiguousBytes) return undefined;
  let missingBytes = roundUp(request.lengthBytes, pageSizeBytes);
  const longestFirst = runs.toSorted((a, b) => b.lengthBytes - a.lengthBytes);
  const whole = longestFirst.findLast((run) => run.lengthBytes >= missingBytes);
  const pieces: PhysicalRun[] = [];
  for (const run of whole ? [whole] : longestFirst) {
    if (missingBytes <= 0) break;
    const lengthBytes = Math.min(run.lengthBytes, missingBytes);
    pieces.push({ ...run, lengthBytes });
    missingBytes -= lengthBytes;
  }
  return pieces.sort((a, b) => a.offsetBytes - b.offsetBytes);
}

/** What the pieces, in ascending order, leave of a mapping. */
export function spansBetween(pieces: readonly Span[], mappingBytes: number): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (const { offsetBytes, lengthBytes } of [...pieces, { offsetBytes: mappingBytes, lengthBytes: 0 }]) {
    if (offsetBytes > at) spans.push({ offsetBytes: at, lengthBytes: offsetBytes - at });
    at = offsetBytes + lengthBytes;
  }
  return spans;
}
