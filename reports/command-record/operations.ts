/** What recorded commands are in the words of jobs and traces. */
import { DSM, NVM, ZNS } from '../../engine/spec/command.js';
import { decodeStatus, SC, SCT_GENERIC } from '../../engine/spec/status.js';
import type { OperationName } from '../../engine/stats/operations.js';
import type { RecordedCommand } from './records.js';

/** I/O commands by the names that traces have for them; others are asked for by no trace. */
const TRACED: ReadonlyMap<number, OperationName> = new Map([
  [NVM.READ, 'read'],
  [NVM.WRITE, 'write'],
  [NVM.FLUSH, 'flush'],
  [NVM.WRITE_ZEROES, 'write-zeroes'],
  [NVM.DATASET_MANAGEMENT, 'deallocate'],
  [NVM.VERIFY, 'verify'],
  [NVM.WRITE_UNCORRECTABLE, 'write-uncorrectable'],
  // where it went is known by now
  [ZNS.ZONE_APPEND, 'write'],
]);

/** I/O commands by name. */
export const RECORDED_NAMES: ReadonlyMap<number, string> = new Map<number, string>([
  ...TRACED,
  [NVM.COMPARE, 'compare'],
  [ZNS.ZONE_APPEND, 'zone-append'],
  [ZNS.ZONE_MANAGEMENT_SEND, 'zone-management-send'],
  [ZNS.ZONE_MANAGEMENT_RECEIVE, 'zone-management-receive'],
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
  const name = TRACED.get(opcode);
  if (qid === 0 || name === undefined || isRefused(status)) return undefined;
  if (opcode === ZNS.ZONE_APPEND && status !== 0) return undefined; // it has no place
  // Dataset Management without it is a hint
  if (name === 'deallocate' && (cdw11 & DSM.DEALLOCATE) === 0) return undefined;
  return name !== 'flush' && blocks === 0 ? undefined : name;
}
