/** What a job with random blocks in a given order cannot have beside. */
import { type Finding, finding, type ReadJob, sourceOf } from './checks.js';
import { isRandom, runIosOf } from './pattern.js';

/** Blocks in a given order are not drawn. */
export function checkSequence(job: ReadJob): Finding[] {
  const {
    random_distribution: spread,
    random_sequence_stride: stride,
    percentage_random: percent,
    rw,
  } = job.keys;
  if (rw === undefined || job.bad.has('rw') || !isRandom(rw)) return [];
  const at = (key: string, message: string): Finding[] => [
    finding(sourceOf(job, key), message, 'remove one of them'),
  ];
  if (spread?.law !== 'sequence')
    return stride
      ? at('random_sequence_stride', 'has no meaning without random_distribution: sequence:2,0,1')
      : [];
  if (percent !== undefined && percent < 100)
    return at('percentage_random', 'has no meaning with blocks in a given order');
  if (runIosOf(rw) > 1) return at('rw', `${rw} has no meaning with blocks in a given order`);
  return [];
}
