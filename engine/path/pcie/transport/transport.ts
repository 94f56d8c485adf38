/**
 * What a way to reach an NVMe controller must offer. The driver above knows only these shapes; `open.ts` is the
 * only place that names the implementations.
 */
import type { EngineWarning } from '../../../errors.js';
import type { DmaMapper } from '../../../memory/dma-mapper.js';
import type { AttachOptions, Scheme } from '../../scheme.js';
import type { Target } from '../../target.js';
import type { Sharing } from './sharing.js';

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

/** Part of a BAR as plain memory, for stores; it goes with the device, and views of it stay harmless. */
export interface BarWindow {
  /** Native address; a worker makes its own view of it. */
  readonly address: bigint;
  readonly lengthBytes: number;
}

/** Memory that a controller has in its BARs beside the registers. */
export interface Bars {
  /**
   * Maps a BAR from `offset` (whole pages) on, as far as that goes in one piece and before what MSI-X has there: `lengthBytes`
   * at most. Throws EngineError BAR_NOT_MAPPABLE, SystemError.
   */
  map(bar: number, offset: number, lengthBytes: number): BarWindow;
  /** Address of a BAR on the bus; undefined where nobody has given it one. */
  busAddress(bar: number): bigint | undefined;
}

/** An interrupt vector for the completion queue of one queue pair, and the eventfd that it signals. */
export interface InterruptVector {
  readonly vector: number;
  readonly eventFd: number;
}

/** Message interrupts (MSI-X), each signalled through an eventfd. */
export interface Interrupts {
  /** Size of the device's vector table; vector 0 is the admin queue's, which shares it where there are no others left. */
  readonly maxVectors: number;
  /**
   * Arms a vector for each of so many queue pairs, in place of those armed before, and whatever the admin queue needs
   * beside them. The eventfds stay the transport's. Throws EngineError.
   */
  arm(queuePairs: number): readonly InterruptVector[];
  /** Masks all of them and closes their eventfds. Their queues are deleted, or the controller is of no use any more. */
  disarm(): void;
}

/** Ids of a PCI function (PCI Local Bus 3.0, 6.2.1). */
export interface PciId {
  readonly vendorId: number;
  readonly deviceId: number;
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
  /** -1 where it belongs to no node, or nobody knows. */
  readonly numaNode: number;
  /** Undefined where it is, or plays, no PCI function. */
  readonly pciId: PciId | undefined;
  readonly registers: Registers;
  readonly doorbells: DoorbellWindow;
  /** Undefined where nothing but registers can be reached. */
  readonly bars?: Bars | undefined;
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

/** A scheme of targets that name controllers with registers. */
export interface Transport extends Scheme {
  /** Throws EngineError; leaves nothing behind when it does. */
  attach(target: Target, options: AttachOptions): Promise<TransportDevice>;
}
