/** What a job that deallocates by several ranges cannot have beside. */
import { type Finding, finding, type ReadJob, sourceOf } from './checks.js';
import { isTrim } from './pattern.js';

/** Of a job as far as it could be read. */
export function checkRanges(job: ReadJob): Finding[] {
  const { keys, bad, own } = job;
  const { rw, num_range: ranges = 1, iodepth = 1 } = keys;
  if (ranges === 1 || rw === undefined || ['num_range', 'rw', 'iodepth'].some((key) => bad.has(key)))
    return [];
  if (!isTrim(rw)) {
    if (!own.has('num_range')) return [];
    return [finding(sourceOf(job, 'num_range'), `has no meaning with rw: ${rw}`, 'use rw: trim or randtrim')];
  }
  const paced = (['rate', 'rate_iops', 'thinktime', 'flow', 'search'] as const).find((key) => keys[key]);
  if (paced !== undefined) {
    return [
      finding(
        sourceOf(job, paced),
        'has I/Os go one by one, and num_range several at a time',
        'remove one of them',
      ),
    ];
  }
  if (iodepth % ranges === 0) return [];
  const hint = `use iodepth: ${Math.ceil(iodepth / ranges) * ranges}`;
  return [
    finding(sourceOf(job, 'iodepth'), `${iodepth} I/Os are no whole commands of ${ranges} ranges`, hint),
  ];
}
