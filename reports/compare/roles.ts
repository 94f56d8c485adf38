/** Which of its places a job ran at: devices of a document, or what stands for them in one that describes none. */
import { onceFor } from '../document/once-for.js';
import type { BenchResult, JobRecord } from '../document/result.js';
import { devicePlaceOf, hostOf, placeKey } from '../document/rows.js';

/** Of the jobs of each name: the first at each place, in the order in which they appear. */
const placesByName = onceFor((jobs: readonly JobRecord[]) => {
  const names = new Map<string, Map<string, JobRecord>>();
  for (const job of jobs) {
    const places = names.get(job.name) ?? new Map<string, JobRecord>();
    names.set(job.name, places);
    const key = placeKey(job);
    if (!places.has(key)) places.set(key, job);
  }
  return names;
});

/**
 * The place of a job's device among those of its document. Imports do not describe devices: there it is the place of
 * the job's target among those of all jobs of its name, after the devices that are described.
 */
export function roleOf(result: BenchResult, job: JobRecord): number {
  const described = devicePlaceOf(result, job);
  if (described !== undefined) return described;
  const places = [...(placesByName(result.jobs).get(job.name)?.keys() ?? [])];
  return result.devices.length + places.indexOf(placeKey(job));
}

/**
 * What tells such a place from the others of the jobs of its name: the host where all have one target, else the target.
 * Undefined where the document describes the device, and of the only place.
 */
export function placeOf(result: BenchResult, job: JobRecord): string | undefined {
  if (devicePlaceOf(result, job) !== undefined) return undefined;
  const places = [...(placesByName(result.jobs).get(job.name)?.values() ?? [])];
  if (places.length < 2) return undefined;
  const isOneTarget = places.every(({ target }) => target === job.target);
  return isOneTarget ? hostOf(result, job)?.hostname || undefined : job.target;
}
