/** What a job's queues take, and what of a job the kernel's path refuses. Touches no device. */
import { EngineError } from '../../errors.js';
import { type OperationName, otherOperations, requireCommands } from '../operations.js';
import type { QueuePlan, QueueShape } from '../path.js';
import { entriesOf, memoryBytesOf } from './job-queues.js';
import { MOST_BUFFERS, MOST_ENTRIES } from './ring.js';

/** What the kernel registers as one buffer. */
export const MOST_BUFFER_BYTES = 2 ** 30;

/** What there is no way to ask for, and why. */
const NOT_OF_FILES: Readonly<Partial<Record<OperationName, string>>> = {
  verify: 'a file has nothing like a Verify command',
  'write-uncorrectable': 'a file has nothing like a Write Uncorrectable command',
  'zone-reset': 'a file has no zones',
  'zone-append': 'a file has no zones',
  compare: 'a file has nothing like a Compare command',
};
const NOT_OF_BLOCKS: Readonly<Partial<Record<OperationName, string>>> = {
  verify: 'the block layer has nothing like a Verify command',
  'write-uncorrectable': 'the block layer has nothing like a Write Uncorrectable command',
  'zone-reset': 'the kernel resets zones of a block device by a system call that waits',
  'zone-append': 'the kernel tells no process where an append to a block device went',
  compare: 'the block layer has nothing like a Compare command',
  deallocate:
    'what fallocate(2) asks of a block device writes zeroes; its discard is a system call that waits',
};

export interface PlanLimits {
  readonly target: string;
  readonly maxTransferBytes: number;
  /** Whether the kernel splits what the device does not take at once. */
  readonly splits: boolean;
  /** What lies below, and which optional commands it has where it takes any. */
  readonly kind: 'file' | 'block' | 'command';
  readonly optionalNvmCommands: number;
  /** Its writes may say where their data goes. */
  readonly places?: boolean;
  /** Queues of the device are polled, and interrupt nobody. */
  readonly ioPoll: boolean;
}

const NO_QUEUES = 'the kernel makes the queues';

/** Throws EngineError of kind `input`. */
export function planQueues(
  { target, maxTransferBytes, splits, ioPoll, kind, optionalNvmCommands, places }: PlanLimits,
  shape: QueueShape,
): QueuePlan {
  const { iodepth, bsBytes, queueEntries, queues, namespace, completion } = shape;
  const refuse = (code: string, op: string, reason: string, hint: string): EngineError =>
    new EngineError({ code, op, target, reason, hint, kind: 'input' });
  if (queueEntries !== undefined) {
    const reason = 'rings have as many entries as their iodepth takes';
    throw refuse('BAD_QUEUE_ENTRIES', `use queue_entries ${queueEntries}`, reason, 'leave it out');
  }
  if (shape.sqMemory === 'cmb')
    throw refuse('NO_CONTROLLER_MEMORY', 'use sq_memory: cmb', NO_QUEUES, 'leave it out');
  if (shape.priority !== undefined)
    throw refuse('NO_PRIORITIES', `use priority: ${shape.priority}`, NO_QUEUES, 'leave it out');
  if (ioPoll && completion !== 'poll') {
    const reason = 'with iopoll=1 the device does not interrupt';
    throw refuse('NO_INTERRUPTS', `use completion: ${completion}`, reason, 'use completion: poll');
  }
  const others = otherOperations(shape);
  if (kind === 'command') requireCommands(target, optionalNvmCommands, shape);
  else
    for (const name of others) {
      const reason = kind === 'file' ? NOT_OF_FILES[name] : NOT_OF_BLOCKS[name];
      if (reason === undefined) continue;
      const hint = 'use the generic device of the namespace (/dev/ng0n1), or its PCI address';
      throw refuse('NO_SUCH_COMMAND', `do ${name} I/O`, reason, hint);
    }
  if (kind !== 'command' && (shape.rangesPerCommand ?? 1) > 1) {
    const reason = 'a call deallocates one range of a file';
    const hint = 'use the generic device of the namespace (/dev/ng0n1), its PCI address, or num_range: 1';
    throw refuse('NO_SUCH_COMMAND', `use num_range ${shape.rangesPerCommand}`, reason, hint);
  }
  if (ioPoll && kind !== 'command' && others.length > 0) {
    const reason = 'with iopoll=1 a ring takes reads and writes alone';
    throw refuse('NO_SUCH_COMMAND', `do ${others[0]} I/O`, reason, 'leave iopoll=1 out');
  }
  if (kind !== 'command' && shape.fua !== undefined) {
    const key = shape.fua.writes ? 'writefua' : 'readfua';
    const reason =
      'the kernel decides by itself whether a write goes with FUA or before a flush, and no read does';
    const hint = 'use the generic device of the namespace (/dev/ng0n1), its PCI address, or fsync: 1';
    throw refuse('NO_FUA', `use ${key}`, reason, hint);
  }
  if (shape.placement !== undefined && (kind !== 'command' || places !== true)) {
    const reason =
      kind === 'command'
        ? 'the controller has no Flexible Data Placement (CTRATT)'
        : 'a write through the kernel has no placement identifier';
    const hint = 'use the generic device of a namespace that has it (/dev/ng0n1), or its PCI address';
    throw refuse('NO_PLACEMENT', 'place data (fdp)', reason, hint);
  }
  const { metadataBytes, protectionType } = namespace;
  if (kind === 'command' && (metadataBytes !== 0 || protectionType !== 0)) {
    const reason = `its blocks carry ${metadataBytes} bytes of metadata, protection type ${protectionType}, and commands of this path carry none`;
    const hint = 'use the PCI address of the drive, or the block device, whose metadata the kernel sees to';
    throw refuse('UNSUPPORTED_FORMAT', `do I/O to namespace ${namespace.nsid}`, reason, hint);
  }
  const { checks = [], byHost = false } = shape.protection ?? {};
  if (checks.length > 0 || byHost) {
    const key = checks.length > 0 ? 'pi_chk' : 'pi_act';
    const reason = 'the kernel makes and checks protection information by its own rules';
    throw refuse('NO_PROTECTION', `use ${key}`, reason, `leave ${key} out, or use the PCI address`);
  }
  if (bsBytes > maxTransferBytes) {
    const reason = `one command transfers at most ${maxTransferBytes} bytes this way, and none is split`;
    throw refuse(
      'BEYOND_MDTS',
      `use bs of ${bsBytes} bytes`,
      reason,
      'use a smaller bs, or the block device',
    );
  }
  const entries = entriesOf(shape);
  const most = splits ? MOST_ENTRIES : MOST_BUFFERS;
  if (entries > most) {
    const reason = `its ring would have ${entries} entries, of at most ${most}`;
    throw refuse('QUEUE_TOO_DEEP', `use iodepth ${iodepth}`, reason, 'use a smaller iodepth');
  }
  const memoryBytes = memoryBytesOf(shape);
  if (memoryBytes > MOST_BUFFER_BYTES) {
    const reason = `the buffers of a queue take ${memoryBytes} bytes, of at most ${MOST_BUFFER_BYTES}`;
    throw refuse('BLOCK_TOO_LARGE', `use bs of ${bsBytes} bytes`, reason, 'use a smaller bs or iodepth');
  }
  return { queues, entries, commandsPerIo: 1, memoryBytes: queues * memoryBytes };
}
