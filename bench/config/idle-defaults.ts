/** Values of `defaults` that apply to no job: every job has its own. */
import { type DataMap, isMap } from './data-map.js';
import { placesOf } from './places.js';

const hasOwn = (job: DataMap, key: string): boolean =>
  Object.hasOwn(job, key) || (isMap(job.matrix) && Object.hasOwn(job.matrix, key));

/** Whether every job of a configuration has its own value of a key, so that one in `defaults` applies to none. */
export function isOwnOfAllJobs({ jobs }: DataMap, key: string): boolean {
  return placesOf(jobs)
    .flatMap((place) => place.jobs)
    .every(({ raw }) => hasOwn(raw, key));
}

/** A sentence for each of these keys, in their order. `changes` are those of `--set`. */
export function idleDefaults({ source }: { readonly source: DataMap }, changes: readonly string[]): string[] {
  const { defaults } = source;
  if (!isMap(defaults)) return [];
  return Object.keys(defaults)
    .filter((key) => isOwnOfAllJobs(source, key))
    .map((key) => {
      const set = changes.findLast((change) => change.startsWith(`defaults.${key}=`));
      const what = set === undefined ? `defaults.${key}` : `--set ${set}`;
      return `${what} has no effect: every job has its own ${key}`;
    });
}
