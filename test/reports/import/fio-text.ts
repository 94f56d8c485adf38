/** Documents of fio as its versions write them, made small. */

export interface Part {
  readonly ios?: number;
  readonly bytes?: number;
  /** The rest as fio names it, over what follows from these. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const LATENCY = { min: 10_000, max: 900_000, mean: 100_000, stddev: 5 };

export const percentiles = { '50.000000': 90_000, '99.000000': 300_000 };

/** A direction of fio 3 that ran for a second. */
export function directionText({ ios = 1000, bytes = ios * 4096, more = {} }: Part = {}) {
  return {
    io_bytes: bytes,
    io_kbytes: Math.floor(bytes / 1024),
    bw_bytes: bytes,
    bw: Math.floor(bytes / 1024),
    iops: ios,
    runtime: 1000,
    total_ios: ios,
    clat_ns: { ...LATENCY, N: ios, percentile: percentiles },
    lat_ns: { ...LATENCY, N: ios },
    ...more,
  };
}

/** A job of fio 3 that read. */
export function jobText(more: Readonly<Record<string, unknown>> = {}) {
  return {
    jobname: 'j',
    groupid: 0,
    error: 0,
    elapsed: 2,
    'job options': { rw: 'randread', bs: '4k', iodepth: '4', runtime: '1' },
    read: directionText(),
    ...more,
  };
}

/** A document of fio 3. */
export function documentText(
  jobs: readonly object[] = [jobText()],
  more: Readonly<Record<string, unknown>> = {},
) {
  return {
    'fio version': 'fio-3.36',
    timestamp: 1_700_000_000,
    timestamp_ms: 1_700_000_000_000,
    'global options': {},
    jobs,
    ...more,
  };
}

/** A direction of fio 2, with latencies in µs and what `more` says of the version. */
export function oldDirection(more: Readonly<Record<string, unknown>>) {
  const percentile = { '50.000000': 30_000, '99.000000': 200_000, '0.00': 0 };
  return {
    io_bytes: 14_372,
    bw: 1428,
    iops: 357.12,
    runtime: 10_061,
    clat: { min: 4110, max: 828_120, mean: 44_636.9, stddev: 47_789, percentile },
    lat: { min: 4120, max: 828_130, mean: 44_649, stddev: 1 },
    ...more,
  };
}
