/** A result document laid out flat for the views: one row for each job and operation, with its device and host. */
import { onceFor } from './once-for.js';
import { entriesOf, type OperationName } from './operations.js';
import type { BenchResult, DeviceRecord, HostRecord, JobRecord, OperationRecord } from './result.js';

/** An operation of a job that was measured. */
export interface OperationRow {
  readonly result: BenchResult;
  readonly job: JobRecord;
  readonly name: OperationName;
  readonly record: OperationRecord;
}

/** The operations that a job measured, in their order. */
export function operationsOf({ directions }: JobRecord): [OperationName, OperationRecord][] {
  return entriesOf(directions);
}

/** All rows of the results, in the order of their jobs. */
export function operationRows(results: readonly BenchResult[]): OperationRow[] {
  return results.flatMap((result) =>
    result.jobs.flatMap((job) => operationsOf(job).map(([name, record]) => ({ result, job, name, record }))),
  );
}

/** Name of a job with its place among its repeats: `randread (repeat 2 of 5)`. */
export function titleOf({ name, repeat }: JobRecord): string {
  return repeat === undefined ? name : `${name} (repeat ${repeat.index + 1} of ${repeat.count})`;
}

type Place = Pick<JobRecord, 'target' | 'hostIndex'>;

/** What tells the places of jobs and devices apart. */
export const placeKey = ({ target, hostIndex }: Place): string => `${hostIndex ?? ''} ${target}`;

/** The first of each place, and the first of each target on any host. Made once for a list: it is asked for each job. */
const devicePlaces = onceFor((devices: readonly DeviceRecord[]) => {
  const byPlace = new Map<string, number>();
  const byTarget = new Map<string, number>();
  for (const [i, device] of devices.entries()) {
    const key = placeKey(device);
    if (!byPlace.has(key)) byPlace.set(key, i);
    if (!byTarget.has(device.target)) byTarget.set(device.target, i);
  }
  return { byPlace, byTarget };
});

/**
 * The device a job ran on; of the sum of jobs on several hosts that of the first. Undefined where the document does not
 * have it, as an imported one.
 */
export function deviceOf({ devices }: BenchResult, job: JobRecord): DeviceRecord | undefined {
  const { byPlace, byTarget } = devicePlaces(devices);
  const at = job.hostIndex === undefined ? byTarget.get(job.target) : byPlace.get(placeKey(job));
  return at === undefined ? undefined : devices[at];
}

/** The place in `devices` of the one at a job's place; undefined where there is none. */
export function devicePlaceOf({ devices }: BenchResult, job: JobRecord): number | undefined {
  return devicePlaces(devices).byPlace.get(placeKey(job));
}

/** The host a job ran on. Undefined where it is the sum of jobs on several. */
export function hostOf(result: BenchResult, job: JobRecord): HostRecord | undefined {
  if (result.hosts === undefined) return result.host;
  return job.hostIndex === undefined ? undefined : result.hosts[job.hostIndex];
}
