/** A configuration as it is compared: complete and in one spelling, without what may differ between comparable runs. */
import type { BenchResult, JobRecord } from '../../reports/index.js';
import type { JobConfig, RunConfig } from './run-config.js';
import { type Extent, formatDurationMs } from './units.js';

/** Bytes, or the text of a percentage. */
function extentValue(extent: Extent): number | string {
  return 'bytes' in extent ? extent.bytes : `${extent.percent}%`;
}

/** Without `repeat`, which need not be the same, and `randseed`, which changes the blocks but not the kind of work. */
function jobWorkload(job: JobConfig) {
  return {
    name: job.name,
    rw: job.rw,
    rwmixread: job.rwmixread,
    bs: job.bsBytes,
    iodepth: job.iodepth,
    numjobs: job.numjobs,
    queue_pairs: job.queuePairs,
    ...(job.runtimeMs === undefined ? {} : { runtime: formatDurationMs(job.runtimeMs) }),
    ramp_time: formatDurationMs(job.rampTimeMs),
    ...(job.size === undefined ? {} : { size: extentValue(job.size) }),
    offset: extentValue(job.offset),
    ...(job.numberIos === undefined ? {} : { number_ios: job.numberIos }),
    ...(job.cpusAllowed === undefined ? {} : { cpus_allowed: [...job.cpusAllowed] }),
    io_timeout: formatDurationMs(job.ioTimeoutMs),
    completion: job.completion,
    ...(job.completion === 'hybrid' ? { hybrid_spin: formatDurationMs(job.hybridSpinMs) } : {}),
  };
}

/** The part of it by which jobs are the same work, however long and wherever on the host they ran. */
export function workOfJob(job: JobConfig): NonNullable<JobRecord['workload']> {
  const {
    name: _1,
    runtime: _2,
    number_ios: _3,
    cpus_allowed: _4,
    io_timeout: _5,
    ...work
  } = jobWorkload(job);
  return work;
}

/** What a configuration asks of its devices, in the keys of the configuration; sizes in bytes. */
export function workloadRecord(config: RunConfig): NonNullable<BenchResult['workload']> {
  const { interruptCoalescing } = config;
  return {
    ...(config.namespace === undefined ? {} : { namespace: config.namespace }),
    ...(interruptCoalescing === undefined
      ? {}
      : {
          interrupt_coalescing: {
            threshold: interruptCoalescing.threshold,
            time: formatDurationMs(interruptCoalescing.timeMs),
          },
        }),
    split: config.split,
    hugepages: config.hugepages,
    attach: config.attach,
    jobs: config.jobs.map(jobWorkload),
  };
}
