/** The intervals of a repeat as observations: in pieces of one width, and in blocks of several. */
import { emptyHistogram, percentileNs } from '../../engine/stats/percentiles.js';
import type { HistogramReader, HistogramRecord } from '../document/histograms.js';
import type { OperationName } from '../document/operations.js';
import type { JobRecord } from '../document/result.js';
import { sparseCounts } from '../statistics/sparse-counts.js';
import { type Sample, withCounts } from './samples.js';

/** A stretch of the measured time. One that was longer than the others is several, which share what it counted. */
export interface Piece {
  /** May be broken: what its interval counted, divided by the pieces that it makes. */
  readonly ios: number;
  readonly errors: number;
  readonly bytes: number;
  readonly elapsedNs: number;
  /** 1 / the pieces of its interval. */
  readonly share: number;
  /** That of its interval, not read yet: a long run has too many to hold. Absent where nothing completed and nothing failed. */
  readonly histogram?: HistogramRecord;
}

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** One operation of a job, piece by piece and without gaps; none where intervals were not recorded. */
export function piecesOf({ intervals = [] }: JobRecord, name: OperationName): Piece[] {
  const lengths = intervals.map(({ startNs, endNs }) => endNs - startNs);
  const widthNs = intervals.length === 0 ? 0 : medianOf(lengths);
  return intervals.flatMap((interval, i): Piece[] => {
    const count = Math.max(1, Math.round(lengths[i] / widthNs) || 1);
    const measured = interval[name];
    const piece: Piece = {
      ios: (measured?.ios ?? 0) / count,
      errors: (measured?.errors ?? 0) / count,
      bytes: (measured?.bytes ?? 0) / count,
      elapsedNs: lengths[i] / count,
      share: 1 / count,
      ...(measured && { histogram: measured.histogram }),
    };
    return Array.from({ length: count }, () => piece);
  });
}

/** The percentile 99 of a piece in ns; undefined where nothing completed in it. Throws ReportError as `counts` does. */
export function tailNs({ ios, histogram }: Piece, reader: HistogramReader): number | undefined {
  return ios > 0 && histogram ? percentileNs(reader.counts(histogram), 99) : undefined;
}

function addPiece(into: Float64Array, { share, histogram }: Piece, reader: HistogramReader): void {
  if (histogram === undefined) return;
  if (share === 1) {
    reader.add(into, histogram);
    return;
  }
  const counts = reader.counts(histogram);
  for (let i = 0; i < counts.length; i++) into[i] += counts[i] * share;
}

/** Pieces in a row as one observation. Throws ReportError where a histogram cannot be read. */
export function sampleOfPieces(pieces: readonly Piece[], reader: HistogramReader): Sample {
  const merged = emptyHistogram();
  for (const piece of pieces) addPiece(merged, piece, reader);
  const sum = (of: (piece: Piece) => number): number => pieces.reduce((total, piece) => total + of(piece), 0);
  const elapsedNs = sum((piece) => piece.elapsedNs);
  const ios = sum((piece) => piece.ios);
  const rate = (total: number): number => (elapsedNs > 0 ? (total * 1e9) / elapsedNs : 0);
  const facts = {
    ios,
    errors: sum((piece) => piece.errors),
    elapsedNs,
    iops: rate(ios),
    bandwidthBytesPerSecond: rate(sum((piece) => piece.bytes)),
  };
  return { ...facts, ofJob: {}, ...withCounts(facts, sparseCounts(merged)) };
}
