/** What a worker is told, as plain data that survives the way to its thread. */
import type { QueuePairMemory } from '../path/pcie/queue-pair.js';

/** The addresses that I/O goes to and how they are chosen; all in blocks of `blockLbas` logical blocks. */
export interface Workload {
  readonly random: boolean;
  /** Percent of reads: 100 reads only, 0 writes only. */
  readonly readPercent: number;
  /** Logical blocks of one I/O. */
  readonly blockLbas: number;
  /** First logical block of the region. */
  readonly startLba: number;
  /** I/Os that fit into the region. */
  readonly blocks: number;
  readonly seed: number;
}

/** How a worker learns of completions: by polling, by sleeping on interrupts, or by polling a while and then sleeping. */
export type CompletionMode = 'poll' | 'interrupt' | 'hybrid';

/** One I/O queue pair and the memory of its slots. */
export interface LaneSpec {
  readonly queue: QueuePairMemory;
  /** Signalled by the queue's interrupt; undefined where it has none. */
  readonly eventFd?: number;
  /**
   * Per command (slot * parts + part) the words PRP1 low, PRP1 high, PRP2 low, PRP2 high, CDW12, as
   * QueuePair.postTransfer takes them.
   */
  readonly words: Int32Array;
}

export interface WorkerSpec {
  readonly index: number;
  /** CPUs this worker may run on; empty for no pinning. */
  readonly cpus: readonly number[];
  readonly nsid: number;
  /** I/Os kept outstanding on each lane. */
  readonly iodepth: number;
  /** Commands of one I/O: more than 1 where the block size is beyond MDTS. */
  readonly parts: number;
  /** Logical blocks of all parts but the last. */
  readonly partLbas: number;
  /** The lanes share one stream of addresses. */
  readonly lanes: readonly LaneSpec[];
  readonly workload: Workload;
  readonly rampTimeMs: number;
  /** Infinity where the number of I/Os ends the job. */
  readonly runtimeMs: number;
  /** I/Os of this worker; Infinity where time ends the job. */
  readonly numberIos: number;
  /** A single I/O that takes longer ends the job. */
  readonly ioTimeoutMs: number;
  /** Failed I/Os that end the job. */
  readonly maxErrors: number;
  /** Give the CPU away on empty polls: for hosts with fewer CPUs than busy threads. */
  readonly yieldWhenIdle: boolean;
  /** `poll` unless given. */
  readonly completion?: CompletionMode;
  /** With `hybrid`: how long to poll after a completion before sleeping. */
  readonly hybridSpinMs?: number;
  readonly control: SharedArrayBuffer;
}

export type StopReason = 'runtime' | 'number_ios' | 'interrupted' | 'timeout' | 'device-lost' | 'errors';

export interface StatusCount {
  /** The 15-bit status field. */
  readonly status: number;
  /** Whether writes failed so; reads otherwise. */
  readonly write: boolean;
  readonly count: number;
  readonly firstSlba: number;
}

/** What a worker says when it has ended; the histograms are in its control block. */
export interface WorkerResult {
  readonly index: number;
  readonly cpus: readonly number[];
  readonly stopReason: StopReason;
  /** From the end of the ramp to the last completion. */
  readonly elapsedNs: number;
  /** I/Os that completed with success while measuring. */
  readonly reads: number;
  readonly writes: number;
  readonly statuses: readonly StatusCount[];
  /** I/Os without a completion when the worker gave up. */
  readonly lostIos: number;
  /** CPU time of the worker's thread while measuring. */
  readonly cpuTimeNs: number;
  /** Times the worker slept for an interrupt. */
  readonly sleeps: number;
  /** Times the loop looked and found nothing. */
  readonly emptyPolls: number;
  readonly reapBatches: number;
  /** Collections of this worker's heap within the measured time. */
  readonly garbageCollections: number;
  readonly garbageCollectionMs: number;
  readonly heapGrowthBytes: number;
  /** Times the kernel took the CPU away while measuring; undefined where it does not say. */
  readonly involuntaryContextSwitches?: number;
  /** Completions that named no outstanding command: a broken device. */
  readonly unexpectedCompletions: number;
}
