/** A device that is open, whatever the path to it: all that a run, its report and its checks need. */
import { EngineError, type EngineWarning } from '../errors.js';
import type {
  AsyncEvent,
  AtomicWrites,
  CommandSetFacts,
  ControllerIdentity,
  ControllerMemoryLayout,
  FirmwareSlots,
  FlashLog,
  NamespaceIdentity,
  PowerManagement,
  SmartLog,
} from '../spec/index.js';
import type { FormatRequest } from './format-request.js';
import type { JobDrive, NamespaceExtent, SampledBlocks } from './path.js';

export type { FormatRequest };

/** A namespace identifier, or `nguid:`, `eui64:` or `uuid:` and hexadecimal digits, with or without separators. */
export type NamespaceChoice = number | string;

export interface DriveIdentity {
  readonly modelNumber: string;
  readonly serialNumber: string;
  readonly firmwareRevision: string;
  readonly pciVendorId?: number;
  /** WCTEMP and CCTEMP; 0 or absent where the drive names none. */
  readonly warningTemperatureKelvin?: number;
  readonly criticalTemperatureKelvin?: number;
}

export interface DriveLimits {
  /** Largest data transfer of one command; Infinity where there is no limit. */
  readonly maxTransferBytes: number;
  /** Absent where the path's queues have no entries. */
  readonly maxQueueEntries?: number;
}

/** Memory that the device reads and writes by itself. */
export interface DriveMemory {
  /** Size of the pages that the device works with (CC.MPS). */
  readonly pageSizeBytes: number;
  /** Size of one hugepage that queues and buffers lie in; 0 for base pages. It changes as jobs make the memory grow. */
  readonly hugepageBytes: number;
  /** Host Memory Buffer: what the device has of it, and what it wants; absent where it wants none. */
  readonly hostMemory?: HostMemory;
  /** The device looks for doorbells in memory (Doorbell Buffer Config). */
  readonly doorbells?: boolean;
  /** Its Controller Memory Buffer, where queues were planned there, and how much of it can be reached. */
  readonly controllerMemory?: ControllerMemoryLayout & { readonly reachedBytes: number };
}

/** Doorbells in memory, where a controller has them, or its registers alone. */
export type DoorbellChoice = 'auto' | 'mmio';

/** Host memory for a controller that wants some: what it prefers, up to 128 MiB; none; or so many bytes. */
export type HostMemoryChoice = 'auto' | 'off' | number;

export interface HostMemory {
  readonly givenBytes: number;
  readonly preferredBytes: number;
  readonly leastBytes: number;
}

/** What stands between a block device and the disks below it. */
export interface KernelLayer {
  /** Kernel name, for example `dm-0`. */
  readonly name: string;
  /** `filter`: device mapper, md and the like. `multipath`: the NVMe driver's own choice among paths. */
  readonly kind: 'partition' | 'filter' | 'multipath';
  /** In words, for example `LVM volume vg-data`. */
  readonly what: string;
}

/** A disk with the settings of its queue, in the words of sysfs; undefined where it does not say. */
export interface KernelDisk {
  readonly name: string;
  readonly scheduler: string | undefined;
  /** nr_requests */
  readonly requests: number | undefined;
  readonly writeCache: string | undefined;
  readonly ioStats: boolean | undefined;
  /** It has queues that are polled and do not interrupt (io_poll). */
  readonly pollQueues: boolean | undefined;
}

/** What of the kernel I/O goes through, as it was when the drive was opened. */
export interface KernelPath {
  /** A file system, the block layer, or the driver alone, by its commands. */
  readonly way: 'file' | 'block' | 'command';
  /** Flags of its rings that the kernel has granted, for example `DEFER_TASKRUN`; none before a job was planned. */
  readonly ringFlags: readonly string[];
  /** What its rings know beforehand. */
  readonly registered: readonly string[];
  /** Type of a file's file system, where it is known. */
  readonly fileSystem?: string;
  /** From the top; with the disks below the last. */
  readonly layers: readonly KernelLayer[];
  readonly disks: readonly KernelDisk[];
  /** Who uses the block device beside the run, in words. */
  readonly uses: readonly string[];
}

export interface DriveNamespace extends NamespaceExtent {
  /** As Identify Namespace tells; absent where the path cannot ask. */
  readonly identity?: NamespaceIdentity;
}

/** What it says of writes that are all there or not at all, or else its controller. */
export function atomicWritesOf(
  { atomicWriteLbas = 1 }: Pick<ControllerIdentity, 'atomicWriteLbas'>,
  { atomicWrites = { lbas: 0, boundaryLbas: 0, offsetLbas: 0 } }: NamespaceIdentity,
): AtomicWrites {
  return { ...atomicWrites, lbas: atomicWrites.lbas || atomicWriteLbas };
}

/** How its metadata lies, of a namespace that has any, and its zones. `minPageBytes`: CAP.MPSMIN, where it is known. */
export function layoutOf(
  identity: NamespaceIdentity,
  minPageBytes = 4096,
): Pick<NamespaceExtent, 'metadataInline' | 'guardBits' | 'storageTagBits' | 'protectionFirst' | 'zones'> {
  return { ...metadataLayout(identity), ...zoneLayout(identity, minPageBytes) };
}

function metadataLayout(identity: NamespaceIdentity) {
  const format = identity.lbaFormats[identity.formatIndex];
  if (format === undefined || format.metadataBytes === 0) return {};
  const { guardBits, storageTagBits } = format;
  return {
    metadataInline: identity.metadataInline,
    ...(identity.protectionFirst ? { protectionFirst: true } : {}),
    ...(guardBits === undefined ? {} : { guardBits }),
    ...(storageTagBits === undefined ? {} : { storageTagBits }),
  };
}

/** Capacity is what zones are not as large as they look, all of them alike. */
function zoneLayout(identity: NamespaceIdentity, minPageBytes: number): Pick<NamespaceExtent, 'zones'> {
  const { zones, sizeLbas, capacityLbas } = identity;
  if (zones === undefined) return {};
  const { zoneLbas, mostOpen = Number.POSITIVE_INFINITY, mostActive = Number.POSITIVE_INFINITY } = zones;
  const { mostAppendPages } = zones;
  const count = Number(sizeLbas) / zoneLbas;
  const most = Math.min(mostOpen, mostActive);
  return {
    zones: {
      zoneLbas,
      capacityLbas: Math.min(zoneLbas, Math.floor(Number(capacityLbas) / count)),
      ...(most === Number.POSITIVE_INFINITY ? {} : { mostOpen: most }),
      ...(mostAppendPages === undefined ? {} : { mostAppendBytes: mostAppendPages * minPageBytes }),
    },
  };
}

/** What a controller told of by itself. */
export interface DriveEvent extends AsyncEvent {
  /** When it was looked at. */
  readonly at: Date;
}

/** What admin commands tell and do. All throw EngineError, NvmeStatusError. */
export interface DriveAdmin {
  readonly identity: ControllerIdentity;
  /** Its Controller Memory Buffer; undefined where it has none, or another process has it. */
  controllerMemory?(): ControllerMemoryLayout | undefined;
  /** Absent where the path cannot ask. */
  commandSets?(): Promise<CommandSetFacts>;
  /** The active namespaces, by ascending identifier. */
  namespaces(): Promise<(NamespaceIdentity & { readonly nsid: number })[]>;
  firmwareSlots(): Promise<FirmwareSlots>;
  powerManagement(): Promise<PowerManagement>;
  /** Checks what `formatNamespace` would be asked, and changes nothing. */
  checkFormat(request: FormatRequest): Promise<void>;
  /** Gives a namespace another LBA format; its data are gone. */
  formatNamespace(request: FormatRequest): Promise<void>;
  /** Checks that the controller can sanitize, and that no namespace goes but the one that is named; changes nothing. */
  checkSanitize?(nsid: number): Promise<void>;
  /**
   * Destroys all data of the NVM subsystem, and waits until that is over. `onProgress` hears of it, 0 to 1. False where `signal` ended
   * the waiting: the drive goes on by itself.
   */
  sanitize?(nsid: number, onProgress: (share: number) => void, signal: AbortSignal): Promise<boolean>;
}

/** Settings of a whole controller; absent: as it has them. None of them outlives a reset of the controller. */
export interface DriveSettings {
  readonly volatileWriteCache?: boolean;
  readonly powerState?: number;
  /** It changes power states by itself. */
  readonly autonomousPowerStates?: boolean;
  /** Commands fetched from a queue before another one's turn, a power of two; Infinity for no limit. */
  readonly arbitrationBurst?: number;
  /** Commands of queues of a class in a round of weighted round robin, 1 to 256. */
  readonly highPriorityWeight?: number;
  readonly mediumPriorityWeight?: number;
  readonly lowPriorityWeight?: number;
  /** One interrupt for so many completions, or after so long. */
  readonly interruptCoalescing?: { readonly threshold: number; readonly timeUs: number };
}

/** The key of the configuration. */
export type SettingName =
  | 'volatile_write_cache'
  | 'power_state'
  | 'apst'
  | 'arbitration_burst'
  | 'high_priority_weight'
  | 'medium_priority_weight'
  | 'low_priority_weight'
  | 'interrupt_coalescing';

export interface AppliedSetting {
  readonly name: SettingName;
  /** As the controller said before and after it was set. */
  readonly before: string;
  readonly during: string;
}

export interface RestoredSetting {
  readonly name: SettingName;
  /** What the controller says then. */
  readonly after?: string;
  /** Why it could not be set back, or read again. */
  readonly problem?: string;
}

export interface DriveSettingsAccess {
  /** Throws EngineError: of kind `input` where the controller cannot be set so. Nothing stays set then. */
  apply(settings: DriveSettings): Promise<AppliedSetting[]>;
  /** As it was before, each of them as far as that goes. */
  restore(): Promise<RestoredSetting[]>;
}

export interface Drive extends JobDrive {
  /** How it is reached, for example `vfio-group` or `sim`. */
  readonly kind: string;
  /** True where it is software: every report on it says so. */
  readonly software: boolean;
  /** What every report says before any of its figures; absent where there is nothing to say. */
  readonly notice?: string;
  /** Whether a write can destroy what somebody keeps there. */
  readonly holdsData: boolean;
  /** -1 where it belongs to no node. */
  readonly numaNode: number;
  /** Threads of this host that play the device, each busy while a job runs. */
  readonly hostThreads: number;
  /** Present where a thread of the kernel is busy for each queue of a job; the CPU that all of them are bound to, if they are. */
  readonly submitters?: { readonly cpu: number | undefined };
  /** Address of the PCI function that it is, where the path knows. */
  readonly pciFunction?: string;
  readonly identity: DriveIdentity;
  /** The NVMe version that its controller names, for example `1.4.0`. */
  readonly nvmeVersion?: string;
  /** What is known of its family and respected, by name; absent where the path knows of none. */
  readonly quirks?: readonly string[];
  readonly limits: DriveLimits;
  /** Absent where the device reaches no memory by itself. */
  readonly memory?: DriveMemory;
  readonly warnings: readonly EngineWarning[];
  /** Absent where the kernel has no part in I/O. */
  readonly kernelPath?: KernelPath;
  /** Absent where the path sends no admin commands. */
  readonly admin?: DriveAdmin;
  /** Why `admin` is absent, and what to do, where the path could send them. */
  readonly adminRefusal?: { readonly reason: string; readonly hint: string };
  /** An active namespace; unless one is named, the first. Throws EngineError NO_SUCH_NAMESPACE, BAD_NAMESPACE. */
  namespace(choice?: NamespaceChoice): Promise<DriveNamespace>;
  /** Absent where the path cannot ask for it. */
  smart?(): Promise<SmartLog>;
  /** How a software drive of flash stands; absent where it is none, undefined where its log page is of another version. */
  flash?(): Promise<FlashLog | undefined>;
  /** Absent where they are not this process's to change, or the path cannot. */
  settings?: DriveSettingsAccess;
  /**
   * Looks at some blocks of a range, between jobs; undefined where the namespace does not tell of them. Absent where the path
   * cannot. Throws EngineError, NvmeStatusError.
   */
  sampleBlocks?(
    namespace: DriveNamespace,
    startLba: number,
    lbas: number,
  ): Promise<SampledBlocks | undefined>;
  /** Resolves when what is measured does not depend any more on how long ago the drive was opened. */
  readyToMeasure(): Promise<void>;
  /** What it told of by itself since the last call; absent where the path does not hear of it. */
  events?(): DriveEvent[];
  /** Why it cannot do I/O any more, or undefined. */
  dead(): string | undefined;
  /** Why it is sent nothing more though it is not dead, which `reset` makes up for; undefined where it is. */
  silent?(): string | undefined;
  /** Why it is to be released soon, though it still works; undefined where nobody asked. */
  askedBack(): string | undefined;
  /**
   * Resets it and brings it up again, whatever state it is in; its queues are gone then, and no thread may use them. Absent
   * where it is not this process's to reset. Throws EngineError, NvmeStatusError.
   */
  reset?(): Promise<void>;
  /** Its run is to end, in order: what is only being made ready is left. Absent where nothing takes long to make ready. */
  endSoon?(reason: string): void;
  /** Waits for nothing that it was asked any more; `close` takes the shortest way then. */
  giveUp(reason: string): void;
  /** Gives the device back. Idempotent. */
  close(): Promise<void>;
}

/** The admin commands of a drive. Throws EngineError NO_ADMIN_COMMANDS of kind `input` where its path has none. */
export function requireAdmin({ admin, adminRefusal, target }: Drive, op: string): DriveAdmin {
  if (admin !== undefined) return admin;
  const {
    reason = 'no admin commands reach a controller this way',
    hint = 'name the drive as pci:0000:01:00.0',
  } = adminRefusal ?? {};
  throw new EngineError({ code: 'NO_ADMIN_COMMANDS', op, target, reason, hint, kind: 'input' });
}
