import { getrlimit } from './libc.js';

const RLIMIT_MEMLOCK = 8;

/** Soft RLIMIT_MEMLOCK in bytes; Infinity where unlimited. */
export function memlockLimitBytes(): number {
  const rlim = new BigUint64Array(2);
  if (getrlimit(RLIMIT_MEMLOCK, rlim) !== 0 || rlim[0] === 0xffff_ffff_ffff_ffffn)
    return Number.POSITIVE_INFINITY;
  return Number(rlim[0]);
}
