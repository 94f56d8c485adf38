/** Which operations of a job move data, and what of the optional ones a controller has. */
import { EngineError } from '../errors.js';
import { FUA, NVM, ONCS, ZNS } from '../spec/index.js';
import type { OperationName } from '../stats/operations.js';
import type { QueueShape } from './path.js';

export type { OperationName };

/** Reads and writes: those that have a buffer, in this order. */
export const dataOperations = ({ operations }: Pick<QueueShape, 'operations'>): readonly OperationName[] =>
  operations.filter((name) => name === 'read' || name === 'write');

/** Others: they move no data of blocks. */
export const otherOperations = ({ operations }: Pick<QueueShape, 'operations'>): readonly OperationName[] =>
  operations.filter((name) => name !== 'read' && name !== 'write');

/** Whether a job changes what is there, or makes it durable. */
export const changesData = ({ operations }: Pick<QueueShape, 'operations'>): boolean =>
  operations.some((name) => name !== 'read' && name !== 'verify');

/** Opcodes of operations, in the words of the NVM command set. */
export const OPCODE_OF: Readonly<Record<OperationName, number>> = {
  read: NVM.READ,
  write: NVM.WRITE,
  deallocate: NVM.DATASET_MANAGEMENT,
  'write-zeroes': NVM.WRITE_ZEROES,
  flush: NVM.FLUSH,
  verify: NVM.VERIFY,
  'write-uncorrectable': NVM.WRITE_UNCORRECTABLE,
  'zone-reset': ZNS.ZONE_MANAGEMENT_SEND,
};

const HAVE_FUA: readonly OperationName[] = ['read', 'write', 'write-zeroes', 'verify'];

/** Bits of CDW12 beside the blocks of an operation: FUA, where the job asks for it and the command has it. */
export function fuaOf({ fua }: Pick<QueueShape, 'fua'>, operation: OperationName): number {
  if (fua === undefined || !HAVE_FUA.includes(operation)) return 0;
  return (operation === 'read' ? fua.reads : fua.writes) ? FUA : 0;
}

const OPTIONAL: Readonly<Partial<Record<OperationName, readonly [command: string, bit: number]>>> = {
  deallocate: ['Dataset Management', ONCS.DATASET_MANAGEMENT],
  'write-zeroes': ['Write Zeroes', ONCS.WRITE_ZEROES],
  verify: ['Verify', ONCS.VERIFY],
  'write-uncorrectable': ['Write Uncorrectable', ONCS.WRITE_UNCORRECTABLE],
};

/** Throws EngineError NO_SUCH_COMMAND of kind `input` where the controller lacks a command of the job (ONCS). */
export function requireCommands(
  target: string,
  optionalNvmCommands: number,
  { operations }: Pick<QueueShape, 'operations'>,
): void {
  for (const name of operations) {
    const [command, bit] = OPTIONAL[name] ?? ['', 0];
    if ((optionalNvmCommands & bit) === bit) continue;
    throw new EngineError({
      code: 'NO_SUCH_COMMAND',
      op: `do ${name} I/O`,
      target,
      reason: `the controller has no ${command} command (ONCS)`,
      hint: 'leave these I/Os out, or use another drive',
      kind: 'input',
    });
  }
}
