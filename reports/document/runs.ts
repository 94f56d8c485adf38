/** Which run of the program each job of a document comes from. */
import { highestOf } from '../statistics/extremes.js';
import type { BenchResult, JobRecord } from './result.js';

/**
 * A number from 0 for each job, the same for those of one run. Merged documents of older versions do not tell runs
 * apart: there a repeat of a job that comes once more is another run's.
 */
export function runNumbers({ jobs, hosts }: Pick<BenchResult, 'jobs' | 'hosts'>): number[] {
  const seen = new Map<string, number>();
  return jobs.map((job) => {
    if (job.run !== undefined) return job.run;
    if (hosts === undefined) return 0;
    const key = JSON.stringify([job.name, job.target, job.hostIndex, job.repeat?.index]);
    const number = seen.get(key) ?? 0;
    seen.set(key, number + 1);
    return number;
  });
}

/** For each job of all results which run it is from, those of each result after those of the one before. */
export function runsInOrder(results: readonly Pick<BenchResult, 'jobs' | 'hosts'>[]): number[] {
  let before = 0;
  return results.flatMap((result) => {
    const numbers = runNumbers(result).map((number) => before + number);
    before = Math.max(before, highestOf(numbers) + 1);
    return numbers;
  });
}

/** When the first of these jobs began, as it says itself; one job at least. */
export function firstStart(jobs: readonly Pick<JobRecord, 'startedAt'>[]): string {
  return jobs
    .map(({ startedAt }) => startedAt)
    .reduce((first, start) => (Date.parse(start) < Date.parse(first) ? start : first));
}
