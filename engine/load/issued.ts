/**
 * What a worker issued first, as it stood in the records that its queues read: the evidence that it is what was asked. The loop
 * notes it for each batch that is posted, until there is no more room; from then on that costs one comparison for each batch.
 */
import { SLOT } from '../path/path.js';
import { READ } from '../stats/operations.js';
import type { Lane } from './lane.js';
import { OPCODES } from './workload/choice.js';

/** I/Os that a worker keeps, where its job has few workers; and those of all workers of a job together. */
const MOST_OF_WORKER = 4096;
const MOST_OF_JOB = 2 ** 18;
/** The least, however many workers there are. */
const LEAST_OF_WORKER = 256;

/** The first I/Os of a worker, in the order in which they were issued. */
export interface IssuedIos {
  /** Indices in OPERATIONS, by the opcodes; 255 for one that is of none. */
  readonly operations: Uint8Array;
  /** Starting logical blocks. */
  readonly slbas: Float64Array;
  /** Lengths in logical blocks. */
  readonly lbas: Int32Array;
  /** When each was due, ns of the worker's clock; 0 where the job has no rate. */
  readonly dueNs: Float64Array;
}

/** Those that are no reads. */
export function withoutReads({ operations, slbas, lbas, dueNs }: IssuedIos): IssuedIos {
  const isOther = (_: unknown, io: number): boolean => operations[io] !== READ;
  return {
    operations: operations.filter(isOther),
    slbas: slbas.filter(isOther),
    lbas: lbas.filter(isOther),
    dueNs: dueNs.filter(isOther),
  };
}

/** An opcode that no operation has. */
const OTHER = 255;

/** Index in OPERATIONS of an opcode. */
export function operationOf(opcode: number): number {
  const operation = OPCODES.indexOf(opcode);
  return operation < 0 ? OTHER : operation;
}

/** How many I/Os each of so many workers keeps. */
function keptIos(numjobs: number): number {
  return Math.max(LEAST_OF_WORKER, Math.min(MOST_OF_WORKER, Math.floor(MOST_OF_JOB / numjobs)));
}

export class Issued {
  private readonly opcodes: Uint8Array;
  private readonly slbas: Float64Array;
  private readonly lbas: Int32Array;
  private readonly dueNs: Float64Array;
  private count = 0;

  constructor(numjobs: number) {
    const most = keptIos(numjobs);
    this.opcodes = new Uint8Array(most);
    this.slbas = new Float64Array(most);
    this.lbas = new Int32Array(most);
    this.dueNs = new Float64Array(most);
  }

  /** Notes the first `count` slots of the lane's batch. Returns whether there is room for more. */
  note({ slots, batch, dueNs }: Lane, count: number): boolean {
    const { opcodes, slbas } = this;
    let at = this.count;
    for (let i = 0; i < count && at < opcodes.length; i++) {
      const record = batch[i] * SLOT.WORDS;
      opcodes[at] = slots[record + SLOT.OPCODE];
      slbas[at] = (slots[record + SLOT.SLBA_LOW] >>> 0) + slots[record + SLOT.SLBA_HIGH] * 2 ** 32;
      this.lbas[at] = slots[record + SLOT.LBAS];
      this.dueNs[at++] = dueNs[batch[i]];
    }
    this.count = at;
    return at < opcodes.length;
  }

  /** What was noted, as arrays of its own length. */
  ios(): IssuedIos {
    const { count } = this;
    return {
      operations: this.opcodes.slice(0, count).map(operationOf),
      slbas: this.slbas.slice(0, count),
      lbas: this.lbas.slice(0, count),
      dueNs: this.dueNs.slice(0, count),
    };
  }
}
