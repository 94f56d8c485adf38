/**
 * What a way to reach an NVMe controller must offer. The driver above knows only these shapes; `open.ts` is the
 * only place that names the implementations.
 */
import type { EngineWarning } from '../../../errors.js';
import type { DmaMapper } from '../../../memory/dma-mapper.js';
import type { DeviceLists } from '../../../pci/device-lists.js';
import type { Sharing } from './sharing.js';

/** The scheme's name and its own address, for example `pci` and `0000:01:00.0`, with options. */
export interface Target {
  readonly scheme: string;
  readonly address: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Access to the controller's registers (BAR0), not for the I/O loop. Offsets in bytes. */
export interface Registers {
  read32(offset: number): number;
  write32(offset: number, value: number): void;
  read64(offset: number): bigint;
  write64(offset: number, value: bigint): void;
}

/** No more of BAR0 is mapped: doorbells end far before, and controller memory behind them is not used. */
export const MOST_BAR_BYTES = 64 * 2 ** 20;

/** Doorbells as plain memory: SQ 0 tail is the first word (NVMe over PCIe 1.0, 3.1.2: offset 1000h of BAR0). */
export interface DoorbellWindow {
  /** Native address; a worker makes its own view of it. */
  readonly address: bigint;
  readonly lengthBytes: number;
}

/** An interrupt vector for the completion queue of one queue pair, and the eventfd that it signals. */
export interface InterruptVector {
  readonly vector: number;
  readonly eventFd: number;
}

/** Message interrupts (MSI-X), each signalled through an eventfd. */
export interface Interrupts {
  /** Size of the device's vector table; vector 0 is the admin queue's. */
  readonly maxVectors: number;
  /**
   * Arms a vector for each of so many queue pairs, in place of those armed before, and whatever the admin queue needs
   * beside them. The eventfds stay the transport's. Throws EngineError.
   */
  arm(queuePairs: number): readonly InterruptVector[];
  /** Masks all of them and closes their eventfds. Their queues are deleted, or the controller is of no use any more. */
  disarm(): void;
}

/** One function as a scan saw it, without touching it. */
export interface ScanEntry {
  /** Canonical target string, for example `pci:0000:01:00.0`. */
  readonly target: string;
  readonly description: string;
  readonly usable: boolean;
  /** Why not, and what to do; empty where usable. */
  readonly reason: string;
}

/** An attached controller. Everything it was given is taken back by `close`, in the reverse order. */
export interface TransportDevice {
  /** Canonical target string. */
  readonly target: string;
  /** Which implementation attached it, for example `vfio-group` or `sim`. */
  readonly kind: string;
  /** True where the controller is software: every report on it says so. */
  readonly software: boolean;
  /** What every report says before any figure of the device; absent where there is nothing to say. */
  readonly notice?: string;
  readonly numaNode: number;
  readonly registers: Registers;
  readonly doorbells: DoorbellWindow;
  readonly dma: DmaMapper;
  readonly warnings: readonly EngineWarning[];
  /** Undefined where the transport has none. */
  readonly interrupts?: Interrupts;
  /** For other processes on the same controller; undefined where the transport cannot be shared. */
  readonly sharing?: Sharing;
  /** Function-level reset, where the transport has one; resolves false where it has none. */
  reset(): Promise<boolean>;
  /** Why the device cannot be reached any more, for the user; undefined while it can. */
  lost(): string | undefined;
  /** Why the controller reports a fatal status, where the transport knows more than its registers say. */
  fatalReason?(): string | undefined;
  /** Resolves when the device is as fast as it will be, or is gone; absent where it always is. */
  readyToMeasure?(): Promise<void>;
  /** Why the device is to be released soon, though it still works; undefined where nobody asked. */
  askedBack?(): string | undefined;
  /** Idempotent. The caller has disabled the controller before. */
  close(): Promise<void>;
}

/** How a function that vfio-pci holds is reached: by its IOMMU group or by its own character device. */
export type AttachChoice = 'auto' | 'group' | 'cdev';

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
}

/** What has become of a device between two looks. */
export interface TransportChange {
  /** Canonical target string. */
  readonly target: string;
  /** `unreadable`: it is there, but cannot be read any more. */
  readonly kind: 'added' | 'removed' | 'changed' | 'unreadable';
  /** Whether this process has it attached. */
  readonly attached: boolean;
}

export interface Transport {
  readonly scheme: string;
  /** What the target string may look like, for `--help` and error messages. */
  readonly usage: string;
  scan(options: AttachOptions): Promise<ScanEntry[]>;
  /**
   * Looks at what there is now; each call of the result says what has changed since the one before. Absent where
   * devices do not come and go.
   */
  watch?(options: AttachOptions): () => readonly TransportChange[];
  /** Throws EngineError; leaves nothing behind when it does. */
  attach(target: Target, options: AttachOptions): Promise<TransportDevice>;
}
