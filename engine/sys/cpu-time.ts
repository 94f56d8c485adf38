import { clockGettime } from './libc.js';

const CLOCK_THREAD_CPUTIME_ID = 3;

/** CPU time that this thread has used, in ns. */
export function threadCpuTimeNs(): number {
  const time = new BigInt64Array(2);
  clockGettime(CLOCK_THREAD_CPUTIME_ID, new Uint8Array(time.buffer));
  return Number(time[0]) * 1e9 + Number(time[1]);
}
