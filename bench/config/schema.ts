/** The keys of a configuration, version 1. Defaults are applied in run-config.ts, from `DEFAULTS` here. */
import { z } from 'zod';
import { GateError, parseGate } from '../../reports/gates/parse.js';
import {
  cpuList,
  durationMs,
  expects,
  expectsMap,
  extent,
  integer,
  line,
  sizeBytes,
  word,
} from './schema-values.js';
import { formatBytes, formatDurationMs } from './units.js';

/** fio's `rw`: the pattern of a job. */
export const RW_PATTERNS = ['read', 'write', 'randread', 'randwrite', 'rw', 'randrw'] as const;
export type RwPattern = (typeof RW_PATTERNS)[number];

/** How workers learn of completions. */
export const COMPLETION_MODES = ['poll', 'interrupt', 'hybrid'] as const;

export const HUGEPAGE_POLICIES = ['prefer', 'require', 'never'] as const;
export type HugepagePolicy = (typeof HUGEPAGE_POLICIES)[number];

export const ATTACH_CHOICES = ['auto', 'group', 'cdev'] as const;
export type AttachChoice = (typeof ATTACH_CHOICES)[number];

/** What applies to a key that neither a job nor `defaults` gives. */
export const DEFAULTS = {
  allowWrites: false,
  split: false,
  hugepages: 'prefer',
  attach: 'auto',
  allowUnsafeDma: false,
  bsBytes: 4096,
  iodepth: 1,
  numjobs: 1,
  queuePairs: 1,
  rwmixread: 50,
  rampTimeMs: 0,
  offsetBytes: 0,
  ioTimeoutMs: 30_000,
  repeat: 1,
  completion: 'poll',
  hybridSpinMs: 0.02,
} as const;

/** The smallest logical block of an NVMe namespace; sizes and offsets are multiples of it. */
export const SMALLEST_BLOCK_BYTES = 512;
const MAX_BS_BYTES = 1024 ** 3;
const MAX_JOBS = 1000;
export const MAX_REPEATS = 1000;

function blockMultiple(bytes: number): string | undefined {
  if (bytes % SMALLEST_BLOCK_BYTES === 0) return undefined;
  const kib = Math.max(1, Math.round(bytes / 1000));
  const guess = bytes % 1000 === 0 ? `; did you mean ${formatBytes(kib * 1024)}?` : '';
  return `${bytes} bytes is not a multiple of ${SMALLEST_BLOCK_BYTES}, the smallest NVMe block${guess}`;
}

function checkBlockSize(bytes: number): string | undefined {
  if (bytes === 0) return 'must be greater than 0';
  if (bytes > MAX_BS_BYTES) return `is at most 1GiB, got ${formatBytes(bytes)}`;
  return blockMultiple(bytes);
}

/** TIME is a byte of steps of 100 us. */
function coalescingProblem(ms: number): string | undefined {
  if (ms > 25.5) return 'is at most 25500us';
  return Math.round(ms * 1000) % 100 === 0 ? undefined : 'is no multiple of 100us';
}

const positive = (ms: number): string | undefined => (ms > 0 ? undefined : 'must be greater than 0');

/** The keys that a job and `defaults` share; every one may be left out. */
export const jobKeys = {
  rw: word(RW_PATTERNS).optional().meta({
    description: 'Pattern: sequential or random, reads, writes or both. Required, here or in defaults.',
  }),
  bs: sizeBytes(checkBlockSize)
    .optional()
    .meta({
      description: `Bytes of one I/O, a multiple of ${SMALLEST_BLOCK_BYTES}, at most 1GiB.`,
      default: '4k',
    }),
  iodepth: integer(1, 65_535).optional().meta({
    description: 'Commands in flight on each queue pair. A queue of n entries holds n - 1 commands.',
    default: DEFAULTS.iodepth,
  }),
  numjobs: integer(1, 1024).optional().meta({
    description: 'Workers: threads that run this job at the same time.',
    default: DEFAULTS.numjobs,
  }),
  queue_pairs: integer(1, 65_535).optional().meta({
    description: 'Submission and completion queue pairs that each worker drives.',
    default: DEFAULTS.queuePairs,
  }),
  rwmixread: integer(0, 100).optional().meta({
    description: 'Percent of reads; only with rw or randrw.',
    default: DEFAULTS.rwmixread,
  }),
  runtime: durationMs(positive).optional().meta({
    description: 'Measured time; the job then starts its region again whenever it reaches the end.',
  }),
  ramp_time: durationMs().optional().meta({
    description: 'Time of load before the measurement starts; not part of runtime.',
    default: '0s',
  }),
  size: extent((size) => (Object.values(size)[0] === 0 ? 'must be greater than 0' : undefined))
    .optional()
    .meta({
      description:
        'Region used, from offset on; if absent, all the rest of the namespace. Without runtime and number_ios, also the amount that each worker transfers, once.',
    }),
  offset: extent((at) => {
    if ('bytes' in at) return blockMultiple(at.bytes);
    return at.percent === 100 ? 'must be below 100%; nothing of the namespace is left' : undefined;
  })
    .optional()
    .meta({ description: 'Start of the region.', default: DEFAULTS.offsetBytes }),
  number_ios: integer(1, Number.MAX_SAFE_INTEGER).optional().meta({
    description: 'Measured I/Os of each worker, after which it ends.',
  }),
  cpus_allowed: cpuList().optional().meta({
    description:
      'CPUs that the workers are pinned to; if absent, nvbench chooses, near the device and one core each.',
  }),
  randseed: integer(0, 0xffff_ffff).optional().meta({
    description:
      'Seed of the random offsets; the same seed gives the same offsets. If absent, one of its own for each job, the same in every run.',
  }),
  completion: word(COMPLETION_MODES).optional().meta({
    description:
      'How workers learn of completions: poll (a CPU each, lowest latency), interrupt (sleep for MSI-X), hybrid (poll for hybrid_spin, then sleep).',
    default: DEFAULTS.completion,
  }),
  hybrid_spin: durationMs()
    .optional()
    .meta({
      description: 'With completion: hybrid, how long to poll after a completion before sleeping.',
      default: formatDurationMs(DEFAULTS.hybridSpinMs),
    }),
  io_timeout: durationMs(positive)
    .optional()
    .meta({
      description: 'How long one command may take before the run fails.',
      default: formatDurationMs(DEFAULTS.ioTimeoutMs),
    }),
  repeat: integer(1, MAX_REPEATS).optional().meta({
    description: 'Times the job runs, each with a result and random offsets of its own.',
    default: DEFAULTS.repeat,
  }),
};

/** The values that a job of a sweep takes one after the other for one key. */
function valuesOf<T extends z.ZodType>(key: string, type: z.ZodOptional<T>) {
  const words = expects('a list of at least one value');
  return z
    .array(type.unwrap(), words)
    .min(1, words)
    .optional()
    .meta({ description: `Values of ${key}.` });
}

/** The keys that a sweep may vary. */
export const matrixKeys = {
  rw: valuesOf('rw', jobKeys.rw),
  bs: valuesOf('bs', jobKeys.bs),
  iodepth: valuesOf('iodepth', jobKeys.iodepth),
  numjobs: valuesOf('numjobs', jobKeys.numjobs),
  queue_pairs: valuesOf('queue_pairs', jobKeys.queue_pairs),
  rwmixread: valuesOf('rwmixread', jobKeys.rwmixread),
  size: valuesOf('size', jobKeys.size),
  offset: valuesOf('offset', jobKeys.offset),
  completion: valuesOf('completion', jobKeys.completion),
  hybrid_spin: valuesOf('hybrid_spin', jobKeys.hybrid_spin),
};
export type MatrixKey = keyof typeof matrixKeys;

const matrix = z
  .strictObject(matrixKeys, expectsMap('a map of job keys to lists of values'))
  .refine((keys) => Object.keys(keys).length > 0, {
    ...expects('a map of at least one job key to a list of values'),
    // A map of unknown keys alone is told of by their names.
    when: ({ issues }) => issues.length === 0,
  })
  .optional()
  .meta({
    description:
      'A sweep: the job runs once for each combination of these values, the last key varying fastest.',
  });

const jobSchema = z
  .strictObject(
    {
      name: line('a name of one line, at most 128 characters', 128).meta({
        description: 'Name of the job, unique in the file.',
      }),
      ...jobKeys,
      matrix,
    },
    expectsMap('a job: a map of keys to values'),
  )
  .meta({ description: 'One job.' });

const device = line('a device such as pci:0000:01:00.0 or sim', 512).refine(
  (text) => !text.startsWith('/dev/'),
  {
    error: 'is a file of the kernel; give the PCI address of the device, for example pci:0000:01:00.0',
  },
);
const serial = z
  .string(expects('the serial number in quotes'))
  .regex(/^(?! )[ -~]{1,20}(?<! )$/, expects('a serial number: 1 to 20 printable ASCII characters'));

const gate = z.string(expects('a gate such as "randread.read.p99 <= 250us"')).superRefine((text, context) => {
  try {
    parseGate(text);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    context.addIssue({ code: 'custom', message: `${error.problem}; ${error.hint}` });
  }
});

/** The keys of the file itself. */
export const rootKeys = {
  device: device.optional().meta({
    description:
      'Device under test: pci:0000:01:00.0, sim, sim:?size=64GiB&latency=80us, or trtype:PCIe traddr:...',
  }),
  devices: z
    .array(device, expects('a list of devices'))
    .min(1, expects('a list of at least one device'))
    .optional()
    .meta({ description: 'Several devices under test, instead of device.' }),
  namespace: z
    .union(
      [integer(1, 0xffff_fffe), z.string().regex(/^(nguid|eui64|uuid):[0-9a-fA-F: -]+$/)],
      expects('a namespace ID, or nguid:, eui64: or uuid: and its hexadecimal digits'),
    )
    .optional()
    .meta({
      description:
        'Namespace ID, or its name as nguid:, eui64: or uuid:; if absent, the first active namespace.',
    }),
  allow_writes: z.boolean(expects('true or false')).optional().meta({
    description: 'Must be true for any job that writes. Writing destroys the data in the region.',
    default: DEFAULTS.allowWrites,
  }),
  serial_number: z
    .union(
      [serial, z.array(serial).min(1, expects('a list of at least one serial number'))],
      expects('the serial number in quotes, or a list of them'),
    )
    .optional()
    .meta({
      description:
        'Serial number of each PCI device that may be written; compared with the device before writing.',
    }),
  split: z.boolean(expects('true or false')).optional().meta({
    description: 'A block size beyond MDTS: false is an error, true splits it into several commands.',
    default: DEFAULTS.split,
  }),
  hugepages: word(HUGEPAGE_POLICIES).optional().meta({
    description: 'Memory of the queues and buffers: hugepages if there are any, only hugepages, or none.',
    default: DEFAULTS.hugepages,
  }),
  interrupt_coalescing: z
    .strictObject(
      {
        threshold: integer(1, 256).meta({ description: 'Completions that are gathered into one interrupt.' }),
        time: durationMs(coalescingProblem).meta({
          description: 'Longest wait for them, in steps of 100us.',
        }),
      },
      expectsMap('a map with threshold and time'),
    )
    .optional()
    .meta({
      description:
        'Interrupt coalescing of the controller (Set Features 08h) while the run lasts; for completion: interrupt and hybrid.',
    }),
  attach: word(ATTACH_CHOICES).optional().meta({
    description: 'Which interface of VFIO to use: auto takes cdev where the kernel offers it, else group.',
    default: DEFAULTS.attach,
  }),
  allow_unsafe_dma: z.boolean(expects('true or false')).optional().meta({
    description:
      'Permits devices without an IOMMU (uio, vfio no-iommu): a fault of theirs can overwrite any memory of the machine.',
    default: DEFAULTS.allowUnsafeDma,
  }),
  defaults: z
    .strictObject(jobKeys, expectsMap('a map of job keys to values'))
    .optional()
    .meta({ description: 'Values for every job that does not give its own.' }),
  gates: z.array(gate, expects('a list of gates')).optional().meta({
    description:
      'Bounds that the result must keep, each [job.][read.|write.]metric <= bound; see docs/comparing.md. They decide the exit code.',
  }),
  jobs: z
    .array(jobSchema, expects('a list of jobs'))
    .min(1, expects('a list of at least one job'))
    .max(MAX_JOBS, { error: `has more than ${MAX_JOBS} jobs` })
    .meta({ description: 'The jobs, run one after the other.' }),
};

/** The whole file, without the checks that look at two keys at once. */
export const configSchema = z
  .strictObject(rootKeys, expectsMap('a map with device and jobs'))
  .meta({ title: 'nvbench configuration, version 1' });

export type JobKeys = Partial<{ [Key in keyof typeof jobKeys]: z.output<(typeof jobKeys)[Key]> }>;
export type RootKeys = Partial<z.output<typeof configSchema>>;
