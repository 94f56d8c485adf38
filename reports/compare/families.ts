/** Many jobs, many metrics: which of their changes are still certain when all are looked at together. */
import { correctFamilies, type WeightedP } from '../statistics/correction.js';
import { highestOf, lowestOf } from '../statistics/extremes.js';
import type { Change } from './change.js';
import { isCounted, type Metric } from './metrics.js';
import type { Basis } from './observations.js';
import type { Sample } from './samples.js';
import { type Certainty, type JudgedChange, judge } from './verdict.js';

/** The metric that a job is judged by first: it weighs as much as all others together. */
export const PRIMARY_METRIC: Metric = 'iops';

/** The changes of one job, not judged yet. */
export interface JobChanges {
  readonly basis: Basis;
  readonly changes: readonly Change[];
  /** Metrics that are another one times a constant, and which. */
  readonly follows: ReadonlyMap<Metric, Metric>;
}

/** How far the ratio of two figures may move where it is constant: other tools round them. */
const CONSTANT = 1e-4;

/** `bandwidth`, where it is IOPS times one constant in all samples: the block size. */
export function followersOf(
  samples: readonly Sample[],
  metrics: readonly Metric[],
): ReadonlyMap<Metric, Metric> {
  if (!metrics.includes('iops')) return new Map();
  const ratios = samples
    .filter(({ iops }) => iops > 0)
    .map(({ iops, bandwidthBytesPerSecond }) => bandwidthBytesPerSecond / iops);
  const isConstant = highestOf(ratios) <= lowestOf(ratios) * (1 + CONSTANT);
  return new Map(isConstant ? [['bandwidth', 'iops'] as const] : []);
}

type Tested = Change & { readonly p: number };

const isTested = (change: Change): change is Tested => change.p !== undefined;

function weighted(changes: readonly Tested[]): WeightedP[] {
  const others = changes.filter(({ metric }) => metric !== PRIMARY_METRIC).length;
  return changes.map(({ metric, p }) => ({ p, weight: metric === PRIMARY_METRIC ? Math.max(1, others) : 1 }));
}

/** P-values corrected within each job and over the jobs; a job without any is no family. */
function correct(families: readonly (readonly Tested[])[]): Map<Change, number> {
  const tested = families.filter(({ length }) => length > 0);
  const corrected = correctFamilies(tested.map(weighted));
  return new Map(tested.flatMap((changes, i) => changes.map((change, k) => [change, corrected[i][k]])));
}

/**
 * Judges the changes of all jobs that are looked at together. What is counted is of another kind than times and rates, and
 * corrected by itself: one of the two does not make the other less certain.
 */
export function judgeTogether(jobs: readonly JobChanges[], certainty: Certainty): JudgedChange[][] {
  const correctedOf = (wanted: (change: Change) => boolean): Map<Change, number> =>
    correct(
      jobs.map(({ changes, follows }) =>
        changes.filter(isTested).filter((change) => !follows.has(change.metric) && wanted(change)),
      ),
    );
  const corrected = new Map([
    ...correctedOf(({ metric }) => !isCounted(metric)),
    ...correctedOf(({ metric }) => isCounted(metric)),
  ]);
  return jobs.map(({ changes, follows, basis }) =>
    changes.map((change): JudgedChange => {
      const followed = follows.get(change.metric);
      const tested = followed === undefined ? change : changes.find(({ metric }) => metric === followed);
      const judged = judge(change, tested && corrected.get(tested), basis, certainty);
      return followed === undefined ? judged : { ...judged, follows: followed };
    }),
  );
}
