/** Asking for the reclaim unit handles of a namespace (I/O Management Receive), by whatever path. */
import { IO_MANAGEMENT_RECEIVE, RECLAIM_UNIT_HANDLE_STATUS } from '../spec/index.js';

/** Of one answer: 127 handles, of at most 128 that a namespace has. */
export const HANDLES_BYTES = 4096;
export const HANDLES_MS = 10_000;

export const receiveHandles = (nsid: number) => ({
  name: 'I/O Management Receive, Reclaim Unit Handle Status',
  opcode: IO_MANAGEMENT_RECEIVE,
  nsid,
  cdw10: RECLAIM_UNIT_HANDLE_STATUS,
  cdw11: HANDLES_BYTES / 4 - 1,
});
