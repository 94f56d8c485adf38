import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface FioJob {
  /** Device or file, for example `/dev/nvme0n1`. */
  filename: string;
  rw: 'read' | 'write' | 'randread' | 'randwrite' | 'randrw' | 'rw';
  /** 4096 when left out. */
  blockBytes?: number;
  iodepth: number;
  runtimeS: number;
  /** Not measured, before the run; 0 when left out. */
  rampTimeS?: number;
  /** `io_uring` when left out. */
  ioengine?: string;
  /** More options, for example `{ rwmixread: 70 }`. */
  options?: Record<string, string | number>;
}

/** One direction of the job, read and write added up where they mix. Latencies are completion latencies. */
export interface FioResult {
  iops: number;
  totalIos: number;
  bandwidthBytesPerSecond: number;
  meanLatencyNs: number;
  /** By fio's own keys, for example `99.000000`; of the reads, or the writes where nothing is read. */
  latencyPercentilesNs: Record<string, number>;
  /** The first job of fio's JSON, whole. */
  job: Record<string, unknown>;
}

interface FioDirection {
  iops: number;
  total_ios: number;
  bw_bytes: number;
  clat_ns: { mean: number; percentile?: Record<string, number> };
}

interface FioReport {
  jobs: ({ error: number; read: FioDirection; write: FioDirection } & Record<string, unknown>)[];
}

/**
 * Runs one fio job through the kernel's driver with direct I/O.
 * @throws Error when fio fails or a job reports an error
 */
export async function fioInGuest(job: FioJob): Promise<FioResult> {
  const options = {
    name: 'guest',
    filename: job.filename,
    rw: job.rw,
    bs: job.blockBytes ?? 4096,
    iodepth: job.iodepth,
    ioengine: job.ioengine ?? 'io_uring',
    direct: 1,
    time_based: 1,
    runtime: job.runtimeS,
    ramp_time: job.rampTimeS ?? 0,
    // Jobs are threads: no fork, and one process less under emulation.
    thread: 1,
    ...job.options,
  };
  const args = Object.entries(options).map(([key, value]) => `--${key}=${value}`);
  const { stdout } = await promisify(execFile)('fio', ['--output-format=json', ...args], {
    maxBuffer: 16 * 2 ** 20,
  });
  // fio may print a warning in front of its JSON.
  const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as FioReport;
  const first = report.jobs[0];
  if (first.error !== 0) throw new Error(`fio on ${job.filename}: error ${first.error}`);
  return summed(first, [first.read, first.write]);
}

function summed(job: Record<string, unknown>, directions: FioDirection[]): FioResult {
  const used = directions.filter(({ total_ios }) => total_ios > 0);
  if (used.length === 0) throw new Error('fio completed no I/O');
  const total = (value: (direction: FioDirection) => number): number =>
    used.reduce((sum, direction) => sum + value(direction), 0);
  const totalIos = total(({ total_ios }) => total_ios);
  return {
    iops: total(({ iops }) => iops),
    totalIos,
    bandwidthBytesPerSecond: total(({ bw_bytes }) => bw_bytes),
    meanLatencyNs: total(({ total_ios, clat_ns }) => total_ios * clat_ns.mean) / totalIos,
    latencyPercentilesNs: used[0].clat_ns.percentile ?? {},
    job,
  };
}
