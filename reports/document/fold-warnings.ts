/** Warnings that several jobs share, told once. */
import type { BenchResult, JobRecord, ResultWarning } from './result.js';

export interface FoldedWarnings {
  /** Those of several jobs, in the order of their first job; the message says how many. */
  readonly shared: readonly ResultWarning[];
  /** Those that only this job has. */
  ownOf(job: JobRecord): readonly ResultWarning[];
}

/**
 * Folds the warnings of all jobs by their code. Where the messages differ, each tells of one job only: the first one
 * stands for them as an example.
 */
export function foldWarnings({ jobs }: Pick<BenchResult, 'jobs'>): FoldedWarnings {
  const byCode = new Map<string, { warnings: ResultWarning[]; jobs: Set<JobRecord> }>();
  for (const job of jobs) {
    for (const warning of job.warnings) {
      const known = byCode.get(warning.code) ?? { warnings: [], jobs: new Set() };
      byCode.set(warning.code, known);
      known.warnings.push(warning);
      known.jobs.add(job);
    }
  }
  const isShared = (code: string): boolean => (byCode.get(code)?.jobs.size ?? 0) > 1;
  const shared = [...byCode.values()]
    .filter((known) => known.jobs.size > 1)
    .map(({ warnings, jobs: { size } }) => {
      const [first] = warnings;
      const same = warnings.every(({ message }) => message === first.message);
      const where = size === jobs.length ? `in all ${size} jobs` : `in ${size} of ${jobs.length} jobs`;
      return { ...first, message: `${where}: ${same ? '' : 'for example '}${first.message}` };
    });
  return { shared, ownOf: (job) => job.warnings.filter(({ code }) => !isShared(code)) };
}
