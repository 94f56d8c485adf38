/** A file or block device as the drive that bench knows, with the kernel's block layer between. */
import { closeSync, existsSync } from 'node:fs';
import { EngineError, type EngineWarning } from '../../errors.js';
import type { Drive, DriveNamespace } from '../drive.js';
import type { OpenQueues, QueuePlan, QueueShape } from '../path.js';
import type { Abilities } from './abilities.js';
import { entriesOf, memoryBytesOf, openRings } from './job-queues.js';
import { makeFile, openToRead, openToWrite, refuseUsed } from './open-file.js';
import type { Place } from './place.js';
import { MOST_ENTRIES } from './ring.js';

/** What the kernel registers as one buffer. */
const MOST_BUFFER_BYTES = 2 ** 30;

const SOFTWARE_NOTICE = {
  file: 'A FILE: these figures are of its file system and what lies below, not of a drive alone',
  block:
    'A BLOCK DEVICE IN SOFTWARE: its data lie in a file, in memory or elsewhere; these figures are of no drive',
} as const;

/** Opens what is there to read; only a job that writes opens it for that. Throws EngineError OPEN_FAILED. */
export function uringDrive(target: string, place: Place, { flags }: Abilities): Drive {
  const refuse = (code: string, op: string, reason: string, hint: string): EngineError =>
    new EngineError({ code, op, target, reason, hint, kind: 'input' });
  const { kind, nsid, sizeBytes, lbaBytes, software } = place;
  const namespace: DriveNamespace = { nsid, sizeBytes, lbaBytes, metadataBytes: 0, protectionType: 0 };
  let reading = place.missing ? undefined : openToRead(place);
  let writing: number | undefined;
  let made = !place.missing;
  let gaveUp: string | undefined;

  function planQueues(shape: QueueShape): QueuePlan {
    const { iodepth, bsBytes, queueEntries, queues, operations } = shape;
    if (queueEntries !== undefined) {
      const reason = 'rings have as many entries as their iodepth takes';
      throw refuse('BAD_QUEUE_ENTRIES', `use queue_entries ${queueEntries}`, reason, 'leave it out');
    }
    const entries = entriesOf(shape);
    if (entries > MOST_ENTRIES) {
      const reason = `its ring would have ${entries} entries, of at most ${MOST_ENTRIES}`;
      throw refuse('QUEUE_TOO_DEEP', `use iodepth ${iodepth}`, reason, 'use a smaller iodepth');
    }
    const memoryBytes = memoryBytesOf(shape);
    if (memoryBytes > MOST_BUFFER_BYTES) {
      const reason = `the buffers of a queue take ${memoryBytes} bytes, of at most ${MOST_BUFFER_BYTES}`;
      throw refuse('BLOCK_TOO_LARGE', `use bs of ${bsBytes} bytes`, reason, 'use a smaller bs or iodepth');
    }
    if (operations.includes('write') && writing === undefined) refuseUsed(place);
    return { queues, entries, commandsPerIo: 1, memoryBytes: queues * memoryBytes };
  }

  async function descriptorFor({ operations }: QueueShape): Promise<number> {
    if (operations.includes('write')) {
      if (!made) await makeFile(place, () => gaveUp);
      made = true;
      writing ??= openToWrite({ ...place, missing: false });
      return writing;
    }
    if (!made) {
      const hint = 'begin with a job that writes, which makes it, or name a file that is there';
      throw refuse('NO_SUCH_FILE', 'read', 'the file has not been made yet', hint);
    }
    reading ??= openToRead(place);
    return reading;
  }

  async function openQueues(shape: QueueShape): Promise<OpenQueues> {
    planQueues(shape);
    return openRings({ target, fd: await descriptorFor(shape), flags }, shape);
  }

  return {
    target,
    kind: `uring-${kind}`,
    software,
    ...(software ? { notice: SOFTWARE_NOTICE[kind] } : {}),
    holdsData: true,
    numaNode: place.numaNode,
    hostThreads: 0,
    identity: {
      modelNumber: place.modelNumber,
      serialNumber: place.serialNumber,
      firmwareRevision: place.firmwareRevision,
    },
    limits: { maxTransferBytes: MOST_BUFFER_BYTES },
    warnings: warningsOf(place),
    async namespace(choice = nsid) {
      if (choice === nsid) return namespace;
      const hint = 'leave `namespace` out, or name the device of that one';
      throw refuse('NO_SUCH_NAMESPACE', `choose namespace ${choice}`, `the path names ${nsid} alone`, hint);
    },
    readyToMeasure: async () => undefined,
    dead: () =>
      place.sysfsPath === undefined || existsSync(place.sysfsPath) ? undefined : 'the block device has gone',
    askedBack: () => undefined,
    giveUp: (reason) => {
      gaveUp ??= reason;
    },
    async close() {
      for (const fd of [reading, writing]) if (fd !== undefined) closeSync(fd);
      reading = undefined;
      writing = undefined;
    },
    planQueues,
    openQueues,
  };
}

function warningsOf({ partition, blockName }: Place): EngineWarning[] {
  if (!partition) return [];
  const message = `${blockName} is a partition: the kernel adds its start to every address`;
  return [{ code: 'partition', message, advice: 'name the whole disk where its data may be used' }];
}
