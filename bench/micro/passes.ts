/**
 * Times a piece of code by the CPU time of this thread, in passes of a few milliseconds. What else the machine does is not in
 * that time, but for caches and clocks that it disturbs: hence the smallest of many short passes.
 */
import { threadCpuTimeNs } from '../../engine/sys/cpu-time.js';

const PASS_NS = 4e6;
const WARM_UP_NS = 300e6;
/** Passes of the part that is subtracted are shorter by this: it is small, and so is their share of the time. */
const FEWER = 4;

export interface PassTimes {
  /** ns of one round: the smallest of the passes, and their median. */
  readonly minNs: number;
  readonly medianNs: number;
  /** The same of what was subtracted. */
  readonly withoutNs: number;
  readonly passes: number;
  readonly roundsPerPass: number;
}

type Rounds = (rounds: number) => void;

function cpuNs(run: Rounds, rounds: number): number {
  const before = threadCpuTimeNs();
  run(rounds);
  return threadCpuTimeNs() - before;
}

/** Rounds that take about PASS_NS, found while the code warms up. */
function calibrate(run: Rounds): number {
  let rounds = 1;
  for (let spentNs = 0; spentNs < WARM_UP_NS; ) {
    const ns = cpuNs(run, rounds);
    spentNs += ns;
    rounds = Math.max(1, Math.ceil(Math.min(rounds * 10, (rounds * PASS_NS) / Math.max(ns, 1))));
  }
  return rounds;
}

/** The middle value, or the mean of the two middle ones. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/**
 * Runs `run` for about `cpuMs` of CPU time, and in turns with it `without`, the part of it that is not to be counted.
 * `onWarm` is called between warm-up and measurement. The times are those of `run` less the smallest of `without`.
 */
export function timePasses(
  run: Rounds,
  without: Rounds | undefined,
  cpuMs: number,
  onWarm?: () => void,
): PassTimes {
  const rounds = calibrate(run);
  const roundsWithout = Math.ceil(rounds / FEWER);
  if (without) calibrate(without);
  onWarm?.();
  const passes = Math.max(5, Math.round((cpuMs * 1e6) / PASS_NS));
  const times: number[] = [];
  let withoutNs = without ? Number.POSITIVE_INFINITY : 0;
  for (let pass = 0; pass < passes; pass++) {
    times.push(cpuNs(run, rounds) / rounds);
    if (without) withoutNs = Math.min(withoutNs, cpuNs(without, roundsWithout) / roundsWithout);
  }
  return {
    minNs: Math.min(...times) - withoutNs,
    medianNs: medianOf(times) - withoutNs,
    withoutNs,
    passes,
    roundsPerPass: rounds,
  };
}
