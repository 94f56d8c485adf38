/** What a job's queues take, and what of a job the kernel's path refuses. Touches no device. */
import { EngineError } from '../../errors.js';
import type { QueuePlan, QueueShape } from '../path.js';
import { entriesOf, memoryBytesOf } from './job-queues.js';
import { MOST_BUFFERS, MOST_ENTRIES } from './ring.js';

/** What the kernel registers as one buffer. */
export const MOST_BUFFER_BYTES = 2 ** 30;

export interface PlanLimits {
  readonly target: string;
  readonly maxTransferBytes: number;
  /** Whether the kernel splits what the device does not take at once. */
  readonly splits: boolean;
  /** Queues of the device are polled, and interrupt nobody. */
  readonly ioPoll: boolean;
}

/** Throws EngineError of kind `input`. */
export function planQueues(
  { target, maxTransferBytes, splits, ioPoll }: PlanLimits,
  shape: QueueShape,
): QueuePlan {
  const { iodepth, bsBytes, queueEntries, queues, namespace, completion } = shape;
  const refuse = (code: string, op: string, reason: string, hint: string): EngineError =>
    new EngineError({ code, op, target, reason, hint, kind: 'input' });
  if (queueEntries !== undefined) {
    const reason = 'rings have as many entries as their iodepth takes';
    throw refuse('BAD_QUEUE_ENTRIES', `use queue_entries ${queueEntries}`, reason, 'leave it out');
  }
  if (ioPoll && completion !== 'poll') {
    const reason = 'with iopoll=1 the device does not interrupt';
    throw refuse('NO_INTERRUPTS', `use completion: ${completion}`, reason, 'use completion: poll');
  }
  const { metadataBytes, protectionType } = namespace;
  if (metadataBytes !== 0 || protectionType !== 0) {
    const reason = `its blocks carry ${metadataBytes} bytes of metadata, protection type ${protectionType}`;
    const hint = 'choose a namespace whose LBA format has no metadata';
    throw refuse('UNSUPPORTED_FORMAT', `do I/O to namespace ${namespace.nsid}`, reason, hint);
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
