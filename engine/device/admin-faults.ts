/** Faults of admin commands, as they were ordered. */
import { SQE } from '../spec/command.js';
import { encodeStatus } from '../spec/status.js';
import { HELD, SUCCESS } from './answers.js';
import type { AdminFaultSpec } from './config.js';
import type { FaultState } from './faults.js';
import type { InjectionLog } from './injection-log.js';

const CRD_SHIFT = 11;

export class AdminFaults {
  private entries: { readonly id: number; readonly spec: AdminFaultSpec; left: number; hits: number }[] = [];
  private readonly log: InjectionLog;

  constructor(log: InjectionLog) {
    this.log = log;
  }

  add(id: number, spec: AdminFaultSpec): void {
    this.entries.push({ id, spec, left: spec.times, hits: 0 });
  }

  /** False where there is no such one. */
  remove(id: number): boolean {
    const before = this.entries.length;
    this.entries = this.entries.filter((entry) => entry.id !== id);
    return this.entries.length < before;
  }

  states(): FaultState[] {
    return this.entries.map(({ id, spec, hits, left }) => ({ id, spec, hits, over: left === 0 }));
  }

  /** What becomes of a command: a status, HELD where it has no completion, SUCCESS where it is carried out. */
  judge(command: Uint32Array): number {
    const opcode = command[SQE.CDW0] & 0xff;
    const fault = this.entries.find(({ spec, left }) => spec.opcode === opcode && left > 0);
    if (fault === undefined) return SUCCESS;
    fault.left--;
    fault.hits++;
    const { id, spec } = fault;
    this.log.note(id, spec.kind, 0, command, 0);
    if (spec.kind === 'mute') return HELD;
    return encodeStatus(spec.statusCodeType, spec.statusCode) | (spec.retryDelay << CRD_SHIFT);
  }
}
