/** Options of fio as its JSON repeats them, and what of them is asked of the device, in one spelling. */
import type { JobWorkload } from '../document/job-workload.js';
import type { FioJob } from './fio-schema.js';
import { fioJobSizeBytes, fioTimeUs } from './fio-units.js';

export type FioOptions = Readonly<Record<string, string>>;

const wordsIn = (text: string): string[] => text.trim().split(/\s+/);

/** Those that figures, target and length of a job are read by. A document may have any number of others. */
const READ = wordsIn(`
  blocksize bs bsrange bssplit directory filename group_reporting iodepth ioengine kb_base numjobs
  ramp_time randseed readwrite runtime rw rwmixread rwmixwrite startdelay time_based verify
`);

/** Those that fields of the job have. */
const OF_FIELDS = wordsIn('blocksize bs buffered iodepth numjobs readwrite rw rwmixread rwmixwrite');

/** Of the device (a job has its target), of seeds, of spelling, and of how fio runs and reports. */
const NOT_ASKED = new Set([
  ...OF_FIELDS,
  ...wordsIn('name description filename directory filename_format unique_filename filetype'),
  ...wordsIn('randseed randrepeat allrandrepeat kb_base unit_base time_based thread threads unlink'),
  ...wordsIn('write_bw_log write_iops_log write_lat_log write_hist_log write_iolog per_job_logs disk_util'),
  ...wordsIn('output output-format status-interval eta append-terse minimal stats error_dump new_group'),
  ...wordsIn('group_reporting unified_rw_reporting bwavgtime iopsavgtime block_error_percentiles'),
  ...wordsIn('lat_percentiles slat_percentiles percentile_list significant_figures'),
]);
const NOT_ASKED_BY_NAME = /^log_/;

/** How long, beside what and on which CPUs: runs that differ in it are not alike, and their jobs are the same work. */
const OF_THE_RUN = new Set([
  ...wordsIn('runtime number_ios io_size loops exitall exitall_on_error exit_what stonewall wait_for'),
  ...wordsIn('wait_for_previous cpus_allowed cpumask cpus_allowed_policy numa_cpu_nodes numa_mem_policy'),
  ...wordsIn('continue_on_error ignore_error'),
]);

/** What fio does where the option is absent. */
const DEFAULTS: Readonly<Record<string, string>> = {
  ...{ loops: '1', invalidate: '1', percentage_random: '100', scramble_buffers: '1', clat_percentiles: '1' },
  ...{ random_distribution: 'random', rate_process: 'linear', zonemode: 'none', continue_on_error: 'none' },
};
/** Of these 0 is not what fio does where they are absent. */
const OFF_IS_A_SETTING = new Set([
  ...Object.keys(DEFAULTS),
  ...wordsIn('do_verify verify_fatal fadvise_hint create_serialize create_fsync iodepth_batch_complete_min'),
  ...wordsIn('iodepth_batch iodepth_low iodepth_batch_complete_max size io_size'),
]);

/** Times, and µs that a number without a unit counts. */
const TIMES: Readonly<Record<string, number>> = {
  ...{ runtime: 1e6, ramp_time: 1e6, startdelay: 1e6, thinktime_iotime: 1e6, rate_cycle: 1e3 },
  ...{ thinktime: 1, thinktime_spin: 1, latency_target: 1, latency_window: 1, max_latency: 1 },
};

/** Whether each I/O moved so many bytes, in every direction that did any. */
function isSizeOf({ read, write, trim, mixed }: FioJob, bytes: number | undefined): boolean {
  const done = [read, write, trim, mixed].filter((part) => part?.total_ios);
  return done.length > 0 && done.every((part) => part?.io_bytes === (part?.total_ios ?? 0) * (bytes ?? 0));
}

/** Those of the job before those of all. */
function optionsOf(job: FioJob, global: FioOptions): Map<string, string> {
  const all = new Map([...Object.entries(global), ...Object.entries(job['job options'])]);
  // Options of a command line that stand before kb_base were read without it.
  const size = fioJobSizeBytes(all.get('bs') ?? all.get('blocksize') ?? '');
  if (all.has('kb_base') && isSizeOf(job, size)) all.set('kb_base', '1024');
  return all;
}

/** Those that are read here, of the job before those of all. */
export function fioOptions(job: FioJob, global: FioOptions): FioOptions {
  const all = optionsOf(job, global);
  return Object.fromEntries([...all].filter(([name]) => READ.includes(name)));
}

function timeText(us: number): string {
  if (us % 1e6 === 0) return `${us / 1e6}s`;
  return us % 1e3 === 0 ? `${us / 1e3}ms` : `${us}us`;
}

const SIZES_IN = /(?<![\w.])\d+(?:[kmgtp](?:i?b)?|b)?(?![\w.%])/gi;

/** A value in one spelling: `4k` and `4096` are the same, `1000ms` and `1s`. A number where it is one. */
function inOneSpelling(name: string, text: string, kbBase: number): string | number {
  const sizeOf = (part: string): number | undefined => fioJobSizeBytes(part, kbBase);
  if (Object.hasOwn(TIMES, name)) {
    const us = fioTimeUs(text, TIMES[name]);
    return us === undefined ? text : timeText(us);
  }
  // A flag without a value.
  if (text === '') return 1;
  if (name === 'bssplit' || name === 'bsrange')
    return text.replace(SIZES_IN, (size) => String(sizeOf(size) ?? size));
  const parts = text.split(',').map((part) => sizeOf(part) ?? part.trim());
  return parts.length === 1 ? parts[0] : parts.join(',');
}

/** Options that a job of fio asks its device by, beside those that fields of the job have. */
export interface FioWork {
  /** By these jobs are the same work. */
  readonly work: JobWorkload;
  /** What is the same in runs that may be set against each other, beside that. */
  readonly run: JobWorkload;
}

/** Undefined where the text does not repeat any option. */
export function fioWork(job: FioJob, global: FioOptions): FioWork | undefined {
  const all = optionsOf(job, global);
  if (all.size === 0) return undefined;
  const kbBase = Number(all.get('kb_base') ?? 1024);
  const { buffered, bs = all.get('blocksize') } = Object.fromEntries(all) as Partial<Record<string, string>>;
  const work = new Map<string, string | number>();
  const run = new Map<string, string | number>();
  if (buffered !== undefined) work.set('direct', buffered === '0' ? 1 : 0);
  if (bs?.includes(',')) work.set('bs', inOneSpelling('bs', bs, kbBase));
  for (const [name, text] of all) {
    if (NOT_ASKED.has(name) || NOT_ASKED_BY_NAME.test(name)) continue;
    (OF_THE_RUN.has(name) ? run : work).set(name, inOneSpelling(name, text, kbBase));
  }
  const asked = (of: Map<string, string | number>): JobWorkload =>
    Object.fromEntries(
      [...of].filter(([name, value]) => {
        if (Object.hasOwn(DEFAULTS, name) && String(value) === DEFAULTS[name]) return false;
        return OFF_IS_A_SETTING.has(name) || !['0', '0s'].includes(String(value));
      }),
    );
  return { work: asked(work), run: asked(run) };
}
