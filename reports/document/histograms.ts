/** The histograms of documents: read within a budget, and named where one cannot be read. */
import { type Added, addEncoded } from '../../engine/stats/hdr-decode.js';
import { emptyHistogram } from '../../engine/stats/percentiles.js';
import { sanitize } from '../render/terminal.js';
import { ReportError } from '../report-error.js';
import { OPERATIONS } from './operations.js';
import type { BenchResult, OperationRecord } from './result.js';

export type HistogramRecord = NonNullable<OperationRecord['histogram']>;

export interface HistogramReader {
  /** The counts of a histogram. Throws ReportError. */
  counts(histogram: HistogramRecord): Float64Array;
  /**
   * Adds them to others, and answers with the last index in use, -1 where there is none. Throws ReportError; then some of
   * them may be added.
   */
  add(into: Float64Array, histogram: HistogramRecord): number;
}

/** What is read from, with the name that users know it by where there are several. */
export interface ReadDocument {
  readonly name?: string;
  readonly result: BenchResult;
}

/** What the histograms of a document may unpack to: more than those of the longest run with the most jobs. */
const MOST_UNPACKED_BYTES = 512 * 2 ** 20;
/** Reading one takes as long as that many bytes of it. */
const EACH_BYTES = 4096;

/** Where in the documents a histogram stands: `jobs[2].intervals[7].read.histogram of job reads`. */
function placeOf(documents: readonly ReadDocument[], wanted: HistogramRecord): string {
  for (const { name, result } of documents) {
    const of = name === undefined ? '' : ` in ${sanitize(name)}`;
    for (const [place, job] of result.jobs.entries()) {
      const end = `histogram of job ${sanitize(job.name).slice(0, 200)}${of}`;
      for (const operation of OPERATIONS) {
        if (job.directions[operation]?.histogram === wanted)
          return `jobs[${place}].directions.${operation}.${end}`;
        const interval = (job.intervals ?? []).findIndex((each) => each[operation]?.histogram === wanted);
        if (interval >= 0) return `jobs[${place}].intervals[${interval}].${operation}.${end}`;
      }
    }
  }
  return 'a histogram';
}

/**
 * Does what reads histograms of these documents; none where the histograms are new. They may unpack to so much in all; one that cannot be read
 * is named by its place. Throws ReportError HISTOGRAM_UNREADABLE, HISTOGRAMS_TOO_LARGE, and what `work` throws.
 */
export function readingHistograms<T>(
  documents: readonly ReadDocument[],
  work: (reader: HistogramReader) => T,
): T {
  const charged = new Set<HistogramRecord>();
  let leftBytes = MOST_UNPACKED_BYTES * Math.max(1, documents.length);
  const added = (into: Float64Array, histogram: HistogramRecord): Added => {
    try {
      return addEncoded(into, histogram.data);
    } catch (cause) {
      const { reason } = cause as { reason?: string };
      if (reason === undefined) throw cause;
      throw new ReportError(
        'HISTOGRAM_UNREADABLE',
        `${placeOf(documents, histogram)} cannot be read: ${reason}`,
        'take the document anew from what wrote it; markdown, csv and junit show it without its histograms',
        cause,
      );
    }
  };
  const add = (into: Float64Array, histogram: HistogramRecord): number => {
    const { unpackedBytes, lastIndex } = added(into, histogram);
    if (!charged.has(histogram)) leftBytes -= EACH_BYTES + unpackedBytes;
    charged.add(histogram);
    if (leftBytes < 0)
      throw new ReportError(
        'HISTOGRAMS_TOO_LARGE',
        `its histograms unpack to more than ${MOST_UNPACKED_BYTES / 2 ** 20} MiB`,
        "choose a job with nvbench report --job NAME or --job '#N'; markdown, csv and junit show all without histograms",
      );
    return lastIndex;
  };
  return work({
    add,
    counts(histogram) {
      const counts = emptyHistogram();
      add(counts, histogram);
      return counts;
    },
  });
}
