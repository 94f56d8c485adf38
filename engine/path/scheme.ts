/** What the registry knows of paths: how their targets are written, found and opened, and what holds for all of a scheme. */
import type { DeviceLists } from '../pci/device-lists.js';
import type { DoorbellChoice, Drive, HostMemoryChoice } from './drive.js';
import type { Target, TargetForm } from './target.js';

/** One device as a scan saw it, without touching it. */
export interface ScanEntry {
  /** Canonical target string, for example `pci:0000:01:00.0`. */
  readonly target: string;
  readonly description: string;
  readonly usable: boolean;
  /** Why not, and what to do; empty where usable. */
  readonly reason: string;
  /** Address of the PCI function that is behind it, where the target names another way to it. */
  readonly pciFunction?: string;
}

/** What has become of a device between two looks. */
export interface TargetChange {
  /** Canonical target string. */
  readonly target: string;
  /** `unreadable`: it is there, but cannot be read any more. */
  readonly kind: 'added' | 'removed' | 'changed' | 'unreadable';
  /** Whether this process has it attached. */
  readonly attached: boolean;
}

/** A device of the kernel's by what stays when its driver lets go of it and takes it again. */
export interface Whereabouts {
  readonly pciFunction: string;
  /** A few words for messages. */
  readonly what: string;
  /** The target as the kernel names the device now; undefined while it has none. */
  targetNow(): string | undefined;
}

/** A target, or the beginning of one, that a shell may offer, and a few words about it. */
export interface Offer {
  readonly value: string;
  readonly describe: string;
}

/** How a function that vfio-pci holds is reached: by its IOMMU group or by its own character device. */
export type AttachChoice = 'auto' | 'group' | 'cdev';

/** Each way takes what concerns it. */
export interface AttachOptions {
  /** Root of sysfs, for tests; `/sys`. */
  sysfsRoot?: string;
  /** `auto`, the default: cdev where kernel and permissions allow it, else group. */
  attach?: AttachChoice;
  /** Permits drives that no IOMMU keeps from the machine's memory. */
  allowUnsafeDma?: boolean;
  /** PCI functions that may, and may not, be attached; all of them where left out. */
  pciLists?: DeviceLists;
  /** Targets that this process attaches as well: they share one IOVA mode, whatever their order. */
  together?: readonly string[];
  /** Few I/Os or none are to come: a controller of software need not be as fast before them as it will be. */
  briefly?: boolean;
}

export interface OpenOptions extends AttachOptions {
  /** `auto` where left out. */
  hostMemory?: HostMemoryChoice;
  /** `auto` where left out. */
  doorbells?: DoorbellChoice;
  /** Backing of DMA memory; `prefer` falls back to base pages with a warning. */
  hugepages?: 'prefer' | 'require' | 'never';
  /** False: what is known of the device's family is not respected. */
  quirks?: boolean;
  /** Queues that jobs will use; all that there are where left out. */
  queuePairs?: number;
  /** Aborted: a device is not waited for while it comes up. */
  abandonSignal?: AbortSignal;
  /** Queues have priorities: a controller that has it goes by weighted round robin. */
  weightedRoundRobin?: boolean;
}

export interface Scheme extends TargetForm {
  /** Whether a write can destroy what somebody keeps at a target. Whatever is not known to be empty holds data. */
  holdsData(target: Target): boolean;
  /** One process at a time has a device of it: another one is kept off, unless it joins whoever holds the device. */
  readonly exclusive: boolean;
  /** The PCI function that a target names, which has a kernel driver to be taken from; absent where targets name none. */
  pciFunction?(target: Target): string;
  /** Of a target by a name that the kernel may give anew; undefined where it leads to no PCI function. Opens nothing. */
  whereabouts?(target: Target, options: Pick<AttachOptions, 'sysfsRoot'>): Whereabouts | undefined;
  /** Quick, and touches no device. */
  offers(options: Pick<AttachOptions, 'sysfsRoot'>): readonly Offer[];
  scan(options: AttachOptions): Promise<ScanEntry[]>;
  /**
   * Looks at what there is now; each call of the result says what has changed since the one before. Absent where
   * devices do not come and go.
   */
  watch?(options: AttachOptions): () => readonly TargetChange[];
}

/** A way from jobs to devices, and the schemes by which its targets are named. */
export interface Path {
  schemes(): readonly Scheme[];
  /** Opens a target of one of its schemes. Throws EngineError; leaves nothing behind then. */
  open(target: Target, options: OpenOptions): Promise<Drive>;
}
