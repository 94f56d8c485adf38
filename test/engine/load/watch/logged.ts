/** What workers noted of single I/Os, as it is looked at: the records of a ring, and latencies as a histogram has them. */
import type { LogRing } from '../../../../engine/load/watch/log-ring.js';
import { HISTOGRAM_LENGTH, latencyIndex } from '../../../../engine/stats/histogram.js';
import { OPERATIONS } from '../../../../engine/stats/operations.js';
import { type LoggedIo, RECORD_BYTES, recordAt } from '../../../../reports/io-log/records.js';

/** Takes all that waits there, in its order. */
export function takeAll(ring: LogRing): LoggedIo[] {
  const ios: LoggedIo[] = [];
  for (let piece = ring.ready(); piece.length > 0; piece = ring.ready()) {
    const bytes = piece.slice();
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length; at += RECORD_BYTES)
      ios.push(recordAt(view, at, { operations: OPERATIONS }));
    ring.take(piece.length);
  }
  return ios;
}

export function latenciesOf(ios: readonly { readonly latencyNs: number }[]): Float64Array {
  const counts = new Float64Array(HISTOGRAM_LENGTH);
  for (const { latencyNs } of ios) counts[latencyIndex(latencyNs)]++;
  return counts;
}
