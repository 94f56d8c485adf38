import { type Gate, parseGate } from '../../reports/gates/parse.js';
import {
  type AttachChoice,
  type COMPLETION_MODES,
  DEFAULTS,
  type HugepagePolicy,
  type JobKeys,
  type RootKeys,
  type RwPattern,
} from './schema.js';
import type { Extent } from './units.js';

/** A value that a sweep gave to a key: bytes of a size, the text of a duration or percentage, or the value itself. */
export type ParameterValue = number | string;

/** Which job of a sweep this is. */
export interface SweepPoint {
  /** Name of the job that has the matrix. */
  readonly group: string;
  /** Values of the matrix, by key, in its order. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** One job, complete: defaults applied, every unit in the name. */
export interface JobConfig {
  /** Unique in a run; in a sweep with its values, for example `sweep[bs=4k,iodepth=32]`. */
  readonly name: string;
  readonly sweep?: SweepPoint;
  /** Times the job runs. */
  readonly repeat: number;
  readonly rw: RwPattern;
  readonly bsBytes: number;
  /** Commands in flight on each queue pair. */
  readonly iodepth: number;
  /** Workers. */
  readonly numjobs: number;
  /** Queue pairs of each worker. */
  readonly queuePairs: number;
  /** Percent of reads: 100 for read and randread, 0 for write and randwrite. */
  readonly rwmixread: number;
  /** Measured time, without the ramp. */
  readonly runtimeMs?: number;
  readonly rampTimeMs: number;
  /** Region from `offset` on; absent: to the end of the namespace. */
  readonly size?: Extent;
  readonly offset: Extent;
  /** Measured I/Os of each worker. With neither this nor `runtimeMs`, `size` is transferred once. */
  readonly numberIos?: number;
  /** CPU numbers, sorted, each once. */
  readonly cpusAllowed?: readonly number[];
  /** 32-bit seed. */
  readonly randseed?: number;
  readonly ioTimeoutMs: number;
  readonly completion: (typeof COMPLETION_MODES)[number];
  /** With `hybrid`: how long to poll after a completion before sleeping. */
  readonly hybridSpinMs: number;
}

/** A configuration that has passed every check which needs no device. */
export interface RunConfig {
  /** Target strings, at least one. */
  readonly devices: readonly string[];
  /** Absent: the first active namespace. */
  readonly namespace?: number | string;
  /** Absent: as the controller has it after a reset. */
  readonly interruptCoalescing?: { readonly threshold: number; readonly timeMs: number };
  readonly allowWrites: boolean;
  /** Serial numbers of the PCI devices that may be written. */
  readonly serialNumbers: readonly string[];
  /** Whether a block size beyond MDTS is split into several commands. */
  readonly split: boolean;
  readonly hugepages: HugepagePolicy;
  readonly attach: AttachChoice;
  /** Whether devices may be used that no IOMMU keeps from the machine's memory. */
  readonly allowUnsafeDma: boolean;
  readonly gates: readonly Gate[];
  readonly jobs: readonly JobConfig[];
}

/** Whether a pattern has writes in it. */
export function writes(rw: RwPattern): boolean {
  return rw !== 'read' && rw !== 'randread';
}

/** Whether a pattern has both reads and writes. */
export function isMixed(rw: RwPattern): boolean {
  return rw === 'rw' || rw === 'randrw';
}

function readPercent(rw: RwPattern, rwmixread: number): number {
  if (isMixed(rw)) return rwmixread;
  return writes(rw) ? 0 : 100;
}

/** Applies the defaults to a checked job. */
export function completeJob(name: string, rw: RwPattern, keys: JobKeys, sweep?: SweepPoint): JobConfig {
  return {
    name,
    ...(sweep === undefined ? {} : { sweep }),
    repeat: keys.repeat ?? DEFAULTS.repeat,
    rw,
    bsBytes: keys.bs ?? DEFAULTS.bsBytes,
    iodepth: keys.iodepth ?? DEFAULTS.iodepth,
    numjobs: keys.numjobs ?? DEFAULTS.numjobs,
    queuePairs: keys.queue_pairs ?? DEFAULTS.queuePairs,
    rwmixread: readPercent(rw, keys.rwmixread ?? DEFAULTS.rwmixread),
    runtimeMs: keys.runtime,
    rampTimeMs: keys.ramp_time ?? DEFAULTS.rampTimeMs,
    size: keys.size,
    offset: keys.offset ?? { bytes: DEFAULTS.offsetBytes },
    numberIos: keys.number_ios,
    cpusAllowed: keys.cpus_allowed,
    randseed: keys.randseed,
    ioTimeoutMs: keys.io_timeout ?? DEFAULTS.ioTimeoutMs,
    completion: keys.completion ?? DEFAULTS.completion,
    hybridSpinMs: keys.hybrid_spin ?? DEFAULTS.hybridSpinMs,
  };
}

/** Applies the defaults to the checked keys of the file. */
export function completeRun(root: RootKeys, jobs: readonly JobConfig[]): RunConfig {
  return {
    devices: root.devices ?? (root.device === undefined ? [] : [root.device]),
    namespace: root.namespace,
    ...(root.interrupt_coalescing && {
      interruptCoalescing: {
        threshold: root.interrupt_coalescing.threshold,
        timeMs: root.interrupt_coalescing.time,
      },
    }),
    allowWrites: root.allow_writes ?? DEFAULTS.allowWrites,
    serialNumbers: [root.serial_number ?? []].flat(),
    split: root.split ?? DEFAULTS.split,
    hugepages: root.hugepages ?? DEFAULTS.hugepages,
    attach: root.attach ?? DEFAULTS.attach,
    allowUnsafeDma: root.allow_unsafe_dma ?? DEFAULTS.allowUnsafeDma,
    gates: (root.gates ?? []).map(parseGate),
    jobs,
  };
}
