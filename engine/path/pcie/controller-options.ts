import type { DoorbellChoice, HostMemoryChoice } from '../drive.js';

/** How a controller is brought up, and ended. */
export interface ControllerOptions {
  /** Host memory for a controller that wants some; `auto` where left out. */
  hostMemory?: HostMemoryChoice;
  /** Doorbells in memory where the controller has them, or registers alone (mmio); `auto` where left out. */
  doorbells?: DoorbellChoice;
  /** Backing of DMA memory; `prefer` falls back to base pages with a warning. */
  hugepages?: 'prefer' | 'require' | 'never';
  /** False: quirks of its family are not respected. */
  quirks?: boolean;
  /** I/O queue pairs that will be used; all that there are where left out. */
  queuePairs?: number;
  /** Enabled with weighted round robin (CC.AMS), where it has that; round robin unless given. */
  weightedRoundRobin?: boolean;
  /** Aborted: it is not waited for while it comes up. */
  abandonSignal?: AbortSignal;
  /** Deadline of each admin command; 10 s where not given. */
  adminTimeoutMs?: number;
  /** Deadline of a normal shutdown; where not given 10 s, or what the controller says it needs (RTD3E), up to 60 s. */
  shutdownTimeoutMs?: number;
}
