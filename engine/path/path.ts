/**
 * The seam between what is asked of a namespace and how commands reach it. A path opens queues for a job on the main thread
 * and hands each over to a worker's thread as plain data; there it becomes an `IoQueue`, which works on batches of slots.
 * What a slot's next command is stands in its record: the loop's stages write it, the path reads it. The opcodes are those of
 * the NVM command set, whatever the path makes of them.
 */
import type { AtomicWrites, CommandLimits, PlacementHandle, ZoneDescriptor } from '../spec/index.js';
import type { OperationName } from '../stats/operations.js';

/** Most slots of one reap, and of one post: a freed slot waits for no more than those found with it. */
export const BATCH = 32;

/** Words (Int32) of a slot's record in `Slots`. */
export const SLOT = {
  WORDS: 8,
  /** Opcode of its next command (NVM command set 1.0, figure 18); nothing to go by once that is posted. */
  OPCODE: 0,
  /** Starting logical block. */
  SLBA_LOW: 1,
  SLBA_HIGH: 2,
  /** Index in OPERATIONS of what is outstanding. */
  OPERATION: 3,
  /** When it was submitted, ns of the thread's clock in two words; `START_HIGH` is IDLE where nothing is outstanding. */
  START_LOW: 4,
  START_HIGH: 5,
  /** Index in OPERATIONS of its next command. */
  NEXT_OPERATION: 6,
  /** Logical blocks of its next command. */
  LBAS: 7,
} as const;

/** log2 of SLOT.WORDS. */
export const SLOT_SHIFT = 3;

/** `START_HIGH` of a slot without an outstanding I/O. */
export const IDLE = -1;

/** The records of all slots of a queue, SLOT.WORDS words each. */
export type Slots = Int32Array;

/** The block that the I/O of a record begins at; where loops are hot they have this written out. */
export function slbaOf(slots: Slots, record: number): number {
  return (slots[record + SLOT.SLBA_LOW] >>> 0) + slots[record + SLOT.SLBA_HIGH] * 2 ** 32;
}

/**
 * One queue to one namespace, driven by one thread. Nothing here allocates. A slot has at most one I/O outstanding; how many
 * commands that is, only the path knows.
 */
export interface IoQueue {
  /**
   * Takes up to `most` (BATCH at most) completed I/Os: their slots go to the beginning of `into`. Returns how many. Where
   * `failures` is not 0 afterwards, `statuses` has the status of each.
   */
  reap(into: Uint16Array, most: number): number;
  /** How many of the I/Os that `reap` took last failed. */
  readonly failures: number;
  /** Status fields (15 bits, 0 is success) of what `reap` took last; valid only where `failures` is not 0. */
  readonly statuses: Uint16Array;
  /** Completions so far that named no command of this queue. */
  readonly unexpected: number;
  /** Writes the commands of the first `count` slots of `batch` into the queue. */
  post(batch: Uint16Array, count: number): void;
  /** Takes back what the last `post` wrote, with the same arguments; before it is rung. */
  retract(batch: Uint16Array, count: number): void;
  /** Makes the device see all that was posted. */
  ring(): void;
  /** Gives the room of reaped completions back; may leave some for a later call. */
  release(): void;
  /** Gives all of it back: before a sleep, since a device may not interrupt again otherwise. */
  releaseAll(): void;
  /**
   * Blocks the thread until there is something to reap, or the time is over. Only for a worker that has no other queue; absent
   * where the eventfd alone tells.
   */
  sleep?(timeoutMs: number): void;
  /**
   * Threads of this process that the kernel has made for I/O that would have blocked, of the thread that submits for this queue, by
   * their ids; undefined for each that may be of another thread. Absent where there are never any.
   */
  blockedThreads?(): readonly (number | undefined)[];
  /** Of queues that append to zones: the block that the last append of each slot which succeeded was put at (Assigned LBA). */
  readonly assignedLbas?: Float64Array;
  /** The data that each slot's next write carries; empty where the job does not write. */
  readonly writeData: readonly Int32Array[];
  /** The data that each slot's last read brought; empty unless the job's shape has `looksAtData`. */
  readonly readData: readonly Int32Array[];
}

/** What a thread needs to open a queue: plain data, to which each path adds its own. */
export interface QueueSpec {
  /** Name of the path in `queues.ts`. */
  readonly path: string;
  /** Slots of the queue. */
  readonly iodepth: number;
  /** Signalled when there are completions; undefined where the queue cannot. */
  readonly eventFd?: number;
  /** Where a thread of the kernel submits for the queue: its id in this process, undefined where that cannot be told. */
  readonly submitter?: { readonly threadId: number | undefined };
}

/** A queue without a device, whose other side the caller plays: for rehearsals. */
export interface PlayedQueue {
  /** Opens as the queue that it was made after. */
  readonly spec: QueueSpec;
  /** Completes the commands of slots 0 to `count` - 1 with success. */
  complete(count: number): void;
  /** Nothing may use the queue afterwards. */
  release(): void;
}

/** What a path does on a worker's thread. */
export interface QueuePath {
  /** The queue of a specification; it reads commands from `slots`. */
  openQueue(spec: QueueSpec, slots: Slots): IoQueue;
  /** A queue of the same kind in plain memory. */
  playQueue(spec: QueueSpec): PlayedQueue;
}

/** A namespace as far as any path has one. */
export interface NamespaceExtent {
  readonly nsid: number;
  readonly sizeBytes: number;
  readonly lbaBytes: number;
  /** Metadata of each block, 0 where there is none. */
  readonly metadataBytes: number;
  /** Type of end-to-end protection, 0 where there is none. */
  readonly protectionType: number;
  /** Metadata lies at the end of each block's data, in one buffer with it; apart from it unless given. */
  readonly metadataInline?: boolean;
  /** Bits of the guards of its protection information, and of its storage tags; 16 and 0 unless given. */
  readonly guardBits?: number;
  readonly storageTagBits?: number;
  /** It is the first of the metadata, and not the last. */
  readonly protectionFirst?: boolean;
  /** Of a zoned namespace. */
  readonly zones?: ZoneExtent;
  /** Its writes that are all there or not at all; absent where the path cannot tell, or cuts writes. */
  readonly atomicWrites?: AtomicWrites;
  /** What one command to it may name; absent where the path cannot tell, or cuts commands. */
  readonly limits?: CommandLimits;
}

export interface ZoneExtent {
  readonly zoneLbas: number;
  /** What of a zone can be written, from its first block on. */
  readonly capacityLbas: number;
  /** Zones that may be open at once; absent where there is no limit. */
  readonly mostOpen?: number;
  /** Most that one append takes (ZASL); absent where the limits of all transfers bound it alone, or nobody tells. */
  readonly mostAppendBytes?: number;
}

/** The zones of zoned namespaces, one command after the other: before a job, not within it. */
export interface ZoneAccess {
  /** All zones of a namespace, in their order. Throws EngineError, NvmeStatusError. */
  report(namespace: NamespaceExtent): Promise<ZoneDescriptor[]>;
  /** Makes zones full as they are, by their first blocks: what was written stays. Throws EngineError, NvmeStatusError. */
  finish(namespace: NamespaceExtent, slbas: readonly number[]): Promise<void>;
}

/** Where a namespace with Flexible Data Placement can place data: asked before a job, not within it. */
export interface PlacementAccess {
  /** In the order in which the drive tells of them. Throws EngineError, NvmeStatusError. */
  handles(namespace: NamespaceExtent): Promise<PlacementHandle[]>;
}

/** Where the writes of a queue say that their data is to go. */
export interface PlacementUse {
  /** Placement identifiers. */
  readonly pids: readonly number[];
  /** Any of them, and not one after the other. */
  readonly random: boolean;
  /** Of random ones. */
  readonly seed: number;
}

/** Of blocks of a range, how many were looked at, and how many of these hold no data. */
export interface SampledBlocks {
  readonly sampled: number;
  readonly deallocated: number;
}

/** What of protection information a drive checks. */
export type ProtectionCheck = 'GUARD' | 'APPTAG' | 'REFTAG';

/** How a job uses the protection information of its namespace. */
export interface ProtectionUse {
  /** On reads. */
  readonly checks: readonly ProtectionCheck[];
  /** That writes carry, and that reads with APPTAG must find, in the bits of the mask. 16 bits each. */
  readonly applicationTag: number;
  readonly applicationTagMask: number;
  /** The host makes it on writes and looks at it on reads; the drive does unless given. */
  readonly byHost?: boolean;
}

/** How a worker learns of completions: by polling, by sleeping on interrupts, or by polling a while and then sleeping. */
export type CompletionMode = 'poll' | 'interrupt' | 'hybrid';

/** Where submission queues lie: in memory of the host, or in the Controller Memory Buffer. */
export type SqMemory = 'host' | 'cmb';

/** Classes of submission queues, in the order of QPRIO (NVMe base 2.0, figure 157). */
export const PRIORITIES = ['urgent', 'high', 'medium', 'low'] as const;
export type QueuePriority = (typeof PRIORITIES)[number];

/** What a job needs of its queues. */
export interface QueueShape {
  readonly namespace: NamespaceExtent;
  /** Bytes of an I/O, of the longest where they differ. */
  readonly bsBytes: number;
  /** I/Os have several lengths: the record of a slot says how long its next one is. */
  readonly varied?: boolean;
  readonly operations: readonly OperationName[];
  /** I/Os outstanding on each queue. */
  readonly iodepth: number;
  readonly queues: number;
  /** Entries of each queue, where the path's queues have any; chosen unless given. */
  readonly queueEntries?: number;
  /** `host` unless given. */
  readonly sqMemory?: SqMemory;
  /** Their class, where the controller goes by weighted round robin. */
  readonly priority?: QueuePriority;
  /** An I/O may be several commands. */
  readonly split: boolean;
  /** What reads bring is looked at. */
  readonly looksAtData?: boolean;
  /** Deallocates of one Dataset Management command, of jobs that have no others; 1 unless given. At most BATCH, a power of 2. */
  readonly rangesPerCommand?: number;
  /** Commands that go past a volatile cache (FUA): reads; and all that writes are done by. None unless given. */
  readonly fua?: { readonly reads: boolean; readonly writes: boolean };
  /** Of a namespace with protection information; nothing is checked unless given. */
  readonly protection?: ProtectionUse;
  /** Writes say where their data goes; of a plan alone there may be no identifiers yet. */
  readonly placement?: PlacementUse;
  readonly completion: CompletionMode;
}

/** What a path makes of that. */
export interface QueuePlan {
  readonly queues: number;
  /** Entries of each. */
  readonly entries: number;
  readonly commandsPerIo: number;
  /** Memory that the device reads and writes. */
  readonly memoryBytes: number;
}

/** The queues of a job. */
export interface OpenQueues {
  readonly specs: readonly QueueSpec[];
  /**
   * Asks the device to abort the I/O of a slot of a queue, by its place in `specs`: whether it says that it did. Absent where
   * the path cannot ask. Throws EngineError, NvmeStatusError.
   */
  abort?(queue: number, slot: number): Promise<boolean>;
  /** Takes the queues from the device, then frees their memory. Only once no thread uses them. */
  release(): Promise<void>;
}

/** A drive as jobs are set up on it: all that `load` knows of one. */
export interface JobDrive {
  /** The device, for messages. */
  readonly target: string;
  /**
   * Sends no command; registers may be read, and memory of the controller mapped for queues that are to lie there. Throws
   * EngineError of kind `input` where the device cannot do it.
   */
  planQueues(shape: QueueShape): QueuePlan;
  /** Throws EngineError, NvmeStatusError; leaves nothing behind then. */
  openQueues(shape: QueueShape): Promise<OpenQueues>;
  /** Absent where no zone management commands go this way. */
  readonly zones?: ZoneAccess;
  /** Absent where writes cannot say this way where their data is to go. */
  readonly placement?: PlacementAccess;
}
