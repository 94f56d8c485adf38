/** What a verdict rests on: runs, and what of each run is seen in parts, its repeats or blocks of its intervals. */
import type { HistogramReader } from '../document/histograms.js';
import { correlationTime } from '../statistics/autocorrelation.js';
import { highestOf } from '../statistics/extremes.js';
import { type Piece, sampleOfPieces, tailNs } from './intervals.js';
import { joinSamples, type Sample, sampleOfRepeat } from './samples.js';
import type { Run, Series } from './series.js';

/** Fewer than four repeats of a side do not show how repeats differ, and fewer than four runs no rank test at 95 %. */
export const LEAST_OBSERVATIONS = 4;
/** From so many degrees of freedom on, runs show how they differ from each other: two sides of two runs, or one of three. */
export const LEAST_DEGREES = 2;
/** Observations that know nothing of each other, below which the intervals of a run do not show how it varies. */
const LEAST_EFFECTIVE = 30;
/** A block is as long as so many correlation times: what neighbouring blocks still share is then little. */
const TIMES_OF_BLOCK = 3;
/** More blocks than this gain little and cost time. */
const MOST_BLOCKS = 24;
/** Pieces whose tails are looked at for correlation; each has to be decoded for it. */
const MOST_TAILS = 400;

/**
 * `runs`: several runs of the program, which show all that varies. `repeats`: of few runs, which do not show how runs
 * differ (placement of threads and memory, load). `intervals`: blocks of the intervals of few runs, which do not show how
 * repeats differ, too. `single`: nothing shows any variation.
 */
export type Basis = 'runs' | 'repeats' | 'intervals' | 'single';

export interface ObservedRun {
  /** All its time together. */
  readonly whole: Sample;
  /** Its repeats, or blocks of its intervals, where the verdict makes use of them. */
  readonly parts: readonly Sample[];
  /** When it began, where that is known. */
  readonly startedMs?: number;
}

export interface Observations {
  readonly basis: Basis;
  /** Each side's runs. */
  readonly sides: readonly (readonly ObservedRun[])[];
  /** Runs of no side, which tell how runs of this kind differ. */
  readonly history: readonly ObservedRun[];
  /** Pieces that make one block; 1 where the parts are others. */
  readonly blockIntervals: number;
}

/** Pieces in a row that carry as much news as one value that knows nothing of the others. */
function memoryOf(pieces: readonly Piece[], reader: HistogramReader): number {
  const rates = correlationTime(pieces.map(({ ios, elapsedNs }) => ios / elapsedNs));
  const tails = pieces.slice(0, MOST_TAILS).flatMap((piece) => tailNs(piece, reader) ?? []);
  return Math.max(rates, correlationTime(tails.map((tail) => Math.log(Math.max(1, tail)))));
}

/** As many blocks as fit, of lengths as equal as can be: no piece is left out. */
function blocksOf(pieces: readonly Piece[], length: number, reader: HistogramReader): Sample[] {
  const count = Math.floor(pieces.length / length);
  const at = (block: number): number => Math.round((block * pieces.length) / count);
  return Array.from({ length: count }, (_, i) => sampleOfPieces(pieces.slice(at(i), at(i + 1)), reader));
}

const repeatsOf = (side: readonly Run[]): number =>
  side.reduce((sum, { repeats }) => sum + repeats.length, 0);

function inRepeats({ repeats, startedMs }: Run, reader: HistogramReader): ObservedRun {
  const parts = repeats.map((repeat) => sampleOfRepeat(repeat, reader));
  return { whole: joinSamples(parts), parts, ...(startedMs === undefined ? {} : { startedMs }) };
}

export const inOne = (run: Run, reader: HistogramReader): ObservedRun => ({
  ...inRepeats(run, reader),
  parts: [],
});

/** Runs in blocks of one length; undefined where one of them has no intervals, or too few. */
function inBlocks(
  sides: readonly (readonly Run[])[],
  reader: HistogramReader,
): { observed: ObservedRun[][]; blockIntervals: number } | undefined {
  if (sides.flat().some(({ pieces }) => pieces.some(({ length }) => length === 0))) return undefined;
  const all = sides.map((side) => side.map(({ pieces }) => pieces.flat()));
  if (all.flat().some(({ length }) => length < LEAST_EFFECTIVE)) return undefined;
  const known = all.flat().map((own) => ({ length: own.length, memory: memoryOf(own, reader) }));
  if (known.some(({ length, memory }) => length / memory < LEAST_EFFECTIVE)) return undefined;
  const longest = highestOf(known.map(({ length }) => length));
  const memory = highestOf(known.map((each) => each.memory));
  const blockIntervals = Math.ceil(Math.max(TIMES_OF_BLOCK * memory, longest / MOST_BLOCKS));
  if (known.some(({ length }) => length / blockIntervals < LEAST_OBSERVATIONS)) return undefined;
  const observed = sides.map((side, i) =>
    side.map((run, k) => ({ ...inOne(run, reader), parts: blocksOf(all[i][k], blockIntervals, reader) })),
  );
  return { observed, blockIntervals };
}

export interface Observed {
  /** Runs of the same job that belong to no side. */
  readonly history?: Series | undefined;
  /** Figures of a job as a whole, which are not taken in intervals. */
  readonly wholeRuns?: boolean;
}

/**
 * The observations of sides that are to be set against each other, or of one alone: all on the same basis. Throws ReportError
 * where a histogram cannot be read.
 */
export function observe(
  group: readonly Series[],
  reader: HistogramReader,
  { history, wholeRuns = false }: Observed = {},
): Observations {
  const sides = group.map(({ runs }) => runs);
  const others = history?.runs ?? [];
  const degrees = [...sides, others].reduce((sum, side) => sum + Math.max(0, side.length - 1), 0);
  const as = (basis: Basis, of: typeof inOne): Observations => ({
    basis,
    sides: sides.map((side) => side.map((run) => of(run, reader))),
    history: others.map((run) => of(run, reader)),
    blockIntervals: 1,
  });
  if (degrees >= LEAST_DEGREES) return as('runs', inRepeats);
  if (sides.every((side) => repeatsOf(side) >= LEAST_OBSERVATIONS)) return as('repeats', inRepeats);
  const blocks = wholeRuns ? undefined : inBlocks(sides, reader);
  if (blocks === undefined) return as('single', inOne);
  const { observed, blockIntervals } = blocks;
  return {
    basis: 'intervals',
    sides: observed,
    history: others.map((run) => inOne(run, reader)),
    blockIntervals,
  };
}

/** What observations of that basis are called. */
export function basisWord(basis: Basis): string {
  if (basis === 'intervals') return 'blocks of intervals';
  return basis === 'single' ? 'run' : basis;
}
