/** Which operations of a job move data, and what of the optional ones a controller has. */
import { EngineError } from '../errors.js';
import { type CommandLimits, FUA, NVM, ONCS, ZNS } from '../spec/index.js';
import type { OperationName } from '../stats/operations.js';
import type { QueueShape } from './path.js';

export type { OperationName };

type Asked = Pick<QueueShape, 'operations'>;

/** Whether an operation hands data of blocks to the device. */
const sends = (name: OperationName): boolean =>
  name === 'write' || name === 'compare' || name === 'zone-append';

/** Those whose I/Os have a buffer. */
export const dataOperations = ({ operations }: Asked): readonly OperationName[] =>
  operations.filter((name) => name === 'read' || sends(name));

/** Whether a job has such operations. */
export const sendsData = ({ operations }: Asked): boolean => operations.some(sends);

/** Buffers of a slot: one for reads, and one behind it for what is sent: what a read brought must not be. */
export const buffersOf = (shape: Asked): number =>
  Number(shape.operations.includes('read')) + Number(sendsData(shape));

/** Others than reads and writes. */
export const otherOperations = ({ operations }: Asked): readonly OperationName[] =>
  operations.filter((name) => name !== 'read' && name !== 'write');

/** Whether a job changes what is there, or makes it durable. */
export const changesData = ({ operations }: Asked): boolean =>
  operations.some((name) => !['read', 'verify', 'compare'].includes(name));

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
  compare: NVM.COMPARE,
  'zone-append': ZNS.ZONE_APPEND,
};

const HAVE_FUA: readonly OperationName[] = [
  'read',
  'write',
  'write-zeroes',
  'verify',
  'compare',
  'zone-append',
];

/** Bits of CDW12 beside the blocks of an operation: FUA, where the job asks for it and the command has it. */
export function fuaOf({ fua }: Pick<QueueShape, 'fua'>, operation: OperationName): number {
  if (fua === undefined || !HAVE_FUA.includes(operation)) return 0;
  return (operation === 'read' ? fua.reads : fua.writes) ? FUA : 0;
}

const OPTIONAL: Readonly<Partial<Record<OperationName, readonly [command: string, bit: number]>>> = {
  deallocate: ['Dataset Management', ONCS.DATASET_MANAGEMENT],
  'write-zeroes': ['Write Zeroes', ONCS.WRITE_ZEROES],
  verify: ['Verify', ONCS.VERIFY],
  compare: ['Compare', ONCS.COMPARE],
  'write-uncorrectable': ['Write Uncorrectable', ONCS.WRITE_UNCORRECTABLE],
};

/** A limit of a command whose bit of ONCS is 0 says that it is there, within that limit (NVMe base 2.1, figure 313). */
const LIMITED: Readonly<Partial<Record<OperationName, keyof CommandLimits>>> = {
  deallocate: 'deallocateRanges',
  'write-zeroes': 'writeZeroesBytes',
  verify: 'verifyBytes',
  'write-uncorrectable': 'writeUncorrectableBytes',
};

/** Throws EngineError NO_SUCH_COMMAND of kind `input` where the controller lacks a command of the job (ONCS). */
export function requireCommands(
  target: string,
  optionalNvmCommands: number,
  { operations, namespace: { limits = {} } }: Pick<QueueShape, 'operations' | 'namespace'>,
): void {
  for (const name of operations) {
    const [command, bit] = OPTIONAL[name] ?? ['', 0];
    const limit = LIMITED[name];
    if ((optionalNvmCommands & bit) === bit || (limit !== undefined && limits[limit] !== undefined)) continue;
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
