/** Which observations a comparison rests on: whole repeats, or blocks of the intervals of few runs. */
import type { HistogramReader } from '../document/histograms.js';
import { correlationTime } from '../statistics/autocorrelation.js';
import { highestOf } from '../statistics/extremes.js';
import {
  type IntervalPart,
  intervalP99Ns,
  type Sample,
  sampleOfIntervals,
  sampleOfRepeats,
  sampleOfRun,
} from './samples.js';
import type { Series } from './series.js';

/** Fewer than four a side cannot give 95 %: 3 against 3 without overlap happens by chance one time in ten. */
export const LEAST_OBSERVATIONS = 4;
/** More blocks than this gain little and cost time. */
const MOST_BLOCKS = 24;
/** Intervals whose tails are looked at for correlation; each has to be decoded for it. */
const MOST_TAILS = 400;

/**
 * `runs`: documents, each from a run of the program, which show all that varies. `repeats`: of few documents, which do
 * not show how runs of the program differ (placement of threads and memory, load). `intervals`: blocks of one-second
 * intervals, which do not show how repeats differ. `single`: one run without intervals, which shows no variation.
 */
export type Basis = 'runs' | 'repeats' | 'intervals' | 'single';

export interface Observations {
  readonly basis: Basis;
  readonly samples: readonly Sample[];
  /** Documents, each of a run of the program, that they come from. */
  readonly documents: number;
  /** Intervals that make one block; 1 where the basis is another. */
  readonly blockIntervals: number;
}

/** Intervals that must be taken together before neighbours know nothing of each other. */
function blockLength(intervals: readonly IntervalPart[], reader: HistogramReader): number {
  const rates = correlationTime(intervals.map(({ ios }) => ios));
  const tails = correlationTime(
    intervals.slice(0, MOST_TAILS).map((interval) => Math.log(Math.max(1, intervalP99Ns(interval, reader)))),
  );
  return Math.ceil(Math.max(rates, tails, intervals.length / MOST_BLOCKS));
}

function blocksOf(intervals: readonly IntervalPart[], length: number, reader: HistogramReader): Sample[] {
  const count = Math.floor(intervals.length / length);
  return Array.from({ length: count }, (_, i) =>
    sampleOfIntervals(intervals.slice(i * length, (i + 1) * length), reader),
  );
}

const fullIntervals = ({ intervals }: Series): IntervalPart[] => {
  const longestNs = Math.max(0, highestOf(intervals.map(({ elapsedNs }) => elapsedNs)));
  // The last interval of a run is usually cut short.
  return intervals.filter(({ ios, elapsedNs }) => ios > 0 && elapsedNs > 0.5 * longestNs);
};

/**
 * The observations of several series that are to be set against each other: all on the same basis. `wholeRuns` leaves
 * intervals out: figures of a job as a whole are not taken in intervals. Throws ReportError where a histogram cannot be
 * read.
 */
export function observe(
  group: readonly Series[],
  reader: HistogramReader,
  { wholeRuns = false } = {},
): Observations[] {
  const runs = Math.min(...group.map((series) => series.runs.length));
  const whole = (basis: Basis): Observations[] =>
    group.map((series) => ({
      basis,
      samples: series.runs.map((run) => sampleOfRun(run, reader)),
      documents: series.byDocument.length,
      blockIntervals: 1,
    }));
  if (group.every(({ byDocument }) => byDocument.length >= LEAST_OBSERVATIONS))
    return group.map(({ byDocument }) => ({
      basis: 'runs',
      samples: byDocument.map((runs) => sampleOfRepeats(runs.map((run) => sampleOfRun(run, reader)))),
      documents: byDocument.length,
      blockIntervals: 1,
    }));
  if (runs >= LEAST_OBSERVATIONS) return whole('repeats');
  const intervals = wholeRuns ? [[]] : group.map(fullIntervals);
  if (intervals.every((list) => list.length >= LEAST_OBSERVATIONS)) {
    const length = Math.max(...intervals.map((list) => blockLength(list, reader)));
    if (intervals.every((list) => Math.floor(list.length / length) >= LEAST_OBSERVATIONS))
      return intervals.map((list, i) => ({
        basis: 'intervals',
        samples: blocksOf(list, length, reader),
        documents: group[i].byDocument.length,
        blockIntervals: length,
      }));
  }
  return whole(runs > 1 ? 'repeats' : 'single');
}

/** What observations of that basis are called. */
export function basisWord(basis: Basis): string {
  if (basis === 'intervals') return 'blocks of intervals';
  return basis === 'single' ? 'run' : basis;
}
