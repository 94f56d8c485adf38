/** The drive that is none: a namespace of any size, whose I/O moves no data and has completed once it is submitted. */
import { EngineError } from '../../errors.js';
import type { Drive, DriveNamespace } from '../drive.js';
import { sendsData } from '../operations.js';
import type { OpenQueues, QueuePlan, QueueShape } from '../path.js';
import type { NullQueueSpec } from './null-queue.js';
import type { NullOptions } from './target.js';

const NSID = 1;
const NO_QUEUES = 'there is no controller';
/** Of all slots of a job. */
const MOST_WRITE_BYTES = 2 ** 30;

export function nullDrive(target: string, { sizeBytes, lbaBytes }: NullOptions): Drive {
  const refuse = (code: string, op: string, reason: string, hint: string): EngineError =>
    new EngineError({ code, op, target, reason, hint, kind: 'input' });
  const namespace: DriveNamespace = {
    nsid: NSID,
    sizeBytes,
    lbaBytes,
    metadataBytes: 0,
    protectionType: 0,
  };

  function planQueues(shape: QueueShape): QueuePlan {
    const { completion, iodepth, queueEntries, queues } = shape;
    if (completion !== 'poll') {
      const reason = 'no device signals that I/O has completed';
      throw refuse('NO_INTERRUPTS', `use completion: ${completion}`, reason, 'use completion: poll');
    }
    if (queueEntries !== undefined) {
      const reason = 'these queues have no entries beyond their iodepth';
      throw refuse('BAD_QUEUE_ENTRIES', `use queue_entries ${queueEntries}`, reason, 'leave it out');
    }
    if (shape.sqMemory === 'cmb')
      throw refuse('NO_CONTROLLER_MEMORY', 'use sq_memory: cmb', NO_QUEUES, 'leave it out');
    if (shape.priority !== undefined)
      throw refuse('NO_PRIORITIES', `use priority: ${shape.priority}`, NO_QUEUES, 'leave it out');
    if (shape.placement !== undefined)
      throw refuse('NO_PLACEMENT', 'place data (fdp)', 'nothing that is written is kept', 'leave fdp out');
    if (shape.looksAtData) {
      const reason = 'nothing that is written is kept, and reads bring nothing';
      throw refuse('NO_DATA', 'verify what is read', reason, 'leave verify out');
    }
    const writeBytes = queues * writeBytesOf(shape);
    if (writeBytes > MOST_WRITE_BYTES) {
      const reason = `the data of all I/Os in flight has ${writeBytes} bytes, of at most ${MOST_WRITE_BYTES}`;
      throw refuse('TOO_MUCH_WRITE_DATA', 'write', reason, 'use a smaller bs, iodepth or numjobs');
    }
    return { queues, entries: iodepth, commandsPerIo: 1, memoryBytes: 0 };
  }

  async function openQueues(shape: QueueShape): Promise<OpenQueues> {
    planQueues(shape);
    const specs = Array.from({ length: shape.queues }, () => queueSpec(shape));
    return { specs, release: async () => undefined };
  }

  return {
    target,
    kind: 'null',
    software: true,
    notice: 'NO DEVICE: these figures describe nvbench itself, whose I/O went nowhere, not a drive',
    holdsData: false,
    numaNode: -1,
    hostThreads: 0,
    identity: {
      modelNumber: 'nvbench null path: no device',
      serialNumber: 'NULL',
      firmwareRevision: 'none',
    },
    limits: { maxTransferBytes: Number.POSITIVE_INFINITY },
    warnings: [],
    async namespace(choice = NSID) {
      if (choice === NSID) return namespace;
      const hint = 'leave `namespace` out';
      throw refuse('NO_SUCH_NAMESPACE', `choose namespace ${choice}`, `there is ${NSID} alone`, hint);
    },
    readyToMeasure: async () => undefined,
    dead: () => undefined,
    askedBack: () => undefined,
    giveUp: () => undefined,
    close: async () => undefined,
    planQueues,
    openQueues,
  };
}

/** Of one queue. */
function writeBytesOf(shape: QueueShape): number {
  return sendsData(shape) ? shape.iodepth * shape.bsBytes : 0;
}

function queueSpec(shape: QueueShape): NullQueueSpec {
  const { iodepth, bsBytes } = shape;
  return { path: 'null', iodepth, bsBytes, writeBuffer: new SharedArrayBuffer(writeBytesOf(shape)) };
}
