/** What the repeats of a job say together: the mean of each figure, and how far the repeats lie apart. */
import { OPERATIONS, type OperationName } from './operations.js';
import type { JobRecord, OperationRecord } from './result.js';

/** Mean and sample standard deviation over repeats. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

export interface RepeatSummary {
  readonly direction: OperationName;
  readonly repeats: number;
  readonly iops: Spread;
  readonly meanNs: Spread;
  /** Absent where a repeat does not have it. */
  readonly p99Ns?: Spread;
}

function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

/** Each operation of these repeats of one job on one device; none where fewer than two of them completed I/O. */
export function summarizeRepeats(jobs: readonly JobRecord[]): RepeatSummary[] {
  return OPERATIONS.flatMap((direction): RepeatSummary[] => {
    const parts = jobs
      .filter((job) => job.partial === undefined)
      .map((job) => job.directions[direction])
      .filter((part): part is OperationRecord => part !== undefined && part.ios > 0);
    if (parts.length < 2) return [];
    const p99s = parts.flatMap(({ latencyNs }) => latencyNs.p99 ?? []);
    return [
      {
        direction,
        repeats: parts.length,
        iops: spreadOf(parts.map((part) => part.iops)),
        meanNs: spreadOf(parts.map((part) => part.latencyNs.mean)),
        ...(p99s.length === parts.length ? { p99Ns: spreadOf(p99s) } : {}),
      },
    ];
  });
}

/** The repeats that end with `jobs[index]`, where that one is the last of its job on its device; otherwise none. */
export function repeatsEndingAt(jobs: readonly JobRecord[], index: number): JobRecord[] {
  const last = jobs[index];
  if (last.repeat === undefined) return [];
  const same = ({ name, target, hostIndex, repeat }: JobRecord): boolean =>
    repeat !== undefined && name === last.name && target === last.target && hostIndex === last.hostIndex;
  if (jobs.slice(index + 1).some(same)) return [];
  return jobs.filter(same);
}
