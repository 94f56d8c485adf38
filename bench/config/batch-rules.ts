/** What jobs that say how I/Os go together cannot have beside, and what no queue could keep. */
import { type Finding, finding, type ReadJob, sourceOf } from './checks.js';
import { BATCHING, rivals } from './rivals.js';

/** Of a job as far as it could be read. */
export function checkBatches(job: ReadJob): Finding[] {
  const { keys, bad } = job;
  const { iodepth = 1, num_range: ranges = 1 } = keys;
  const beside = (['rate', 'rate_iops', 'thinktime', 'flow', 'search'] as const).find((key) => keys[key]);
  const found = beside === undefined ? [] : rivals(job, BATCHING, beside);
  if (ranges > 1) found.push(...rivals(job, BATCHING, `num_range: ${ranges}`));
  const { iodepth_batch_complete_min: least = 1, iodepth_batch_complete_max: most } = keys;
  if (most !== undefined && most < least && !bad.has('iodepth_batch_complete_min')) {
    const message = `${most} are fewer than iodepth_batch_complete_min: ${least} waits for`;
    found.push(finding(sourceOf(job, 'iodepth_batch_complete_max'), message, `use ${least} at least`));
  }
  if (bad.has('iodepth')) return found;
  for (const key of ['iodepth_batch_complete_min', 'iodepth_low'] as const) {
    const value = keys[key];
    if (value === undefined || value <= iodepth || bad.has(key)) continue;
    const message = `${value} are more than iodepth: ${iodepth} has in flight`;
    found.push(finding(sourceOf(job, key), message, `use ${iodepth} at most`));
  }
  return found;
}
