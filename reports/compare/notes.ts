/** What limits what a comparison can say: sentences for its end. */
import { plural } from '../render/format.js';
import { smallestP } from '../statistics/rank-test.js';
import { type LeftOut, leftOutNotes } from './history.js';
import { someNames } from './job-map.js';
import { problemOfJob } from './job-problem.js';
import { type Basis, basisWord, LEAST_OBSERVATIONS } from './observations.js';
import type { RunOfDocument } from './runs.js';
import type { SeriesKey } from './series.js';
import { driftsBetween, type Timed } from './turns.js';

/** What a note needs to know of a job. */
export interface NotedJob extends SeriesKey {
  readonly basis: Basis;
  readonly runs: readonly [base: number, next: number];
  readonly timed?: Timed;
}

const DOES_SHOW =
  'several results a side in turns do (--base a1.json --base a2.json ... --new b1.json ...), or those of --history';

function basisNotes(jobs: readonly NotedJob[]): string[] {
  const has = (basis: Basis): boolean => jobs.some((job) => job.basis === basis);
  return [
    ...(['repeats', 'intervals'] as const).filter(has).map((basis) => {
      const few =
        basis === 'repeats' ? 'the repeats are of few runs of nvbench' : 'the intervals are of few runs';
      return `${few}, and ${basisWord(basis)} do not show how runs differ (placement, load); ${DOES_SHOW}`;
    }),
    ...(has('single')
      ? [
          'one run with too few repeats or intervals shows no variation, so nothing is certain; use repeat: 5 or more',
        ]
      : []),
  ];
}

/** The fewest runs a side with which a job that alone got worse in all its metrics would be seen. */
function neededRuns(jobs: number, alpha: number): number {
  let needed = LEAST_OBSERVATIONS;
  while (smallestP(needed, needed) * jobs > alpha) needed++;
  return needed;
}

function fewNotes(jobs: readonly NotedJob[], confidence: number): string[] {
  const ranked = jobs.map(({ runs }) => Math.min(...runs)).filter((runs) => runs >= LEAST_OBSERVATIONS);
  const fewest = Math.min(...ranked);
  const needed = neededRuns(jobs.length, 1 - confidence);
  if (ranked.length === 0 || fewest >= needed) return [];
  return [
    `${plural(fewest, 'run')} a side are too few for ${plural(jobs.length, 'job')} at ${confidence * 100} %: a job that alone got worse is seen from ${needed} on`,
  ];
}

const driftNotes = (jobs: readonly NotedJob[]): string[] =>
  driftsBetween(jobs.flatMap(({ timed }) => (timed === undefined ? [] : [timed])))
    ? [
        'the sides did not run in turns, and runs seem to be like those before and after them, as on a host that drifts: that looks like a change; let the sides take turns, or use nvbench ab',
      ]
    : [];

/** Jobs whose figures do not hold are compared all the same, which has to be known. */
function spoiltNotes(runs: readonly RunOfDocument[]): string[] {
  const spoilt = runs.flatMap(({ name: resultName, jobs }) =>
    jobs.flatMap((job) => {
      const problem = problemOfJob(job);
      return problem === undefined ? [] : [`${job.name} of ${resultName} ${problem}`];
    }),
  );
  const named = someNames([...new Set(spoilt)], '; ');
  return spoilt.length === 0 ? [] : [`figures that are not of what was asked for: ${named}`];
}

/** A run that lacks a job may have ended before it: what it would have shown is in no figure. */
function partlyNotes(jobs: readonly NotedJob[], sides: readonly [number, number]): string[] {
  const partly = (['base', 'new'] as const).flatMap((side, i) =>
    jobs
      .filter(({ runs }) => runs[i] < sides[i])
      .map(({ job, direction, runs }) => `${job} ${direction} (${runs[i]} of ${sides[i]} of the ${side})`),
  );
  return partly.length === 0
    ? []
    : [`not in every run: ${someNames(partly, '; ')}; look why the others lack it`];
}

export interface NotedRuns {
  /** Of both sides. */
  readonly runs: readonly RunOfDocument[];
  /** How many each side has. */
  readonly sides: readonly [base: number, next: number];
  /** Runs that were given more than once. */
  readonly repeated: number;
  /** Runs that are on both sides. */
  readonly shared: number;
  /** Results of the history that tell nothing. */
  readonly leftOut: readonly LeftOut[];
}

/** Sentences. */
export function notesOf(
  jobs: readonly NotedJob[],
  { runs, sides, repeated, shared, leftOut }: NotedRuns,
  confidence: number,
): string[] {
  return [
    ...spoiltNotes(runs),
    ...(repeated > 0 ? [`${plural(repeated, 'run')} given more than once count as one`] : []),
    ...(shared > 0
      ? [`${plural(shared, 'run')} on both sides, where a run differs from itself in nothing`]
      : []),
    ...partlyNotes(jobs, sides),
    ...leftOutNotes(leftOut),
    ...basisNotes(jobs),
    ...fewNotes(jobs, confidence),
    ...driftNotes(jobs),
  ];
}
