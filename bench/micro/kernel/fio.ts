/** fio's io_uring engine with the options that nvbench's rings have, and what it reports of them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface KernelFigure {
  readonly iops: number;
  readonly p50Ns: number;
  /** CPU time of the thread that does I/O. */
  readonly cpuNsPerIo: number;
}

interface FioJob {
  readonly error: number;
  readonly usr_cpu: number;
  readonly sys_cpu: number;
  readonly job_runtime: number;
  readonly read: {
    readonly iops: number;
    readonly total_ios: number;
    readonly lat_ns: { readonly percentile: Readonly<Record<string, number>> };
  };
}

/** 4 KiB random reads of one thread for so long after a ramp of a second. Throws Error where fio fails. */
export async function measureFio(
  file: string,
  depth: number,
  seconds: number,
  cpu: number,
): Promise<KernelFigure> {
  const options = {
    name: 'kernel',
    filename: file,
    rw: 'randread',
    bs: 4096,
    ioengine: 'io_uring',
    iodepth: depth,
    iodepth_batch_submit: depth,
    iodepth_batch_complete_min: 1,
    iodepth_batch_complete_max: depth,
    direct: 1,
    fixedbufs: 1,
    registerfiles: 1,
    time_based: 1,
    runtime: seconds,
    ramp_time: 1,
    randrepeat: 0,
    norandommap: 1,
    thread: 1,
    cpus_allowed: cpu,
    // `clat` leaves out what a submission takes.
    lat_percentiles: 1,
    clat_percentiles: 0,
  };
  const args = Object.entries(options).map(([key, value]) => `--${key}=${value}`);
  const { stdout } = await promisify(execFile)('fio', ['--output-format=json', ...args], {
    maxBuffer: 2 ** 24,
  });
  const { jobs } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { jobs: FioJob[] };
  const [{ error, usr_cpu, sys_cpu, job_runtime, read }] = jobs;
  if (error !== 0) throw new Error(`fio on ${file}: error ${error}`);
  const busyNs = ((usr_cpu + sys_cpu) / 100) * job_runtime * 1e6;
  const p50Ns = read.lat_ns.percentile['50.000000'];
  return { iops: read.iops, p50Ns, cpuNsPerIo: busyNs / read.total_ios };
}
