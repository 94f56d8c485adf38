/** Populations that results are drawn from: runs differ, repeats within a run differ, and how much is known. */
import type { Random } from '../../reports/compare/index.js';
import type { BenchResult, JobRecord } from '../../reports/index.js';
import { intervalJob } from './interval-job.js';
import { madeUpJob, madeUpResult } from './made-up.js';
import { type Deviation, shapedOperation } from './shape.js';

/** How deviations are distributed, all with mean 0 and standard deviation 1. */
export type Shape =
  | 'normal'
  /** Exponential: most a little low, a few far up. */
  | 'skewed'
  /** Student's with 4 degrees of freedom: now and then far off on either side. */
  | 'heavy'
  /** More skewed than exponential: a few very far up. */
  | 'lognormal'
  /** One in ten stalls, and is more than three standard deviations slower than the others. */
  | 'stalls';

export interface Population {
  /** Results a side. */
  readonly runs: number;
  /** Repeats of each job within a result. */
  readonly repeats: number;
  readonly jobs: number;
  /** Standard deviations of the log of all latencies between runs, and between the repeats of one run. */
  readonly runSd: number;
  readonly repeatSd: number;
  /** Of the log of the share of I/Os in the tail, between repeats. */
  readonly tailSd: number;
  readonly shape: Shape;
  /** I/Os of a repeat. */
  readonly ios: number;
  /**
   * Of the deviations of runs, each with the one before it; 0 where they know nothing of each other. The sides then run in
   * turns: A, B, A, B.
   */
  readonly correlation: number;
  /** Stored runs that tell how runs differ. */
  readonly history: number;
  /** Absent where repeats have none. */
  readonly intervals?: IntervalShape;
}

/** Intervals of the only repeat of a run; they vary by `repeatSd`. */
export interface IntervalShape {
  readonly count: number;
  /** Of one with the next. */
  readonly correlation: number;
  /** Share of the time in which nothing completes. */
  readonly stalled: number;
}

export const POPULATION: Population = {
  runs: 1,
  repeats: 10,
  jobs: 1,
  runSd: 0.0075,
  repeatSd: 0.01,
  tailSd: 0.3,
  shape: 'normal',
  ios: 4000,
  correlation: 0,
  history: 0,
};

/** How likely a run stalls, how far it then is off, and how far the others lie from each other. */
const STALL = { share: 0.1, spread: 0.3 };
const STALL_JUMP = Math.sqrt((1 - STALL.spread ** 2) / (STALL.share * (1 - STALL.share)));

export function draw(random: Random, shape: Shape): number {
  if (shape === 'normal') return random.normal();
  if (shape === 'skewed') return -Math.log(random.uniform()) - 1;
  if (shape === 'lognormal')
    return (Math.exp(random.normal()) - Math.sqrt(Math.E)) / Math.sqrt(Math.E ** 2 - Math.E);
  if (shape === 'stalls') {
    const stall = random.uniform() < STALL.share ? 1 : 0;
    return STALL.spread * random.normal() + STALL_JUMP * (stall - STALL.share);
  }
  const squares = [1, 2, 3, 4].reduce((sum) => sum + random.normal() ** 2, 0);
  // Its variance is 2.
  return random.normal() / Math.sqrt(squares / 4) / Math.SQRT2;
}

/** The ratio of deviations between runs to those between repeats that the tail has, too. */
function tailOfRun({ runSd, repeatSd, tailSd }: Population): number {
  return repeatSd === 0 ? 0 : Math.min(0.75, runSd / repeatSd) * tailSd;
}

/** One job of a run whose deviation is known. */
function drawJob(random: Random, population: Population, run: Deviation, name: string): JobRecord[] {
  const { repeats, repeatSd, tailSd, shape, ios, intervals } = population;
  if (intervals !== undefined) return [intervalJob(random, { ...intervals, sd: repeatSd }, run, name)];
  return Array.from({ length: repeats }, (_, index) => {
    const deviation = {
      level: run.level + repeatSd * draw(random, shape),
      tailShare: run.tailShare + tailSd * random.normal(),
    };
    return madeUpJob({ name, repeat: { index, count: repeats }, ...shapedOperation(deviation, ios) });
  });
}

/** As many results as are asked for, one after the other; `slower` 0.05 is 5 % more latency. Each job has runs of its own luck. */
function drawRuns(random: Random, population: Population, slower: number, count: number): BenchResult[] {
  const { jobs, runSd, shape, correlation } = population;
  const places = Array.from({ length: jobs }, () => draw(random, shape));
  return Array.from({ length: count }, (_, run) => {
    const all = places.map((before, job) => {
      if (run > 0) places[job] = correlation * before + Math.sqrt(1 - correlation ** 2) * draw(random, shape);
      const deviation: Deviation = {
        level: Math.log1p(slower) + runSd * places[job],
        tailShare: tailOfRun(population) * random.normal(),
      };
      return drawJob(random, population, deviation, `job${job}`);
    });
    return madeUpResult(all.flat());
  });
}

/** One result of it. */
export function drawRun(random: Random, population: Population, slower: number): BenchResult {
  return drawRuns(random, population, slower, 1)[0];
}

/** As many results as the population has runs. */
export function drawSide(random: Random, population: Population, slower: number): BenchResult[] {
  return drawRuns(random, population, slower, population.runs);
}

/** Two equal sides, one run of each in turn. */
export function drawPair(random: Random, population: Population): readonly [BenchResult[], BenchResult[]] {
  const runs = drawRuns(random, population, 0, 2 * population.runs);
  return [runs.filter((_, i) => i % 2 === 0), runs.filter((_, i) => i % 2 === 1)];
}

/** The runs that are stored, which take no side. */
export function drawHistory(random: Random, population: Population): BenchResult[] {
  return drawRuns(random, population, 0, population.history);
}
