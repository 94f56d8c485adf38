/** A metric of runs as numbers: what the statistics are done with. */
import type { Metric } from './metrics.js';
import type { ObservedRun } from './observations.js';
import { figureOf, type Sample } from './samples.js';

/** One metric of one run. */
export interface RunFigure {
  /** Log of the figure of the whole run. */
  readonly log: number;
  /** How the figures of its parts lie to each other, as logs; fewer than two say nothing. */
  readonly parts: readonly number[];
  /** When the run began, where that is known. */
  readonly startedMs?: number;
}

/** Of a rate at which nothing completed, half an I/O (or byte) in all the time: below what could be measured. */
function leastRate({ elapsedNs }: Sample): number {
  return 0.5e9 / Math.max(1, elapsedNs);
}

/** Logs; of figures of which one is 0, their distance from the mean as a share of it, which for small ones is the same. */
function logsOfParts(parts: readonly Sample[], metric: Metric): number[] {
  const figures = parts.map((part) => figureOf(part, metric)).filter((figure) => figure !== undefined);
  if (figures.every((figure) => figure > 0)) return figures.map(Math.log);
  const mean = figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
  return mean > 0 ? figures.map((figure) => figure / mean - 1) : [];
}

/** Of one run. Undefined where the metric was not measured. */
export function runFigure({ whole, parts, startedMs }: ObservedRun, metric: Metric): RunFigure | undefined {
  const figure = figureOf(whole, metric);
  if (figure === undefined || !(figure >= 0)) return undefined;
  if (figure === 0 && whole.elapsedNs === 0) return undefined;
  const log = Math.log(figure > 0 ? figure : leastRate(whole));
  return { log, parts: logsOfParts(parts, metric), ...(startedMs === undefined ? {} : { startedMs }) };
}

/** Of all runs of a side. Undefined where one of them has none. */
export function runFigures(runs: readonly ObservedRun[], metric: Metric): RunFigure[] | undefined {
  const figures = runs.flatMap((run) => runFigure(run, metric) ?? []);
  return figures.length === runs.length && runs.length > 0 ? figures : undefined;
}
