/** Which runs of a figure's history are its baseline, and which stand for now. */
import type { Metric } from '../compare/metrics.js';
import { lossOf } from '../compare/verdict.js';
import type { ChangePoint } from '../statistics/change-points.js';
import { meanOf } from '../statistics/variance.js';

/** Runs of a level that stand for it: its first ones as baseline, its last ones for now. */
const MOST_RUNS = 10;

/** Places among the values of the figure; `to` is not among them. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Sides {
  readonly baseline: Stretch;
  readonly now: Stretch;
}

function levelsOf(count: number, points: readonly ChangePoint[]): Stretch[] {
  const places = [0, ...points.map(({ index }) => index), count];
  return places.slice(1).map((to, i) => ({ from: places[i], to }));
}

const levelOf = (values: readonly number[], { from, to }: Stretch): number => meanOf(values.slice(from, to));

/**
 * The baseline is a level that runs once had: it moves on to a better one, and never to a worse one unless that is
 * accepted (places of runs), so that a regression stays one however long it lasts. Its first runs stand for it, so that
 * what creeps within a level leaves it behind, too. Undefined where there is nothing to hold against it.
 */
export function sidesOf(
  values: readonly number[],
  points: readonly ChangePoint[],
  metric: Metric,
  accepted: readonly number[],
): Sides | undefined {
  const levels = levelsOf(values.length, points);
  let level = levels[0];
  for (const next of levels.slice(1)) {
    const isAccepted = accepted.some((place) => next.from <= place && place < next.to);
    if (isAccepted || lossOf(metric, levelOf(values, next) / levelOf(values, level)) < 0) level = next;
  }
  const last = levels[levels.length - 1];
  const isSame = last === level;
  const count = Math.min(MOST_RUNS, isSame ? Math.ceil((level.to - level.from) / 2) : level.to - level.from);
  const baseline = { from: level.from, to: level.from + count };
  const now = { from: Math.max(baseline.to, last.from, last.to - MOST_RUNS), to: last.to };
  return now.from < now.to ? { baseline, now } : undefined;
}
