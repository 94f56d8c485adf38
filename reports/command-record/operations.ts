/** What recorded commands are in the words of jobs and traces. */
import { DSM, NVM } from '../../engine/spec/command.js';
import { decodeStatus, SC, SCT_GENERIC } from '../../engine/spec/status.js';
import type { OperationName } from '../../engine/stats/operations.js';
import type { RecordedCommand } from './records.js';

/** I/O commands by the names that jobs and traces have for them; others are asked for by no trace. */
export const RECORDED_OPERATIONS: ReadonlyMap<number, OperationName> = new Map([
  [NVM.READ, 'read'],
  [NVM.WRITE, 'write'],
  [NVM.FLUSH, 'flush'],
  [NVM.WRITE_ZEROES, 'write-zeroes'],
  [NVM.DATASET_MANAGEMENT, 'deallocate'],
  [NVM.VERIFY, 'verify'],
  [NVM.WRITE_UNCORRECTABLE, 'write-uncorrectable'],
]);

/** Generic status codes of commands that no drive of this kind carries out. */
const REFUSALS: ReadonlySet<number> = new Set([
  SC.INVALID_OPCODE,
  SC.INVALID_FIELD,
  SC.INVALID_NAMESPACE,
  SC.PRP_OFFSET_INVALID,
  SC.LBA_OUT_OF_RANGE,
]);

function isRefused(status: number): boolean {
  const { statusCodeType, statusCode } = decodeStatus(status);
  return statusCodeType === SCT_GENERIC && REFUSALS.has(statusCode);
}

/** As a trace has it; undefined of a command that no trace has. */
export function tracedOperation(command: RecordedCommand): OperationName | undefined {
  const { qid, opcode, blocks, cdw11, status } = command;
  const name = RECORDED_OPERATIONS.get(opcode);
  if (qid === 0 || name === undefined || isRefused(status)) return undefined;
  // Dataset Management without it is a hint
  if (name === 'deallocate' && (cdw11 & DSM.DEALLOCATE) === 0) return undefined;
  return name !== 'flush' && blocks === 0 ? undefined : name;
}
