/** Options of fio that say what the device is asked: pattern, sizes, depth, length, rates, order. */
import { asKey, dropped, type FioOptions, missing, worked } from './option.js';
import {
  count,
  cpuMask,
  cpus,
  decimal,
  flag,
  microseconds,
  percent,
  scaledCount,
  seconds,
  spread,
  words,
} from './values.js';

const ZERO = ['0'];

export const PATTERN: FioOptions = {
  ...worked('rw', '`rw`, with what stands behind a colon', { also: ['readwrite'] }),
  ...worked('bs', '`bs`; of sizes for reads and writes those of the directions which the job has', {
    also: ['blocksize'],
  }),
  ...worked('bsrange', '`bsrange`', { also: ['blocksize_range'] }),
  ...worked('bssplit', '`bssplit`, each size a multiple of the smallest as in fio'),
  ...worked('rwmixread', '`rwmixread`'),
  ...worked('rwmixwrite', '`rwmixread`, which is 100 less it'),
  ...worked('blockalign', '`blockalign`', { also: ['ba'] }),
  ...asKey('norandommap', flag, 'random offsets that may come twice before all have come', {
    only: 'random',
  }),
  ...asKey('random_distribution', spread, 'how random offsets are spread', {
    only: 'random',
    idle: ['random'],
  }),
  ...asKey('percentage_random', percent, 'random and sequential offsets in one job'),
  ...asKey('percentage_sequential', percent, 'random and sequential offsets in one job', { idle: ZERO }),
  ...asKey('random_sequence_stride', flag, '`random_sequence_stride`', {
    with: 'random_distribution',
    idle: ZERO,
  }),
  ...missing('rw_sequencer', 'what a number behind `rw` does', { idle: ['sequential'] }),
  ...missing('bs_is_seq_rand', 'block sizes by sequential and random', { idle: ZERO }),
  ...missing('bs_unaligned', 'NVMe transfers whole blocks', { idle: ZERO, also: ['blocksize_unaligned'] }),
  ...missing('sprandom', 'a fast random precondition', { idle: ZERO }),
  ...missing('spr_num_regions spr_op spr_cs', 'of `sprandom`', { with: 'sprandom' }),
  ...missing('file_append', 'I/O that starts at the end', { idle: ZERO }),
  ...worked(
    'num_range',
    '`num_range`, up to 32, a power of 2: each range is an I/O, so `iodepth` is that of fio times it',
    {
      idle: ['1'],
    },
  ),
  ...dropped('random_generator', 'how random numbers are made', { only: 'random' }),
  ...dropped(
    'randrepeat allrandrepeat',
    'the offsets of a job are the same in every run; `randseed` gives others',
  ),
  ...dropped('softrandommap', 'each block once needs no map in memory', { only: 'random' }),
  ...asKey('randseed', scaledCount, '`randseed`', { only: 'random' }),
  ...dropped('rwmixcycle', 'fio ignores it'),
};

export const REGION: FioOptions = {
  ...worked('size', '`size`; without `time_based` also `number_ios`, since fio ends after so many bytes'),
  ...worked('io_size', '`number_ios`: so many bytes in I/Os of `bs`; `io_size` in percent', {
    also: ['io_limit'],
  }),
  ...worked('filesize', '`size` where that is absent'),
  ...worked('offset', '`offset`', { also: ['fileoffset'] }),
  ...worked('offset_increment', '`offset_increment`'),
  ...worked('fill_device', '`size: 100%`', { also: ['fill_fs'] }),
  ...worked('number_ios', '`number_ios`'),
  ...worked('loops', '`number_ios` times that, or `loops` where the size is not known'),
  ...missing('offset_align', 'a percentage is rounded to `bs`', { idle: ZERO }),
  ...missing('ramp_size', 'a ramp that ends after bytes', { idle: ZERO }),
};

export const LENGTH: FioOptions = {
  ...worked(
    'runtime',
    '`runtime`; without `time_based`, `number_ios` or `io_size` ends the job after one pass',
    { also: ['timeout'] },
  ),
  ...worked('time_based', '`runtime` alone is that; write no key'),
  ...asKey('ramp_time', seconds, '`ramp_time`'),
  ...asKey('startdelay', seconds, '`startdelay`', { idle: ZERO }),
  ...worked('steadystate', '`steadystate`, whose limits are ranges of values', { also: ['ss'] }),
  ...worked('steadystate_duration', '`rounds` of `steadystate`', { also: ['ss_dur'] }),
  ...worked('steadystate_ramp_time', '`after` of `steadystate`', { also: ['ss_ramp'] }),
  ...worked('steadystate_check_interval', '`round` of `steadystate`', { also: ['ss_interval'] }),
};

export const DEPTH: FioOptions = {
  ...worked('ioengine', 'the path of `device`; an engine that waits for each I/O makes `iodepth` 1'),
  ...worked('iodepth', '`iodepth`'),
  ...asKey('numjobs', count, '`numjobs`'),
  ...asKey('iodepth_batch', count, '`iodepth_batch`', {
    only: 'asynchronous',
    also: ['iodepth_batch_submit'],
  }),
  ...asKey('iodepth_batch_complete_min', count, '`iodepth_batch_complete_min`', {
    only: 'asynchronous',
    idle: ['0', '1'],
    also: ['iodepth_batch_complete'],
  }),
  ...asKey('iodepth_batch_complete_max', count, '`iodepth_batch_complete_max`', {
    only: 'asynchronous',
  }),
  ...asKey('iodepth_low', count, '`iodepth_low`', { only: 'asynchronous' }),
  ...missing('serialize_overlap', 'no two I/Os of one block in flight', { only: 'writes', idle: ZERO }),
  ...dropped('io_submit_mode', 'which thread of fio submits'),
  ...asKey('cpus_allowed', cpus, '`cpus_allowed`'),
  ...asKey('cpumask', cpuMask, '`cpus_allowed`, as a list', { key: 'cpus_allowed' }),
  ...dropped('cpus_allowed_policy', 'each worker has CPUs of its own while there are enough'),
  ...asKey('numa_cpu_nodes', cpus, '`numa_cpu_nodes`'),
  ...dropped('numa_mem_policy', 'memory is near the device'),
};

export const RATE: FioOptions = {
  ...worked('rate', '`rate`, of all directions together'),
  ...worked('rate_iops', '`rate_iops`, of all directions together'),
  ...asKey('rate_process', words, 'how I/Os of a rate arrive', { idle: ['linear'] }),
  ...worked('rate_min', '`gates`: the least bandwidth of each direction', { also: ['ratemin'] }),
  ...worked('rate_iops_min', '`gates`: the least IOPS of each direction'),
  ...dropped('rate_cycle', 'over what time fio looks at `rate_min`', { also: ['ratecycle'] }),
  ...missing('rate_ignore_thinktime', 'of `rate` with `thinktime`', { with: 'thinktime', idle: ZERO }),
  ...asKey('thinktime', microseconds, '`thinktime`', { idle: ZERO }),
  ...dropped('thinktime_spin', 'workers poll: they spin through all of `thinktime`'),
  ...asKey('thinktime_blocks', count, '`thinktime_blocks`', { with: 'thinktime' }),
  ...asKey('thinktime_blocks_type', words, '`thinktime_blocks_type`', {
    with: 'thinktime',
    idle: ['complete'],
  }),
  ...asKey('thinktime_iotime', seconds, 'of `thinktime`', { with: 'thinktime', idle: ZERO }),
  ...missing('thinkcycles', 'work between I/Os', { idle: ZERO }),
  ...asKey('flow', scaledCount, '`flow`, of the jobs side by side', { idle: ZERO }),
  ...missing('flow_id', 'groups of `flow`: here the jobs side by side are one', { with: 'flow', idle: ZERO }),
  ...dropped('flow_watermark flow_sleep', 'workers that wait for others look again at once', {
    with: 'flow',
  }),
  ...worked('latency_target', '`search` of the `iodepth` at which it holds'),
  ...worked('latency_window latency_percentile latency_run', 'of `search`'),
  ...missing('max_latency', 'a latency beyond which the job fails; `gates` has bounds', { idle: ZERO }),
};

export const ORDER: FioOptions = {
  ...worked('stonewall', 'jobs run one after the other, and side by side in a list', {
    also: ['wait_for_previous'],
  }),
  ...worked('wait_for', 'jobs run one after the other, and side by side in a list'),
  ...worked('exitall', '`exitall` of each job beside others'),
  ...worked('exit_what', '`exitall` where all jobs beside it end, and no more'),
  ...dropped('exitall_on_error', 'a failed job does not end the others; the exit code tells'),
  ...dropped('new_group', 'each job has figures of its own'),
};

export const SIZES: FioOptions = {
  ...worked(
    'zonemode',
    '`zonemode: zbd`, of which the namespace has its own zones; `strided`, also where `zonesize` alone says it',
  ),
  ...worked('zonesize zonerange', '`zonesize`, `zonerange`; of `zonemode=zbd` the namespace has its own'),
  ...worked('zonecapacity', 'of `zonemode=zbd` the namespace has its own'),
  ...worked('zoneskip', '`zoneskip`; not yet of `zonemode=zbd`', { idle: ZERO }),
  ...asKey('max_open_zones', count, '`max_open_zones`', { with: 'zonemode', idle: ZERO }),
  ...asKey('job_max_open_zones', count, '`job_max_open_zones`', { with: 'zonemode', idle: ZERO }),
  ...asKey('zone_reset_threshold', decimal, '`zone_reset_threshold`', { with: 'zonemode', idle: ZERO }),
  ...asKey('zone_reset_frequency', decimal, '`zone_reset_frequency`', { with: 'zonemode', idle: ZERO }),
  ...missing('read_beyond_wp', 'zones of a zoned namespace', { with: 'zonemode', idle: ZERO }),
  ...missing('ignore_zone_limits', 'zones of a zoned namespace', { with: 'zonemode', idle: ZERO }),
  ...missing('recover_zbd_write_error write_zone_remainder', 'zones of a zoned namespace', {
    with: 'zonemode',
    idle: ZERO,
  }),
};
