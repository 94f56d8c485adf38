/** A result document laid out flat for the views: one row for each job and operation, with its device and host. */
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
