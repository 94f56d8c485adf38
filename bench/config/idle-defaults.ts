/** Values of `defaults` that apply to no job: every job has its own. */
import { isMap } from './data-map.js';
import type { LoadedConfig } from './load.js';
import { placesOf } from './places.js';

const hasOwn = (job: Readonly<Record<string, unknown>>, key: string): boolean =>
  Object.hasOwn(job, key) || (isMap(job.matrix) && Object.hasOwn(job.matrix, key));

/** A sentence for each of these keys, in their order. `changes` are those of `--set`. */
export function idleDefaults({ source }: Pick<LoadedConfig, 'source'>, changes: readonly string[]): string[] {
  const { defaults } = source;
  if (!isMap(defaults)) return [];
  const jobs = placesOf(source.jobs).flatMap((place) => place.jobs);
  return Object.keys(defaults)
    .filter((key) => jobs.every(({ raw }) => hasOwn(raw, key)))
    .map((key) => {
      const set = changes.findLast((change) => change.startsWith(`defaults.${key}=`));
      const what = set === undefined ? `defaults.${key}` : `--set ${set}`;
      return `${what} has no effect: every job has its own ${key}`;
    });
}
