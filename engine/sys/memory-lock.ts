import { checked } from './errno.js';
import { mlock } from './libc.js';
import type { Mapping } from './mapping.js';

/** Keeps the pages of a mapping in memory until it is unmapped (mlock(2)). Throws SystemError (ENOMEM, EPERM: RLIMIT_MEMLOCK). */
export function lockMemory(mapping: Mapping, what: string): void {
  const hint = 'raise RLIMIT_MEMLOCK (ulimit -l), or run as root';
  checked(mlock(mapping.address, mapping.lengthBytes), {
    op: `mlock of ${mapping.lengthBytes} bytes`,
    target: what,
    hints: { ENOMEM: hint, EPERM: hint, EAGAIN: hint },
  });
}
