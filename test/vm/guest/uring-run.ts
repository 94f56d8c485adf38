import assert from 'node:assert/strict';
import type { JobData } from '../../../bench/config/config-data.js';
import { run } from '../../../bench/run/run.js';
import type { BenchResult } from '../../../reports/index.js';

/** The generic device of the namespace that a block device has. */
export const genericOf = (disk: string): string => disk.replace('/nvme', '/ng');

/** A run of one job, 500 random reads of 4 KiB unless told otherwise. Throws what ended it. */
export async function resultOf(
  target: string,
  job: Partial<JobData>,
  keys: object = {},
): Promise<BenchResult> {
  const jobs = [{ name: 'a', rw: 'randread', bs: '4k', iodepth: 8, number_ios: 500, ...job } as JobData];
  const { result, failure } = await run({ device: target, ...keys, jobs });
  if (failure !== undefined) throw failure;
  assert.equal(result.jobs[0].errors.total, 0);
  return result;
}
