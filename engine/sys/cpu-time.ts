import { clockGettime } from './libc.js';

const CLOCK_THREAD_CPUTIME_ID = 3;

function read(clock: number): number | undefined {
  const time = new BigInt64Array(2);
  const failed = clockGettime(clock, new Uint8Array(time.buffer)) !== 0;
  return failed ? undefined : Number(time[0]) * 1e9 + Number(time[1]);
}

/** CPU time that this thread has used, in ns. */
export function threadCpuTimeNs(): number {
  return read(CLOCK_THREAD_CPUTIME_ID) ?? 0;
}

/** The same of another thread of this process, by its id; undefined where there is no such thread. */
export function cpuTimeOfThreadNs(id: number): number | undefined {
  // As pthread_getcpuclockid(3) makes it: the id inverted, a clock of one thread (4) and of what the scheduler counts (2).
  return read((~id << 3) | 4 | 2);
}
