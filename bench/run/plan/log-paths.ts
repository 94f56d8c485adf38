/** Where the log of single I/Os of each planned job goes: a file of its own. */
import { parse } from 'node:path';
import { devicesOfJob, type RunConfig, timesOf } from '../../config/run-config.js';
import { MAX_EXPANDED_JOBS } from '../../config/sweep.js';

/** One of several files in place of the one that is named. */
function numbered(path: string, number: number): string {
  const { ext } = parse(path);
  return `${path.slice(0, path.length - ext.length)}-${number}${ext}`;
}

/** For each, in order, the path that it names; where several name the same, with `-1`, `-2` and so on before the ending. */
export function logPaths(named: readonly (string | undefined)[]): (string | undefined)[] {
  const used = new Map<string, number>();
  return named.map((path) => {
    if (path === undefined || named.indexOf(path) === named.lastIndexOf(path)) return path;
    const number = (used.get(path) ?? 0) + 1;
    used.set(path, number);
    return numbered(path, number);
  });
}

/** Every file that the jobs of a run write a log to, as far as that is known before its devices are. */
export function logFiles(config: RunConfig): string[] {
  const counts = new Map<string, number>();
  for (const job of config.jobs) {
    if (job.log === undefined) continue;
    const count = timesOf(job) * devicesOfJob(config, job).length;
    counts.set(job.log, (counts.get(job.log) ?? 0) + count);
  }
  return [...counts].flatMap(([path, count]) => {
    if (count === 1) return [path];
    // More are refused once they are planned.
    return Array.from({ length: Math.min(count, MAX_EXPANDED_JOBS) }, (_, i) => numbered(path, i + 1));
  });
}
