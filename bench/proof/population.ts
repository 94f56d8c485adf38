/** Populations that results are drawn from: runs differ, repeats within a run differ, and how much is known. */
import type { Random } from '../../reports/compare/index.js';
import type { BenchResult } from '../../reports/index.js';
import { madeUpJob, madeUpResult } from './made-up.js';
import { type Deviation, shapedOperation } from './shape.js';

/** How deviations are distributed, all with mean 0 and standard deviation 1. */
export type Shape =
  | 'normal'
  /** Exponential: most a little low, a few far up. */
  | 'skewed'
  /** Student's with 4 degrees of freedom: now and then far off on either side. */
  | 'heavy';

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
};

export function draw(random: Random, shape: Shape): number {
  if (shape === 'normal') return random.normal();
  if (shape === 'skewed') return -Math.log(random.uniform()) - 1;
  const squares = [1, 2, 3, 4].reduce((sum) => sum + random.normal() ** 2, 0);
  // Its variance is 2.
  return random.normal() / Math.sqrt(squares / 4) / Math.SQRT2;
}

/** The ratio of deviations between runs to those between repeats that the tail has, too. */
function tailOfRun({ runSd, repeatSd, tailSd }: Population): number {
  return repeatSd === 0 ? 0 : Math.min(0.75, runSd / repeatSd) * tailSd;
}

/** One result of it; `slower` 0.05 is 5 % more latency. Each job has runs of its own luck. */
export function drawRun(random: Random, population: Population, slower: number): BenchResult {
  const { repeats, jobs, runSd, repeatSd, tailSd, shape, ios } = population;
  const all = Array.from({ length: jobs }, (_, job) => {
    const run: Deviation = {
      level: Math.log1p(slower) + runSd * draw(random, shape),
      tailShare: tailOfRun(population) * random.normal(),
    };
    return Array.from({ length: repeats }, (_, index) => {
      const deviation = {
        level: run.level + repeatSd * draw(random, shape),
        tailShare: run.tailShare + tailSd * random.normal(),
      };
      const repeat = { index, count: repeats };
      return madeUpJob({ name: `job${job}`, repeat, ...shapedOperation(deviation, ios) });
    });
  });
  return madeUpResult(all.flat());
}

/** As many results as the population has runs. */
export function drawSide(random: Random, population: Population, slower: number): BenchResult[] {
  return Array.from({ length: population.runs }, () => drawRun(random, population, slower));
}
