/** A file, block device or namespace that the kernel has, as the drive that bench knows. */
import { closeSync, existsSync } from 'node:fs';
import { EngineError, type EngineWarning } from '../../errors.js';
import { atomicWritesOf, type Drive, type DriveNamespace, type KernelPath, layoutOf } from '../drive.js';
import { changesData } from '../operations.js';
import type { OpenQueues, QueuePlan, QueueShape, ZoneAccess } from '../path.js';
import { type KernelAdmin, openAdmin } from './admin.js';
import { memoryWarnings } from './in-memory.js';
import { openRings } from './job-queues.js';
import { ringFlagNames } from './kernel-path.js';
import { makeFile, openToRead, openToWrite, refuseUsed, type Writing } from './open-file.js';
import type { Place } from './place.js';
import { placementAccess } from './placement-access.js';
import { MOST_BUFFER_BYTES, planQueues } from './queue-plan.js';
import type { UringOptions } from './target.js';
import { writtenBytes } from './written-extents.js';
import { zoneAccess } from './zone-access.js';

const KINDS = { file: 'uring-file', block: 'uring-block', command: 'uring-command' } as const;
const FILE_NOTICE = 'A FILE: these figures are of its file system and what lies below, not of a drive alone';
const SOFTWARE_NOTICE =
  'A BLOCK DEVICE IN SOFTWARE: its data lie in a file, in memory or elsewhere; these figures are of no drive';

/** How the rings of a drive's jobs are made, as this kernel lets them be. */
export interface RingWay {
  /** SETUP flags. */
  readonly flags: number;
  readonly sqThreadCpu: number | undefined;
}

/** What was asked of rings, and what they can be: that is found out when a job is planned, since admin commands need none. */
export interface Rings {
  readonly options: Pick<UringOptions, 'ioPoll' | 'sqPoll' | 'sqPollCpu'>;
  /** Throws EngineError IO_URING_UNAVAILABLE, NO_PASSTHROUGH, SQPOLL_REFUSED, CPU_NOT_ALLOWED. */
  ring(): RingWay;
}

/** Opens what is there to read; only a job that writes opens it for that. Throws EngineError OPEN_FAILED, PLACE_CHANGED, NO_ADMIN_COMMANDS; NvmeStatusError. */
export function uringDrive(
  target: string,
  place: Place,
  rings: Rings,
  kernelPath: Omit<KernelPath, 'ringFlags'>,
  sysfsRoot?: string,
): Drive {
  const refuse = (code: string, op: string, reason: string, hint: string): EngineError =>
    new EngineError({ code, op, target, reason, hint, kind: 'input' });
  /** A missing file is made by the first job that writes. */
  let there = place;
  let reading = place.missing ? undefined : openToRead(place);
  let writing: Writing | undefined;
  /** A job that was planned makes it. */
  let willBeMade = false;
  let gaveUp: string | undefined;
  const { admin, namespace } = ask(place, reading, target);
  const maxTransferBytes = place.maxTransferBytes ?? MOST_BUFFER_BYTES;
  const splits = place.kind !== 'command';
  const { ioPoll, sqPoll, sqPollCpu } = rings.options;
  const limits = {
    target,
    maxTransferBytes,
    splits,
    ioPoll,
    kind: place.kind,
    optionalNvmCommands: admin?.identity.optionalNvmCommands ?? 0,
    places: admin?.identity.dataPlacement === true,
  };
  let way: RingWay | undefined;
  const leaveUnmade = (reason: string): void => {
    gaveUp ??= reason;
  };

  function notMade(): EngineError {
    const hint = 'begin with a job that writes, which makes it, or name a file that is there';
    return refuse('NO_SUCH_FILE', 'read', 'the file has not been made yet', hint);
  }

  function plan(shape: QueueShape): QueuePlan {
    const planned = planQueues(limits, shape);
    way ??= rings.ring();
    if (changesData(shape) && writing === undefined) refuseUsed(there);
    willBeMade ||= changesData(shape);
    if (there.missing && !willBeMade) throw notMade();
    return planned;
  }

  async function descriptorFor(shape: Pick<QueueShape, 'operations'>): Promise<number> {
    if (changesData(shape)) {
      if (there.missing) there = await makeFile(there, () => gaveUp);
      writing ??= openToWrite(there);
      return writing.fd;
    }
    if (there.missing) throw notMade();
    reading ??= openToRead(there);
    return reading;
  }

  async function openQueues(shape: QueueShape): Promise<OpenQueues> {
    planQueues(limits, shape);
    way ??= rings.ring();
    return openRings({ target, fd: await descriptorFor(shape), ...way }, shape);
  }

  const { pciFunction, modelNumber, serialNumber, firmwareRevision, sysfsPath, software } = place;
  return {
    target,
    kind: KINDS[place.kind],
    software,
    ...(software ? { notice: place.kind === 'file' ? FILE_NOTICE : SOFTWARE_NOTICE } : {}),
    holdsData: true,
    numaNode: place.numaNode,
    hostThreads: 0,
    ...(sqPoll ? { submitters: { cpu: sqPollCpu } } : {}),
    ...(pciFunction === undefined ? {} : { pciFunction }),
    identity: admin?.identity ?? { modelNumber, serialNumber, firmwareRevision },
    ...(admin === undefined ? refusalOf(place) : { admin, ...logsOf(admin) }),
    ...(admin === undefined ? {} : { nvmeVersion: admin.identity.version }),
    limits: { maxTransferBytes },
    warnings: [...holes(place, reading), ...memoryWarnings(place, reading, kernelPath, sysfsRoot)],
    get kernelPath() {
      return { ...kernelPath, ringFlags: way === undefined ? [] : ringFlagNames(way.flags) };
    },
    async namespace(choice = namespace.nsid) {
      if (choice === namespace.nsid) return namespace;
      const reason = `the path names ${namespace.nsid} alone`;
      const hint = 'leave `namespace` out, or name the device of that one';
      throw refuse('NO_SUCH_NAMESPACE', `choose namespace ${choice}`, reason, hint);
    },
    readyToMeasure: async () => undefined,
    dead: () => (sysfsPath === undefined || existsSync(sysfsPath) ? undefined : 'the block device has gone'),
    askedBack: () => undefined,
    endSoon: leaveUnmade,
    giveUp: leaveUnmade,
    async close() {
      if (reading !== undefined) closeSync(reading);
      writing?.close();
      reading = undefined;
      writing = undefined;
    },
    planQueues: plan,
    openQueues,
    ...(place.kind === 'command' ? { zones: zonesOf(target, maxTransferBytes, descriptorFor) } : {}),
    ...(limits.places
      ? { placement: placementAccess(target, () => descriptorFor({ operations: ['read'] })) }
      : {}),
  };
}

const zonesOf = (
  target: string,
  maxTransferBytes: number,
  descriptorFor: (shape: Pick<QueueShape, 'operations'>) => Promise<number>,
): ZoneAccess =>
  zoneAccess(
    target,
    maxTransferBytes,
    () => descriptorFor({ operations: ['read'] }),
    () => descriptorFor({ operations: ['write'] }),
  );

const NOT_PERMITTED = 'the kernel lets this user send it no admin commands';

function logsOf(admin: KernelAdmin): Pick<Drive, 'smart' | 'flash'> {
  return {
    smart: async () => admin.smart(),
    ...(admin.identity.flashLog ? { flash: async () => admin.flash() } : {}),
  };
}

function refusalOf({ nvme }: Place): Pick<Drive, 'adminRefusal'> {
  return nvme ? { adminRefusal: { reason: NOT_PERMITTED, hint: 'run as root' } } : {};
}

/** The kernel compares the length of a buffer with no command: blocks with metadata would be written past its end. */
function formatUnknown(target: string, { blockName }: Place): EngineError {
  return new EngineError({
    code: 'NO_ADMIN_COMMANDS',
    op: 'learn the format of its blocks',
    target,
    reason: NOT_PERMITTED,
    hint: `run as root, or use the block device: uring:/dev/${blockName}`,
  });
}

/** What the drive says of itself. Closes the descriptor when it throws EngineError NO_ADMIN_COMMANDS, NvmeStatusError, SystemError. */
function ask(place: Place, fd: number | undefined, target: string) {
  try {
    const admin = place.nvme && fd !== undefined ? openAdmin(fd, target) : undefined;
    if (place.kind === 'command' && admin === undefined) throw formatUnknown(target, place);
    return { admin, namespace: namespaceOf(place, admin) };
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw error;
  }
}

/** As the drive tells, where it can be asked; a partition begins and ends elsewhere. */
function namespaceOf(place: Place, admin: ReturnType<typeof openAdmin>): DriveNamespace {
  const { nsid, sizeBytes, lbaBytes } = place;
  const plain = { nsid, sizeBytes, lbaBytes, metadataBytes: 0, protectionType: 0 };
  if (admin === undefined) return plain;
  const identity = admin.identifyNamespace(nsid);
  const format = identity.lbaFormats[identity.formatIndex];
  const metadata = { metadataBytes: format?.metadataBytes ?? 0, protectionType: identity.protectionType };
  // The block layer may cut writes.
  const atomicWrites = place.kind === 'command' ? atomicWritesOf(admin.identity, identity) : undefined;
  const atomic = atomicWrites === undefined ? {} : { atomicWrites };
  const limits = place.kind === 'command' ? { limits: admin.commandLimits() } : {};
  return { ...plain, ...metadata, ...layoutOf(identity), ...atomic, ...limits, identity };
}

/** What the file system cannot tell of is judged by the blocks that the file has. */
function unwrittenBytes({ kind, path, sizeBytes, sparse }: Place, reading: number | undefined): number {
  if (kind !== 'file' || reading === undefined) return 0;
  const written = writtenBytes(reading, path, sizeBytes);
  return written === undefined ? Number(sparse) : sizeBytes - written;
}

function holes(place: Place, reading: number | undefined): EngineWarning[] {
  if (unwrittenBytes(place, reading) === 0) return [];
  const message = `${place.path} has parts that were never written, which are read without a disk`;
  return [{ code: 'file-has-holes', message, advice: 'write all of it first' }];
}
