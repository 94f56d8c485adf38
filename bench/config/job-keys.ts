/**
 * The keys that a job and `defaults` share: the one table of what a workload can be told. To add a key, add its row here,
 * a field of that name to the engine's JobSpec, and its use in the engine.
 */
import { CONTENT_KEYS } from './content-keys.js';
import { devices, namespace } from './device-kinds.js';
import { FAILURE_KEYS } from './failure-keys.js';
import type { CompleteOf, KeysOf, KeyTable } from './key-table.js';
import { LENGTH_KEYS } from './length-keys.js';
import { OPERATION_KEYS } from './operation-keys.js';
import { PACE_KEYS } from './pace-keys.js';
import { asReads, isMixed, pattern, type RwPattern, writes } from './pattern.js';
import { PLACEMENT_KEYS } from './placement-keys.js';
import { PROTECTION_KEYS } from './protection-keys.js';
import { PURGE_KEYS } from './purge-keys.js';
import { QUEUE_KEYS } from './queue-keys.js';
import { RANDOM_KEYS } from './random-keys.js';
import { REGION_KEYS } from './region-keys.js';
import { SIZE_KEYS } from './size-keys.js';
import { STEADY_KEYS } from './steady-state.js';
import { TRACE_KEYS } from './trace-keys.js';
import { SURE_KEYS } from './until-sure.js';
import { aboveZero, cpuList, durationMs, flag, integer, powerOfTwo, word } from './value-kinds.js';
import { VERIFY_KEYS } from './verify-keys.js';
import { WATCH_KEYS } from './watch-keys.js';
import { ZONE_KEYS } from './zone-keys.js';

/** How workers learn of completions. */
const COMPLETION_MODES = ['poll', 'interrupt', 'hybrid'] as const;
type CompletionMode = (typeof COMPLETION_MODES)[number];

const MAX_REPEATS = 1000;

const aboveZeroMs = { check: aboveZero, words: 'duration above 0' };

interface InForceOf {
  readonly rw: RwPattern;
  readonly verify_only: boolean;
}

export const JOB_KEYS = {
  rw: {
    kind: pattern(),
    field: 'rw',
    required: true,
    sweep: true,
    identity: 'work',
    help: 'Pattern: sequential or random, reads, writes, both, or trims, which deallocate blocks. Required, here or in `defaults`. A size behind a colon is added to the offset after each I/O, a number behind a random pattern is of I/Os in sequence from each random offset on.',
    alsoCalled: ['readwrite'],
    /** What `verify_only` makes of writes. */
    inForce: (rw: RwPattern, { verify_only: only }: { readonly verify_only: boolean }): RwPattern =>
      only ? asReads(rw) : rw,
  },
  ...SIZE_KEYS,
  iodepth: {
    kind: integer(1, 65_535),
    field: 'iodepth',
    default: 1,
    sweep: true,
    identity: 'work',
    recorded: 'always',
    help: 'Commands in flight on each queue pair. A queue of n entries holds n - 1 commands.',
    alsoCalled: ['qd', 'queue_depth'],
  },
  numjobs: {
    kind: integer(1, 1024),
    field: 'numjobs',
    default: 1,
    sweep: true,
    identity: 'work',
    recorded: 'always',
    help: 'Workers: threads that run the job at the same time.',
    alsoCalled: ['threads'],
  },
  queue_pairs: {
    kind: integer(1, 65_535),
    field: 'queuePairs',
    default: 1,
    sweep: true,
    identity: 'work',
    recorded: 'always',
    help: 'Submission and completion queue pairs that each worker drives. `numjobs` × `queue_pairs` is at most 65535.',
  },
  queue_entries: {
    kind: integer(2, 65_536, { check: powerOfTwo, words: 'power of two, 2 to 65536' }),
    field: 'queueEntries',
    absent: 'at least 256 and twice the commands in flight, as far as the controller has them (CAP.MQES)',
    sweep: true,
    identity: 'work',
    help: 'Entries of each submission and completion queue, one of which stays free.',
    alsoCalled: ['queue_size'],
  },
  ...QUEUE_KEYS,
  rwmixread: {
    kind: integer(0, 100),
    field: 'rwmixread',
    default: 50,
    sweep: true,
    identity: 'work',
    recorded: 'always',
    help: 'Percent of reads; only with `rw: rw` and `rw: randrw`.',
    /** Of patterns with one direction too: 100 or 0. */
    inForce: (percent: number, { rw, verify_only: only }: InForceOf): number =>
      isMixed(rw) ? percent : writes(rw) && !only ? 0 : 100,
  },
  runtime: {
    kind: durationMs(aboveZeroMs),
    field: 'runtimeMs',
    identity: 'run',
    help: 'Measured time; the job then starts its region again whenever it reaches the end.',
    alsoCalled: ['duration', 'time'],
  },
  ramp_time: {
    kind: durationMs(),
    field: 'rampTimeMs',
    default: '0s',
    identity: 'work',
    recorded: 'always',
    help: 'Time of load before the measurement starts; not part of `runtime`.',
    alsoCalled: ['warmup'],
  },
  startdelay: {
    kind: durationMs(),
    field: 'startDelayMs',
    default: '0s',
    sweep: true,
    identity: 'work',
    help: 'How long after its turn the job begins: beside others, after them.',
  },
  ...REGION_KEYS,
  device: {
    kind: devices(),
    field: 'devices',
    absent: 'those of the file',
    identity: 'none',
    help: 'Devices that the job runs on, at the same time, instead of those of the file.',
    alsoCalled: ['devices'],
  },
  namespace: {
    kind: namespace(),
    field: 'namespace',
    absent: 'that of the file',
    identity: 'work',
    help: 'Namespace that the job runs on, on each of its devices.',
  },
  ...LENGTH_KEYS,
  numa_cpu_nodes: {
    kind: cpuList(),
    field: 'numaCpuNodes',
    absent: 'that of the device first',
    identity: 'run',
    help: 'NUMA nodes whose CPUs the workers are pinned to, where `cpus_allowed` names none.',
  },
  exitall: {
    kind: flag(),
    field: 'exitAll',
    default: false,
    identity: 'run',
    help: 'When the job has come to its end, the jobs beside it end too.',
  },
  cpus_allowed: {
    kind: cpuList(),
    field: 'cpusAllowed',
    absent: 'chosen, near the device and one core each',
    identity: 'run',
    help: 'CPUs that the workers are pinned to. Workers of several devices share none while there are enough.',
    alsoCalled: ['cpus'],
  },
  randseed: {
    kind: integer(0, 0xffff_ffff),
    field: 'randseed',
    absent: 'one of its own for each job, the same in every run',
    identity: 'none',
    help: 'Seed of the random offsets; the same seed gives the same offsets.',
    alsoCalled: ['seed'],
  },
  ...RANDOM_KEYS,
  ...ZONE_KEYS,
  ...OPERATION_KEYS,
  ...CONTENT_KEYS,
  completion: {
    kind: word(COMPLETION_MODES),
    field: 'completion',
    default: 'poll',
    sweep: true,
    identity: 'work',
    recorded: 'always',
    help: 'How workers learn of completions: `poll` keeps a CPU busy and sees them first, `interrupt` sleeps for MSI-X, `hybrid` polls for `hybrid_spin` after a completion, then sleeps.',
    seeAlso: 'Which ways in have interrupts: see `attach.md`. The report shows CPU time for each I/O.',
  },
  hybrid_spin: {
    kind: durationMs(),
    field: 'hybridSpinMs',
    default: '20us',
    sweep: true,
    identity: 'work',
    recorded: 'always',
    help: 'With `completion: hybrid`, how long to poll after a completion before sleeping.',
    inForce: (spinMs: number, { completion }: { readonly completion: CompletionMode }): number | undefined =>
      completion === 'hybrid' ? spinMs : undefined,
  },
  ...PACE_KEYS,
  ...TRACE_KEYS,
  ...STEADY_KEYS,
  ...SURE_KEYS,
  ...PURGE_KEYS,
  ...VERIFY_KEYS,
  ...PROTECTION_KEYS,
  ...PLACEMENT_KEYS,
  ...FAILURE_KEYS,
  ...WATCH_KEYS,
  repeat: {
    kind: integer(1, MAX_REPEATS),
    field: 'repeat',
    default: 1,
    identity: 'none',
    help: 'Times the job runs, each with a result and random offsets of its own.',
    seeAlso: 'See below.',
    alsoCalled: ['iterations', 'repetitions'],
  },
} as const satisfies KeyTable;

export type JobKey = keyof typeof JOB_KEYS;
/** What could be read of a job's keys. */
export type JobKeys = KeysOf<typeof JOB_KEYS>;
/** Every key of a job with its default, by field. */
export type CompleteJob = CompleteOf<typeof JOB_KEYS>;

/** Keys that a matrix may vary. */
export const MATRIX_KEYS = (Object.keys(JOB_KEYS) as JobKey[]).filter((key) => 'sweep' in JOB_KEYS[key]);
