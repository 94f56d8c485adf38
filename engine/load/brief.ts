/** Jobs of so few I/Os that they measure neither a rate nor a distribution: what is rehearsed for others would take longer than they. */
import type { JobSpec } from './job.js';

/** I/Os of a worker. */
export const FEW_IOS = 16;

/** Whether a worker of the job does so few I/Os. */
export function isBrief({ numberIos, rampTimeMs }: Pick<JobSpec, 'numberIos' | 'rampTimeMs'>): boolean {
  return numberIos <= FEW_IOS && rampTimeMs === 0;
}
