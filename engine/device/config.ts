/** What the software controller is told when its thread starts: plain data that survives a structured clone. */
import type { MessagePort } from 'node:worker_threads';
import type { FlashSpec } from './flash/flash-spec.js';
import type { Personality } from './personality.js';

/** How long a command waits before its completion is posted. Times in ns. */
export type LatencySpec =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed'; readonly latencyNs: number }
  | {
      /** Log-normal around `medianNs`; a fraction of the commands is drawn around `tailNs` instead. */
      readonly kind: 'lognormal';
      readonly medianNs: number;
      /** Standard deviation of the logarithm. */
      readonly sigma: number;
      readonly tailFraction: number;
      readonly tailNs: number;
    };

/** In the order of their numbers in the log of injections. */
export const FAULT_KINDS = [
  'error',
  'delay',
  'drop',
  'hang',
  'cfs',
  'die',
  'reset',
  'detach',
  'event',
  'lose',
  'flip',
  'misplace',
  'tear',
  'refuse',
  'mute',
  'phase',
  'twice',
  'cid',
  'stale',
  'stuck',
  'storm',
  'throttle',
  'powercut',
  'deaddie',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault to inject. `nth` counts the I/O commands fetched since the fault is in force, from 1. */
export type FaultSpec =
  | {
      readonly kind: 'error';
      readonly firstLba: number;
      readonly lastLba: number;
      readonly statusCodeType: number;
      readonly statusCode: number;
      /** Of commands with this opcode alone. */
      readonly opcode?: number;
      /** Of so many of those that it could hit, 0 to 1: drawn from the seed. */
      readonly probability?: number;
      /** So often, and then no more. */
      readonly times?: number;
    }
  | {
      readonly kind: 'delay';
      readonly nth: number;
      readonly delayNs: number;
      /** So many commands from that one on; 1 unless given. */
      readonly times?: number;
    }
  | { readonly kind: 'drop' | 'hang' | 'cfs' | 'die' | 'reset' | 'detach' | 'stuck'; readonly nth: number }
  | {
      /** Reads that touch blocks which were written since the fault is in force get what was there before. */
      readonly kind: 'stale';
      readonly firstLba: number;
      readonly lastLba: number;
      readonly probability?: number;
      readonly times?: number;
    }
  | {
      /** The controller resets itself so often, so far apart. */
      readonly kind: 'storm';
      readonly nth: number;
      readonly times: number;
      readonly everyNs: number;
    }
  | {
      /** So long after it came in force, and for so long, commands take `factor` times as long, and SMART has a temperature. */
      readonly kind: 'throttle';
      readonly afterNs: number;
      readonly lastsNs: number;
      readonly factor: number;
      readonly kelvin?: number;
    }
  /** Power is lost and comes back: with it what a volatile cache of that size has of the latest writes. */
  | { readonly kind: 'powercut'; readonly nth: number; readonly cacheBytes?: number }
  /** A die of the flash is gone for good. */
  | { readonly kind: 'deaddie'; readonly nth: number; readonly die: number }
  | {
      readonly kind: 'event';
      readonly nth: number;
      /** Of an asynchronous event: type, information, log page. */
      readonly type: number;
      readonly info: number;
      readonly logPage: number;
    }
  | DataFaultSpec
  | CompletionFaultSpec
  | AdminFaultSpec;

/**
 * The command is carried out, and its completion is wrong: with the phase tag of an entry that is old, posted twice, or with
 * another command identifier.
 */
export type CompletionFaultSpec =
  | { readonly kind: 'phase' | 'twice'; readonly nth: number }
  | { readonly kind: 'cid'; readonly nth: number; readonly cid: number };

const COMPLETION_FAULTS = ['phase', 'twice', 'cid'] as const;

export function isCompletionFault(fault: FaultSpec): fault is CompletionFaultSpec {
  return (COMPLETION_FAULTS as readonly string[]).includes(fault.kind);
}

/**
 * Wrong data under a status of success. `flip`: a bit of a byte of the command's data is another, on the media where it writes;
 * `lose`: nothing is written, or read; `misplace`: it goes to another block; `tear`: only so many bytes of it are transferred.
 */
export type DataFaultSpec =
  | { readonly kind: 'lose'; readonly nth: number }
  | { readonly kind: 'flip'; readonly nth: number; readonly byte: number }
  | { readonly kind: 'misplace'; readonly nth: number; readonly lba: number }
  | { readonly kind: 'tear'; readonly nth: number; readonly bytes: number };

const DATA_FAULTS = ['lose', 'flip', 'misplace', 'tear'] as const;

export function isDataFault(fault: FaultSpec): fault is DataFaultSpec {
  return (DATA_FAULTS as readonly string[]).includes(fault.kind);
}

/** Of the first `times` admin commands of an opcode: refused with a status, without DNR, or never completed. */
export type AdminFaultSpec =
  | {
      readonly kind: 'refuse';
      readonly opcode: number;
      readonly times: number;
      readonly statusCodeType: number;
      readonly statusCode: number;
      /** CRD, 0 to 3. */
      readonly retryDelay: number;
    }
  | { readonly kind: 'mute'; readonly opcode: number; readonly times: number };

export function isAdminFault(fault: FaultSpec): fault is AdminFaultSpec {
  return fault.kind === 'refuse' || fault.kind === 'mute';
}

/** A power state (NVMe base 2.0, figure 276). */
export interface PowerStateSpec {
  /** MP: the most that it takes, in mW. */
  readonly milliwatts: number;
  /** NOPS: no I/O is done in it. */
  readonly idles: boolean;
  /** I/O takes so much longer than in the first state. */
  readonly slower: number;
  /** ENLAT and EXLAT. */
  readonly entryNs: number;
  readonly exitNs: number;
  /** It goes there by itself after so long without I/O, unless the host says otherwise. */
  readonly afterMs?: number;
}

/** How the speed of writes declines from that of a fresh drive to a steady one, as e^(-written / afterBytes). */
export interface WearSpec {
  readonly freshBytesPerSecond: number;
  readonly steadyBytesPerSecond: number;
  readonly afterBytes: number;
}

export interface SimConfig {
  /** Namespace 1, in bytes; a multiple of `lbaBytes`. */
  readonly sizeBytes: number;
  /** Data bytes of a logical block: 512 or 4096. */
  readonly lbaBytes: number;
  /** `null` moves no data at all; `ram` keeps what was written, sparsely, and `file` in a file that outlives the controller. */
  readonly media: 'null' | 'ram' | 'file';
  /** Of `file`; `direct`: past the kernel's cache. */
  readonly file?: { readonly path: string; readonly direct: boolean };
  /** Most memory that `ram` takes for written blocks; a write beyond it gets Capacity Exceeded. */
  readonly memoryBytes: number;
  readonly readLatency: LatencySpec;
  /** Also of Write Zeroes and Flush. */
  readonly writeLatency: LatencySpec;
  /** Writes are as fast as their latency lets unless given. */
  readonly wear?: WearSpec;
  /** What it is made of, which makes the times of all commands then; not with `wear`. */
  readonly flash?: FlashSpec;
  /** Most I/O commands completed per second; 0 for no limit. */
  readonly iops: number;
  /** Largest transfer of a command, and whether MDTS names it: then it is a power of two of the smallest pages. */
  readonly mdtsBytes: number;
  readonly namesMdts: boolean;
  /** I/O queue pairs. */
  readonly maxIoQueues: number;
  /** Entries of the largest queue: CAP.MQES + 1. */
  readonly maxQueueEntries: number;
  /** I/O commands that it has taken and not completed, at most; the others wait in their queues. */
  readonly commandsAtOnce: number;
  readonly personality: Personality;
  /** What its power states are, as many as the personality has; undefined where they make no difference. */
  readonly powerStates?: readonly PowerStateSpec[];
  readonly seed: number;
  readonly modelNumber: string;
  readonly serialNumber: string;
  readonly faults: readonly FaultSpec[];
  /** The file that each command is recorded in; none unless given. */
  readonly record?: string;
  /** CPUs that the process may use: the fewer, the sooner an idle device gives its own away. */
  readonly cpus: number;
}

/** What the thread is started with. The mappings outlive the thread; the shared buffers are its control lines. */
export interface SimThreadData {
  readonly config: SimConfig;
  /** Few commands are to come: the rehearsal is a short one. */
  readonly briefly?: boolean | undefined;
  /** Descriptor of the open file of `config.file`. */
  readonly mediaFd?: number | undefined;
  readonly registersAddress: bigint;
  readonly registersBytes: number;
  readonly doorbellsAddress: bigint;
  readonly doorbellsBytes: number;
  /** Of the Controller Memory Buffer, whose length is the personality's; absent where there is none. */
  readonly controllerMemoryAddress?: bigint | undefined;
  readonly control: SharedArrayBuffer;
  readonly configurationWrites: SharedArrayBuffer;
  readonly dmaTable: SharedArrayBuffer;
  /** Eventfds by interrupt vector. */
  readonly interrupts: SharedArrayBuffer;
  readonly injections: SharedArrayBuffer;
  /** For records of commands (record/ring.ts); undefined where none are made. */
  readonly record: SharedArrayBuffer | undefined;
  /** What comes here is announced by the control lines. */
  readonly orders: MessagePort;
}

/** Commands in flight inside the controller, unless it takes fewer at once; beyond that it leaves them in their queues. */
export const MAX_IN_FLIGHT = 65_536;

/** The smallest page that there is (CAP.MPSMIN 0). */
export const MIN_PAGE_BYTES = 4096;

/** Bytes of the doorbells, a pair for each queue pair unless the personality has fewer, in whole pages. */
export function doorbellBytes({
  maxIoQueues,
  personality,
}: Pick<SimConfig, 'maxIoQueues' | 'personality'>): number {
  const { doorbellWindowBytes, strideShift } = personality;
  const bytes = doorbellWindowBytes || ((maxIoQueues + 1) * 8) << strideShift;
  return Math.ceil(bytes / MIN_PAGE_BYTES) * MIN_PAGE_BYTES;
}
