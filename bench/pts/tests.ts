/**
 * The tests of the SNIA Solid State Storage Performance Test Specification 2.0.2 as configurations: each brings the drive into a
 * known state, then measures in rounds until a steady state. What it leaves to the operator is an option.
 */
import type { ConfigData, JobData } from '../config/config-data.js';
import type { PurgeWay } from '../config/purge-keys.js';
import type { PtsTest } from './test-names.js';

export interface PtsOptions {
  readonly device: string;
  readonly serialNumber: string | undefined;
  readonly purge: PurgeWay;
  /** I/Os in flight of each worker, and workers; the latency test has one of both. */
  readonly iodepth: number;
  readonly numjobs: number;
  /** Less of all: to see that a drive and a set-up work. No result of the specification. */
  readonly quick: boolean;
  /** Bytes of a logical block: what is no multiple of it cannot be asked for. */
  readonly lbaBytes: number;
  readonly maxBytesWritten: number | string | undefined;
}

/** What a test measures, in full and in a hurry. */
interface Extent {
  /** Of one point of a round. */
  readonly runtime: string;
  readonly fill: number;
  readonly mixes: readonly number[];
  readonly sizes: readonly string[];
}

const MIXES = [100, 95, 65, 50, 35, 5, 0];
const SIZES = ['1M', '128k', '64k', '32k', '16k', '8k', '4k', '512'];
const FULL = { runtime: '1m', fill: 2 };
const QUICK = { runtime: '2s', fill: 1 };

const EXTENTS: Readonly<Record<'iops' | 'latency', Readonly<Record<'full' | 'quick', Extent>>>> = {
  iops: {
    full: { ...FULL, mixes: MIXES, sizes: SIZES },
    quick: { ...QUICK, mixes: [100, 65, 0], sizes: ['128k', '4k'] },
  },
  latency: {
    full: { ...FULL, mixes: [100, 65, 0], sizes: ['8k', '4k', '512'] },
    quick: { ...QUICK, mixes: [100, 65, 0], sizes: ['8k', '4k'] },
  },
};

const THROUGHPUT_SIZES = ['1M', '128k'] as const;
/** The size whose random writes are to be steady. */
const TRACKED = '4k';

const TITLES: Readonly<Record<PtsTest, string>> = {
  iops: 'IOPS test',
  throughput: 'throughput test',
  latency: 'latency test',
  saturation: 'write saturation test',
};

/** One line that says which test it is. */
export function ptsTitle(test: PtsTest, quick: boolean): string {
  const short = quick ? ', in a hurry (--quick): no result of the specification' : '';
  return `SNIA PTS 2.0.2, ${TITLES[test]}${short}`;
}

const bytesOf = (size: string): number =>
  Number.parseInt(size, 10) * (size.endsWith('M') ? 2 ** 20 : size.endsWith('k') ? 1024 : 1);

/** Random I/O in all mixes and sizes, round by round, until writes of 4 KiB are steady. */
function randomRounds(
  name: string,
  of: string,
  { runtime, mixes, sizes }: Extent,
  { lbaBytes }: PtsOptions,
  own: Partial<JobData>,
): ConfigData['jobs'][number] {
  const bs = sizes.filter((size) => bytesOf(size) % lbaBytes === 0);
  return {
    rounds: { job: `${name}[rwmixread=0,bs=${TRACKED}]`, of },
    jobs: [{ name, rw: 'randrw', norandommap: true, runtime, ...own, matrix: { rwmixread: mixes, bs } }],
  };
}

/** Sequential reads and writes of a size, on a drive that was filled in that size. */
function sequentialRounds(
  bs: string,
  { runtime, fill }: Pick<Extent, 'runtime' | 'fill'>,
  { purge, iodepth, numjobs }: PtsOptions,
): ConfigData['jobs'] {
  const name = `throughput-${bs}`;
  const jobs = [
    { name, bs, iodepth, numjobs, partition: numjobs > 1, runtime, matrix: { rw: ['read', 'write'] } },
  ] as const;
  return [
    { purge },
    { name: `fill-${bs}`, rw: 'write', bs, iodepth: 32, size: '100%', loops: fill },
    { rounds: { job: `${name}[rw=write]`, of: 'bandwidth' }, jobs },
  ];
}

/** Random writes of 4 KiB on a purged drive, four times its capacity or for a day. */
function saturation({ purge, iodepth, numjobs, quick }: PtsOptions): ConfigData['jobs'] {
  return [
    { purge },
    {
      name: 'saturation',
      rw: 'randwrite',
      norandommap: true,
      bs: TRACKED,
      iodepth,
      numjobs,
      io_size: `${(quick ? 100 : 400) / numjobs}%`,
      runtime: quick ? '10m' : '24h',
      steadystate: { of: 'iops', round: quick ? '1s' : '60s', end: false },
    },
  ];
}

/** The configuration of a test. */
export function ptsConfig(test: PtsTest, options: PtsOptions): ConfigData {
  const { device, serialNumber, purge, iodepth, numjobs, quick, maxBytesWritten } = options;
  const level = quick ? 'quick' : 'full';
  const head = {
    description: ptsTitle(test, quick),
    device,
    allow_writes: true,
    ...(serialNumber === undefined ? {} : { serial_number: serialNumber }),
    ...(maxBytesWritten === undefined ? {} : { max_bytes_written: maxBytesWritten }),
    split: true,
  };
  if (test === 'saturation') return { ...head, jobs: saturation(options) };
  if (test === 'throughput') {
    const extent = quick ? QUICK : FULL;
    return { ...head, jobs: THROUGHPUT_SIZES.flatMap((bs) => sequentialRounds(bs, extent, options)) };
  }
  const extent = EXTENTS[test][level];
  const filled = { ...head, purge, precondition: { fill: extent.fill, bs: '128k' } };
  const rounds =
    test === 'iops'
      ? randomRounds('iops', 'iops', extent, options, { iodepth, numjobs })
      : randomRounds('latency', 'mean', extent, options, { iodepth: 1, numjobs: 1 });
  return { ...filled, jobs: [rounds] };
}
