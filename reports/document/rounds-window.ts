/** Which rounds count: those that were steady, or where none were, the last. */
import type { BenchResult, JobRecord } from './result.js';
import type { RoundsRecord } from './rounds-record.js';

/** Rounds of the measurement window, from 1. */
export function windowOf({
  reached,
  values,
  window,
}: Pick<RoundsRecord, 'reached' | 'values' | 'window'>): readonly [from: number, to: number] {
  return reached === undefined
    ? [Math.max(1, values.length - window + 1), values.length]
    : [reached.fromRound, reached.toRound];
}

/** Whether all rounds were done, and none that count was steady. */
export const neverSteady = ({ reached, values, most }: RoundsRecord): boolean =>
  reached === undefined && values.length >= most;

const jobKey = ({ target, name }: Pick<JobRecord, 'target' | 'name'>): string => `${target} ${name}`;

/** The rounds that a job is done in; undefined where it is in none. */
export function roundsByJob({ rounds = [] }: BenchResult): (job: JobRecord) => RoundsRecord | undefined {
  const known = new Map(
    rounds.flatMap((record) =>
      record.jobs.map((name) => [jobKey({ target: record.target, name }), record] as const),
    ),
  );
  return (job) => known.get(jobKey(job));
}

/** Whether a job was measured in the state that counts: what came before is no repeat of it. */
export function countsIn(record: RoundsRecord | undefined, { repeat }: JobRecord): boolean {
  if (record === undefined) return true;
  const [from, to] = windowOf(record);
  const round = (repeat?.index ?? 0) + 1;
  return round >= from && round <= to;
}
