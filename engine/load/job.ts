/** A job as the engine takes it, and what each of its workers is told and says, as plain data between threads. */
import type { CompletionMode, ProtectionCheck, QueuePriority, QueueSpec, SqMemory } from '../path/path.js';
import type { ByOperation, OperationName } from '../stats/operations.js';
import type { GapReport } from './gaps.js';
import type { IssuedIos } from './issued.js';
import type { RateProcess } from './pace/arrivals.js';
import type { FlowGroup } from './pace/flow.js';
import type { Behind } from './replay/recorded-schedule.js';
import type { Replay } from './replay/trace-ring.js';
import type { Verification, VerifyReport } from './verify/report.js';
import type { SlowIo } from './watch/slowest.js';
import type { Region } from './workload/addresses.js';
import type { Content } from './workload/content.js';
import type { Distribution } from './workload/distribution.js';
import type { LengthsByOperation } from './workload/lengths.js';
import type { Shared } from './workload/shares.js';
import type { StridedSpec } from './workload/strides.js';
import type { AppendReport } from './zoned/appends.js';
import type { WorkerZones } from './zoned/worker-zones.js';

/** How a job goes about the zones of its namespace. */
export interface ZonedSpec {
  /**
   * `zbd`: writes go to the write pointers of zones, which are reset as writing comes round to them; reads below these.
   * `strided`: I/O in parts of the region, one after the other.
   */
  readonly zoneMode?: 'none' | 'strided' | 'zbd';
  /** Zones that are written at a time, of all workers together and of each; as many as the drive lets unless given. */
  readonly maxOpenZones?: number;
  readonly jobMaxOpenZones?: number;
  /** Share of the region that holds data, 0 to 1, from which on zones are reset that are not full yet. */
  readonly zoneResetThreshold?: number;
  /** Such resets for each write; none unless above 0. */
  readonly zoneResetFrequency?: number;
  /** What of each zone `numberIos` takes for writable, in logical blocks, where it is to be all of it (`iosOf`). */
  readonly countedCapacityLbas?: number;
}

/** A job on one namespace, in the device's units. */
export interface JobSpec extends Shared, ZonedSpec, StridedSpec {
  /** Of an I/O; of the longest where they differ. */
  readonly bsBytes: number;
  /** Of each operation of the job, where its I/Os have several lengths or begin at other multiples than theirs. */
  readonly lengths?: LengthsByOperation;
  /** I/Os kept outstanding on each queue. */
  readonly iodepth: number;
  readonly numjobs: number;
  /** Queue pairs of each worker. */
  readonly queuePairs: number;
  /** Entries of each submission and completion queue; chosen unless given. */
  readonly queueEntries?: number;
  /** Where submission queues lie; `host` unless given. */
  readonly sqMemory?: SqMemory;
  /** Class of its submission queues. */
  readonly priority?: QueuePriority;
  readonly random: boolean;
  /** Of random blocks each is drawn by itself; otherwise every block of the region comes once before any comes twice. */
  readonly norandommap?: boolean;
  /** How random blocks are spread; uniformly unless given. */
  readonly distribution?: Distribution;
  /** Percent of the random I/Os that are random; the others go on behind the last of their operation. 100 unless given. */
  readonly percentageRandom?: number;
  /** Added to the offset after each I/O that is not random: where the next begins. Below 0 it goes backwards from the end. */
  readonly stepBytes?: number;
  /** I/Os in sequence from each random offset on; 1 unless given. */
  readonly runIos?: number;
  /** The region of the first worker. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** How much farther on the region of each further worker begins; 0 unless given: all have the same. */
  readonly offsetIncrementBytes?: number;
  readonly rampTimeMs: number;
  /** Infinity where the number of I/Os ends the job. */
  readonly runtimeMs: number;
  /** I/Os of each worker; Infinity where time ends the job. */
  readonly numberIos: number;
  /** A single I/O that takes longer ends the job. */
  readonly ioTimeoutMs: number;
  /** Failed I/Os of a worker that end the job. */
  readonly maxErrors: number;
  readonly seed: number;
  /** Issue an I/O beyond MDTS as several commands instead of refusing it. */
  readonly split: boolean;
  /** CPUs of each worker, by its index; none for no pinning. */
  readonly cpus: readonly (readonly number[])[];
  /** Give the CPU away on empty polls: for hosts with fewer CPUs than busy threads. */
  readonly yieldWhenIdle: boolean;
  /** I/Os that each worker begins per second, whatever completes (open loop); the closed loop unless given. */
  readonly rateIops?: number;
  /** With a rate: `linear` unless given. */
  readonly rateProcess?: RateProcess;
  /** How long nothing goes after every so many I/Os, once these have completed; no pauses unless above 0. Not with a rate. */
  readonly thinkTimeMs?: number;
  /** I/Os between two pauses; 1 unless given. */
  readonly thinkTimeBlocks?: number;
  /** What of them is counted, with several in flight; `complete` unless given. */
  readonly thinkTimeBlocksType?: 'complete' | 'issue';
  /** A queue that was filled is not filled again before no more are in flight on it; one less than `iodepth` unless given. */
  readonly iodepthLow?: number;
  /** The most that one doorbell is rung for; 0 and unless given all that may go. */
  readonly iodepthBatch?: number;
  /** So many slots of a queue must be free before any I/O goes there, unless none is in flight; 1 unless given. */
  readonly iodepthBatchCompleteMin?: number;
  /** The most completions of a queue that are taken before others go in their places, `iodepthBatchCompleteMin` at least; all unless given. */
  readonly iodepthBatchCompleteMax?: number;
  /** Weight of each worker among those of the turn that keep pace, and what these share; not beside rates, pauses or zones. */
  readonly flowWeight?: number;
  readonly flowGroup?: FlowGroup;
  /** `poll` unless given. */
  readonly completion?: CompletionMode;
  /** With `hybrid`: how long to poll after a completion before sleeping. */
  readonly hybridSpinMs?: number;
  /** Ranges of each Dataset Management command, of jobs that deallocate alone: I/Os that go together. 1 unless given. */
  readonly numRange?: number;
  /** What writes carry: data that do not compress, no two blocks alike, unless given. */
  readonly content?: Content;
  /** What is written tells what it is, and what is read is checked; of jobs of plain reads and writes. */
  readonly verification?: Verification;
  /** Reads, and all that writes are done by, go with FUA; without unless given. */
  readonly readFua?: boolean;
  readonly writeFua?: boolean;
  /** Writes must be such as the drive promises to have all there or not at all. */
  readonly atomic?: boolean;
  /** Writes say where their data is to be placed. */
  readonly fdp?: boolean;
  /** Which of the handles of the namespace, by their places in its list; all unless given. */
  readonly plids?: readonly number[];
  /** `roundrobin` unless given. */
  readonly plidSelect?: 'roundrobin' | 'random';
  /** Protection information is the drive's to make and to strip, and not the host's; so unless given. */
  readonly piAct?: boolean;
  /** What of protection information is checked on reads; nothing unless given. */
  readonly piChk?: readonly ProtectionCheck[];
  /** Application tag of blocks with protection information, and the bits of it that reads look at; 0 unless given. */
  readonly apptag?: number;
  readonly apptagMask?: number;
  /** How many of the slowest I/Os of each worker are kept; none unless given. At most 65535. */
  readonly slowest?: number;
  /** Of a job that plays a trace, which then says what its I/Os are, and when; `lengths` and `mix` have what it holds. */
  readonly replay?: Replay;
  /** Each I/O of the measured time and of the drain leaves a record in the ring of its worker. */
  readonly logged?: boolean;
}

/** The whole job, and what of it is this worker's own. */
export interface WorkerSpec extends Omit<JobSpec, 'cpus'> {
  readonly index: number;
  /** CPUs this worker may run on; empty for no pinning. */
  readonly cpus: readonly number[];
  /** The lanes share one stream of addresses. */
  readonly lanes: readonly QueueSpec[];
  readonly region: Region;
  readonly lbaBytes: number;
  /** Of jobs with `zoneMode: zbd`. */
  readonly zones?: WorkerZones;
  readonly control: SharedArrayBuffer;
  /** Of jobs that are `logged` (watch/log-ring.ts). */
  readonly logRing?: SharedArrayBuffer;
  /** Of jobs that play a trace: where their I/Os come from, and the first of them, which stay (replay/trace-ring.ts). */
  readonly traceRing?: SharedArrayBuffer;
  readonly traceFirst?: SharedArrayBuffer;
  /** Of jobs that keep which writes were acknowledged (verify/journal.ts). */
  readonly journal?: SharedArrayBuffer;
  /** When the job was set up, ms since 1970: what blocks that tell what they are carry. */
  readonly runMs?: number;
  /** There is no device, and reads bring nothing. */
  readonly rehearsed?: boolean;
}

export type StopReason =
  | 'runtime'
  | 'number_ios'
  | 'interrupted'
  | 'timeout'
  | 'device-lost'
  | 'errors'
  | 'verify';

export interface StatusCount {
  /** The 15-bit status field. */
  readonly status: number;
  readonly operation: OperationName;
  readonly count: number;
  readonly firstSlba: number;
  /** When the first was found, since the measured time began; absent where that was before. */
  readonly firstNs?: number;
}

/** What completed after the measured time: it was outstanding when that ended, and is in no rate. */
export interface Drain {
  readonly ios: number;
  /** From the end of the measured time to the last completion. */
  readonly durationNs: number;
  /** Longest latency among them; 0 where there are none. */
  readonly maxNs: number;
}

/** What the loop of one worker takes by itself (calibration.ts), in ns. */
export interface Calibration {
  /** From one I/O to the next of a loop that finds completions whenever it looks: nothing makes it faster. */
  readonly nsPerIo: number;
  /** Latency that each I/O then has, of a closed loop: where the device takes no time all of it is the loop's own. */
  readonly latencyNs?: number;
  /** One reading of the clock, of which a turn that finds something takes two. */
  readonly clockNs: number;
}

/** What a worker says when it has ended; the histograms are in its control block. */
export interface WorkerReport {
  readonly index: number;
  readonly cpus: readonly number[];
  readonly stopReason: StopReason;
  /** The measured time: from the end of the ramp to the end of the runtime, or to what ended the job before. */
  readonly elapsedNs: number;
  /** I/Os that failed, those of the drain too. */
  readonly statuses: readonly StatusCount[];
  readonly drain: Drain;
  /** I/Os that were due by the end of the measured time and were never begun: all slots were taken. */
  readonly unsentIos: number;
  /** Of a job that plays a trace: how far it was behind the schedule. */
  readonly behind?: Behind;
  /** I/Os without a completion when the worker gave up. */
  readonly lostIos: number;
  /** I/Os that succeeded in the ramp, which are in no figure. */
  readonly rampIos: number;
  /** Of a job with a rate: from the beginning of its schedule to the end of the measured time. */
  readonly scheduleNs: number;
  /** What it issued first. */
  readonly issued: IssuedIos;
  /** Of jobs that append to zones: where the drive put what they appended, the ramp included. */
  readonly appends?: AppendReport;
  /** CPU time of the worker's thread within the measured time. */
  readonly cpuTimeNs: number;
  /**
   * Threads of the kernel that submit for its queues, where there are any: the CPUs that they ran on last, and their CPU time
   * within the measured time, absent where it cannot be told.
   */
  readonly submitters?: { readonly cpus: readonly number[]; readonly cpuTimeNs?: number };
  /**
   * Threads of the kernel that did I/O of its queues which would have blocked, where there were any: how many, and their CPU time
   * within the measured time, absent where it cannot be told.
   */
  readonly blockedIo?: { readonly threads: number; readonly cpuTimeNs?: number };
  /** Instructions that the thread executed in user mode within the measured time; absent where `instructionsProblem` is. */
  readonly instructions?: number;
  /** Why they were not counted. */
  readonly instructionsProblem?: string;
  /** Times the worker slept for an interrupt within the measured time. */
  readonly sleeps: number;
  /** Sleeps among these that no interrupt ended though an I/O had completed. */
  readonly lostInterrupts: number;
  /** Times the loop looked and found nothing. */
  readonly emptyPolls: number;
  readonly reapBatches: number;
  /** Collections of this worker's heap within the measured time. */
  readonly garbageCollections: number;
  readonly garbageCollectionMs: number;
  readonly heapGrowthBytes: number;
  /** Where its loop did not look for completions for more than 2 ms. */
  readonly gaps: GapReport;
  /** How long the thread stood still within the measured time, in pauses of more than 10 ms, sleeps for interrupts aside. */
  readonly pausedNs: number;
  /** Times the kernel took the CPU away within the measured time; undefined where it does not say. */
  readonly involuntaryContextSwitches?: number;
  /** Completions that named no outstanding command: a broken device. */
  readonly unexpectedCompletions: number;
  /** Of jobs with `verification`. */
  readonly verified?: VerifyReport;
  /** The slowest that completed with success within the measured time, slowest first; of jobs that ask for them. */
  readonly slowest?: readonly SlowIo[];
  /** What its loop takes by itself, where that was measured. */
  readonly calibration?: Calibration;
}

/** The same with what the worker counted. */
export interface WorkerResult extends WorkerReport {
  /** I/Os that completed with success within the measured time. */
  readonly completed: ByOperation<number>;
}
