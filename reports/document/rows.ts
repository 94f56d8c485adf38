/** A result document laid out flat for the views: one row for each job and direction, with its device and host. */
import type { BenchResult, DeviceRecord, Direction, HostRecord, JobRecord } from './result.js';

export type DirectionName = 'read' | 'write';

const NAMES: readonly DirectionName[] = ['read', 'write'];

/** A direction of a job that was measured. */
export interface DirectionRow {
  readonly result: BenchResult;
  readonly job: JobRecord;
  readonly name: DirectionName;
  readonly direction: Direction;
}

/** The directions that a job measured, reads first. */
export function directionsOf(job: JobRecord): [DirectionName, Direction][] {
  return NAMES.flatMap((name) => {
    const direction = job.directions[name];
    return direction === undefined ? [] : [[name, direction] as [DirectionName, Direction]];
  });
}

/** All rows of the results, in the order of their jobs. */
export function directionRows(results: readonly BenchResult[]): DirectionRow[] {
  return results.flatMap((result) =>
    result.jobs.flatMap((job) =>
      directionsOf(job).map(([name, direction]) => ({ result, job, name, direction })),
    ),
  );
}

/** Name of a job with its place among its repeats: `randread (repeat 2 of 5)`. */
export function titleOf({ name, repeat }: JobRecord): string {
  return repeat === undefined ? name : `${name} (repeat ${repeat.index + 1} of ${repeat.count})`;
}

/**
 * The device a job ran on; of the sum of jobs on several hosts that of the first. Undefined where the document does not
 * have it, as an imported one.
 */
export function deviceOf(result: BenchResult, job: JobRecord): DeviceRecord | undefined {
  return result.devices.find(
    ({ target, hostIndex }) =>
      target === job.target && (job.hostIndex === undefined || hostIndex === job.hostIndex),
  );
}

/** The host a job ran on. Undefined where it is the sum of jobs on several. */
export function hostOf(result: BenchResult, job: JobRecord): HostRecord | undefined {
  if (result.hosts === undefined) return result.host;
  return job.hostIndex === undefined ? undefined : result.hosts[job.hostIndex];
}
