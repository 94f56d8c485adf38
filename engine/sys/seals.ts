/** Seals of memory files (fcntl(2), F_ADD_SEALS): what nobody who gets the descriptor can do to the file any more. */
import { checked } from './errno.js';
import { fcntlValue } from './libc.js';

const F_ADD_SEALS = 1033;
const F_SEAL_SEAL = 0x1;
const F_SEAL_SHRINK = 0x2;
const F_SEAL_GROW = 0x4;
const F_SEAL_FUTURE_WRITE = 0x10;

/** The file keeps its length: no mapping of it can lose its pages. Throws SystemError. */
export function sealLength(fd: number, what: string): void {
  const seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  checked(fcntlValue(fd, F_ADD_SEALS, seals), { op: 'seal the length', target: what });
}

/**
 * As `sealLength`, and only who has mapped the file writable by now can write to it; others may map it to read. Throws
 * SystemError (EINVAL before Linux 5.1).
 */
export function sealContents(fd: number, what: string): void {
  const seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
  checked(fcntlValue(fd, F_ADD_SEALS, seals), {
    op: 'seal the contents',
    target: what,
    hints: { EINVAL: 'this needs Linux 5.1 or later' },
  });
}
