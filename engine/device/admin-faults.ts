/** Faults of admin commands, as they were ordered. */
import { encodeStatus } from '../spec/status.js';
import { HELD, SUCCESS } from './answers.js';
import { type AdminFaultSpec, type FaultSpec, isAdminFault } from './config.js';

const CRD_SHIFT = 11;

export class AdminFaults {
  private readonly left: { readonly spec: AdminFaultSpec; times: number }[];

  constructor(faults: readonly FaultSpec[]) {
    this.left = faults.filter(isAdminFault).map((spec) => ({ spec, times: spec.times }));
  }

  /** What becomes of a command of this opcode: a status, HELD where it has no completion, SUCCESS where it is carried out. */
  judge(opcode: number): number {
    const fault = this.left.find(({ spec, times }) => spec.opcode === opcode && times > 0);
    if (fault === undefined) return SUCCESS;
    fault.times--;
    const { spec } = fault;
    if (spec.kind === 'mute') return HELD;
    return encodeStatus(spec.statusCodeType, spec.statusCode) | (spec.retryDelay << CRD_SHIFT);
  }
}
