import { NvmeStatusError } from '../errors.js';
import { decodeStatus, statusName } from '../spec/index.js';

/** What a command ended with that a drive refused or failed: `status` is the 15-bit field of its completion. */
export function statusError(op: string, target: string, status: number): NvmeStatusError {
  const decoded = decodeStatus(status);
  const hint = decoded.doNotRetry
    ? 'the controller says that a retry would fail as well'
    : 'it may succeed on a retry';
  return new NvmeStatusError({
    code: 'NVME_STATUS',
    op,
    target,
    reason: statusName(status),
    hint,
    ...decoded,
  });
}
