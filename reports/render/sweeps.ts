/** The sweeps of a result, for every view that shows them, and the values of their keys in words. */
import { grouped } from '../document/grouped.js';
import type { BenchResult, JobRecord } from '../document/result.js';
import { hostOf, placeKey } from '../document/rows.js';
import { formatBytes } from './format.js';
import { sizeText } from './sizes.js';

export interface Sweep {
  /** Name of the configured job. */
  readonly group: string;
  /** In the order in which they ran, repeats among them. */
  readonly jobs: readonly JobRecord[];
  /** The device that a job ran on, of several hosts with its host; undefined where all of the sweep ran in one place. */
  readonly placeOf: (job: JobRecord) => string | undefined;
}

const isOne = (values: readonly unknown[]): boolean => new Set(values).size < 2;

function sweepOf(result: BenchResult, jobs: readonly JobRecord[]): Sweep {
  const [onePlace, oneHost] = [isOne(jobs.map(placeKey)), isOne(jobs.map(({ hostIndex }) => hostIndex))];
  return {
    group: jobs[0].group ?? '',
    jobs,
    placeOf(job) {
      if (onePlace) return undefined;
      return oneHost ? job.target : `${job.target} of ${hostOf(result, job)?.hostname ?? 'several hosts'}`;
    },
  };
}

export function sweepsOf(result: BenchResult): Sweep[] {
  const swept = result.jobs.filter(
    ({ group, parameters }) => group !== undefined && parameters !== undefined,
  );
  return grouped(swept, ({ group }) => group).map((jobs) => sweepOf(result, jobs));
}

/** A value of the matrix: sizes of I/Os with their unit, anything else as it is. Two values may have one text. */
export function parameterText(key: string, value: number | string): string {
  if (key === 'bs' && typeof value === 'number') return formatBytes(value);
  return sizeText(key, value) ?? String(value);
}
