/** `precondition` as the job that it becomes. */
import type { ReadJob } from './checks.js';
import { PRECONDITION_NAME, type Precondition } from './precondition.js';

/** It goes before all others. */
export function preconditionJob({ fill, bs, iodepth }: Precondition): ReadJob {
  const path = ['precondition'];
  return {
    path,
    name: PRECONDITION_NAME,
    keys: { rw: 'write', bs, iodepth, size: { percent: 100 }, loops: fill },
    bad: new Set(),
    own: new Set(),
    varied: new Map([['rw', path]]),
  };
}
