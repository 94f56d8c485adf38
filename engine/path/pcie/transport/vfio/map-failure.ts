/** Why the kernel refused a DMA mapping, in words, with the next step. */
import { SystemError } from '../../../../errors.js';
import type { IovaRange } from '../../../../memory/iova.js';
import { sizeText } from '../../../../memory/size-text.js';

/** What was asked for, and the state of the space it was asked of. */
export interface MapAttempt {
  readonly iova: bigint;
  readonly lengthBytes: number;
  readonly iovaRanges: readonly IovaRange[];
  readonly pageSizeBytes: number;
  /** Mappings in use, and their bytes. */
  readonly mappings: number;
  readonly mappedBytes: number;
  readonly memlockLimitBytes: number;
  readonly limitHint: string;
}

interface Explanation {
  readonly reason: string;
  readonly hint: string;
}

/** The kernel's error explained: a SystemError `DMA_MAP_FAILED` with the same errno. */
export function mapFailure(error: SystemError, attempt: MapAttempt): SystemError {
  const { op, target, errno, errnoName } = error;
  const code = 'DMA_MAP_FAILED';
  const { reason, hint } = explain(errnoName, attempt);
  return new SystemError({ code, op, target, reason, hint, errno, errnoName, cause: error });
}

function explain(errnoName: string, attempt: MapAttempt): Explanation {
  const at = `0x${attempt.iova.toString(16)}`;
  switch (errnoName) {
    case 'ENOMEM':
      return explainMemory(attempt);
    case 'ENOSPC':
      return {
        reason: `ENOSPC: no further DMA mapping is allowed, ${attempt.mappings} are in use`,
        hint: attempt.limitHint,
      };
    case 'EEXIST':
      return { reason: `EEXIST: ${at} is mapped already`, hint: 'unmap it first' };
    case 'EINVAL':
      return {
        reason: `EINVAL: ${at} or its length is outside what the IOMMU translates, or not a multiple of ${attempt.pageSizeBytes}`,
        hint: `stay within ${rangesText(attempt.iovaRanges)}`,
      };
    case 'EFAULT':
      return {
        reason: 'EFAULT: the memory cannot be pinned',
        hint: 'use memory of this process that is mapped',
      };
    default:
      return { reason: errnoName, hint: 'look for vfio or DMAR lines in dmesg' };
  }
}

function explainMemory(attempt: MapAttempt): Explanation {
  const { memlockLimitBytes } = attempt;
  const neededBytes = attempt.mappedBytes + attempt.lengthBytes;
  if (neededBytes <= memlockLimitBytes) {
    const limit = Number.isFinite(memlockLimitBytes) ? sizeText(memlockLimitBytes) : 'unlimited';
    return {
      reason: `ENOMEM: the host cannot pin it (RLIMIT_MEMLOCK is ${limit}, ${sizeText(neededBytes)} needed)`,
      hint: 'free memory, or raise RLIMIT_MEMLOCK if other devices of this user have used it up',
    };
  }
  const kib = Math.ceil(neededBytes / 1024);
  return {
    reason: `RLIMIT_MEMLOCK is ${sizeText(memlockLimitBytes)}, ${sizeText(neededBytes)} needed`,
    hint:
      `raise it with \`ulimit -l ${kib}\` (as root), \`LimitMEMLOCK=infinity\` in a systemd unit, or ` +
      `\`memlock\` in /etc/security/limits.conf`,
  };
}

function rangesText(ranges: readonly IovaRange[]): string {
  return ranges.map(({ start, last }) => `0x${start.toString(16)} to 0x${last.toString(16)}`).join(', ');
}
