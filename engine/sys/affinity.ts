import { checked } from './errno.js';
import { schedGetaffinity, schedSetaffinity, schedYield } from './libc.js';

const MASK_BYTES = 128; // CPU_SETSIZE of 1024

/** The CPUs this thread may run on, ascending. Throws SystemError. */
export function allowedCpus(): number[] {
  const mask = new Uint8Array(MASK_BYTES);
  checked(schedGetaffinity(0, MASK_BYTES, mask), { op: 'sched_getaffinity', target: 'this thread' });
  const cpus: number[] = [];
  for (let cpu = 0; cpu < MASK_BYTES * 8; cpu++) if ((mask[cpu >> 3] >> (cpu & 7)) & 1) cpus.push(cpu);
  return cpus;
}

/** Restricts the calling thread to the given CPUs. Throws SystemError (EINVAL: none of them is usable). */
export function pinThread(cpus: readonly number[]): void {
  const mask = new Uint8Array(MASK_BYTES);
  for (const cpu of cpus) mask[cpu >> 3] |= 1 << (cpu & 7);
  checked(schedSetaffinity(0, MASK_BYTES, mask), {
    op: 'sched_setaffinity',
    target: `CPU ${cpus.join(',')}`,
    hints: { EINVAL: 'choose CPUs that are online and allowed to this process (see taskset -p)' },
  });
}

/** Gives the CPU to another runnable thread, if there is one. */
export function yieldCpu(): void {
  schedYield();
}
