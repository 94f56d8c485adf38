import { HDR_ENCODING } from '../../../engine/stats/hdr-form.js';
import { HISTOGRAM_LENGTH } from '../../../engine/stats/histogram.js';
import {
  type BenchResult,
  buildOperation,
  type IntervalRecord,
  type JobRecord,
  type OperationRecord,
  type WorkerRecord,
} from '../../../reports/index.js';
import { randomLatencies } from '../../engine/stats/random.js';
import { countsOf, drive, lbaOutOfRange, readJob, sampleResult } from '../../reports/sample.js';
import { forged } from './forged-histogram.js';

const NS_PER_SECOND = 1e9;
const SEVERAL = 16;

const times = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));

function operations(seed: number): OperationRecord[] {
  return times(SEVERAL, (i) => {
    const latencies = randomLatencies(seed + i, 400, 24).map((ns): [number, number] => [ns, 3]);
    return buildOperation(countsOf(...latencies), 4096, NS_PER_SECOND, 0);
  });
}

const withJobs = (jobs: JobRecord[]): BenchResult => ({ ...sampleResult(), jobs });

/** A job for each place, of which `of` says what is its own. */
function jobs(size: number, seed: number, of: (i: number) => Partial<JobRecord>): BenchResult {
  const parts = operations(seed);
  const whole = readJob();
  return withJobs(times(size, (i) => ({ ...whole, directions: { read: parts[i % SEVERAL] }, ...of(i) })));
}

function intervals(size: number, of: (i: number) => Partial<IntervalRecord>): BenchResult {
  const spans = times(size, (i) => ({
    startNs: i * NS_PER_SECOND,
    endNs: (i + 1) * NS_PER_SECOND,
    ...of(i),
  }));
  return withJobs([
    { ...readJob(), elapsedNs: size * NS_PER_SECOND, intervalNs: NS_PER_SECOND, intervals: spans },
  ]);
}

function intervalOf({ ios, bytes, errors, histogram }: OperationRecord) {
  return { ios, bytes, errors, histogram: histogram ?? { encoding: HDR_ENCODING, data: '' } } as const;
}

function ofOneJob(own: Partial<JobRecord>): BenchResult {
  return withJobs([{ ...readJob(), ...own }]);
}

/** A histogram of few bytes that unpacks to as much as any may. */
export function denseHistogram(): string {
  return forged({
    payload: Buffer.from(times(HISTOGRAM_LENGTH, () => [0xfe, 0xff, 0xff, 0xff, 0xff, 0x7f]).flat()),
  });
}

type Kind = (size: number, seed: number) => BenchResult;

const kinds = {
  intervals: (size, seed) => {
    const parts = operations(seed).map(intervalOf);
    return intervals(size, (i) => ({ read: parts[i % SEVERAL] }));
  },
  'intervals of rising rates': (size, seed) => {
    const [part] = operations(seed).map(intervalOf);
    return intervals(size, (i) => ({ read: { ...part, ios: i + 1 } }));
  },
  'intervals that unpack to much': (size) => {
    const histogram = { encoding: HDR_ENCODING, data: denseHistogram() } as const;
    return intervals(size, () => ({ read: { ios: 1, bytes: 1, errors: 0, histogram } }));
  },
  jobs: (size, seed) => jobs(size, seed, (i) => ({ name: `job-${i}` })),
  'jobs with few intervals': (size, seed) => {
    const [part] = operations(seed).map(intervalOf);
    const spans = times(4, (i) => ({ startNs: i * 1e9, endNs: (i + 1) * 1e9, read: part }));
    return jobs(size, seed, (i) => ({ name: `job-${i}`, intervalNs: NS_PER_SECOND, intervals: spans }));
  },
  'jobs of a sweep': (size, seed) =>
    jobs(size, seed, (i) => ({
      name: `sweep[bs=${512 * (1 + Math.floor(i / 64))},iodepth=${1 + (i % 64)}]`,
      group: 'sweep',
      parameters: { bs: 512 * (1 + Math.floor(i / 64)), iodepth: 1 + (i % 64) },
    })),
  'sweeps of two': (size, seed) =>
    jobs(size, seed, (i) => ({
      name: `sweep-${i >> 1}[iodepth=${1 + (i % 2)}]`,
      group: `sweep-${i >> 1}`,
      parameters: { iodepth: 1 + (i % 2) },
    })),
  repeats: (size, seed) => jobs(size, seed, (i) => ({ repeat: { index: i, count: size } })),
  'jobs of four repeats': (size, seed) =>
    jobs(size, seed, (i) => ({ name: `job-${i >> 2}`, repeat: { index: i & 3, count: 4 } })),
  'jobs of one name': (size, seed) => jobs(size, seed, (i) => ({ target: `sim:?${i}` })),
  devices: (size, seed) => ({
    ...jobs(size, seed, (i) => ({ name: `job-${i}`, target: `pci:${i}` })),
    devices: times(size, (i) => ({ ...drive, target: `pci:${i}`, serialNumber: `S${i}` })),
  }),
  hosts: (size, seed) => ({
    ...jobs(size, seed, (i) => ({ name: `job-${i}`, hostIndex: i })),
    hosts: times(size, (i) => ({ ...sampleResult().host, hostname: `host-${i}` })),
  }),
  workers: (size) => {
    const [worker] = readJob().workers;
    return ofOneJob({ workers: times(size, (index): WorkerRecord => ({ ...worker, index, cpus: [index] })) });
  },
  cpus: (size) => {
    const [worker] = readJob().workers;
    return ofOneJob({ workers: [{ ...worker, cpus: times(size, (i) => 2 * i) }] });
  },
  statuses: (size) => {
    const byStatus = times(size, (i) => ({ ...lbaOutOfRange, status: `status ${i}`, statusCode: i }));
    return ofOneJob({ errors: { total: size, byStatus, timeouts: 0, unexpectedCompletions: 0 } });
  },
  warnings: (size) => ({
    ...sampleResult(),
    warnings: times(size, (i) => ({ code: `code-${i}`, message: `message ${i}`, advice: `advice ${i}` })),
  }),
  'warnings of jobs': (size, seed) =>
    jobs(size, seed, (i) => ({
      name: `job-${i}`,
      warnings: [{ code: `code-${i}`, message: `message ${i}`, advice: `advice ${i}` }],
    })),
  notes: (size, seed) => jobs(size, seed, (i) => ({ name: `job-${i}`, timestampNote: `note ${i}` })),
  'keys of jobs': (size, seed) => {
    const each = Math.ceil(Math.sqrt(size));
    return jobs(each, seed, (i) => ({
      name: `job-${i}`,
      workload: Object.fromEntries(times(each, (k) => [`key-${i}-${k}`, k])),
    }));
  },
  'parameters of a sweep': (size, seed) => {
    const each = Math.ceil(Math.sqrt(size));
    return jobs(each, seed, (i) => ({
      name: `sweep-${i}`,
      group: 'sweep',
      parameters: Object.fromEntries(times(each, (k) => [`key-${k}`, i + k])),
    }));
  },
  'keys of the configuration': (size, seed) => {
    const config = Object.fromEntries(times(size, (i) => [`key-${seed}-${i}`, i]));
    return { ...sampleResult(), config, workload: config };
  },
  'values of the configuration': (size) => ({ ...sampleResult(), config: times(size, () => ({})) }),
  'characters of a name': (size) => {
    const name = 'x'.repeat(size);
    return { ...ofOneJob({ name }), devices: [{ ...drive, serialNumber: name }] };
  },
  'words of a name': (size) => ofOneJob({ name: 'x '.repeat(size / 2) }),
  'characters of names': (size, seed) => {
    const name = 'y'.repeat(1000);
    return jobs(Math.ceil(size / 1000), seed, (i) => ({ name: `${name}${i}` }));
  },
  figures: (size) => ofOneJob({ figures: Object.fromEntries(times(size, (i) => [`figure-${i}`, i])) }),
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof kinds;

/** By what is many in it: a document with `size` of that. */
export const KINDS: Readonly<Record<KindName, Kind>> = kinds;
