/** What the repeats of a job say together: the mean of each figure, and how far the repeats lie apart. */
import { type Figure, OPERATION_FIGURES, type OperationFacts } from './figures.js';
import { onceFor } from './once-for.js';
import { OPERATIONS, type OperationName } from './operations.js';
import type { JobRecord, OperationRecord } from './result.js';
import { placeKey } from './rows.js';

/** Mean and sample standard deviation over repeats. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

export interface RepeatSummary {
  readonly direction: OperationName;
  readonly repeats: number;
  /** Of each chief figure that all of them have. */
  readonly spreads: readonly { readonly figure: Figure<OperationFacts>; readonly spread: Spread }[];
}

const chiefs: readonly Figure<OperationFacts>[] = OPERATION_FIGURES.filter((figure) => 'chief' in figure);

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
    const spreads = chiefs.flatMap((figure) => {
      const values = parts.flatMap((part) => figure.value(part) ?? []);
      return values.length === parts.length ? [{ figure, spread: spreadOf(values) }] : [];
    });
    return [{ direction, repeats: parts.length, spreads }];
  });
}

const repeatKey = ({ name, ...job }: JobRecord): string => `${placeKey(job)} ${name}`;

const repeatsByJob = onceFor((jobs: readonly JobRecord[]) => {
  const groups = new Map<string, JobRecord[]>();
  for (const job of jobs) {
    if (job.repeat === undefined) continue;
    const group = groups.get(repeatKey(job));
    if (group) group.push(job);
    else groups.set(repeatKey(job), [job]);
  }
  return groups;
});

/** The repeats that end with `jobs[index]`, where that one is the last of its job on its device; otherwise none. */
export function repeatsEndingAt(jobs: readonly JobRecord[], index: number): readonly JobRecord[] {
  const repeats = repeatsByJob(jobs).get(repeatKey(jobs[index])) ?? [];
  return repeats.at(-1) === jobs[index] ? repeats : [];
}
