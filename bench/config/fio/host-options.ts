/** Options of fio about files, the kernel's path, processes and output: without them the device is asked the same. */
import { dropped, type FioOptions, outside, worked } from './option.js';

const KERNEL = 'nothing here changes it; but for `uring:` the kernel has no part';
const FILES = 'there are no files; I/O goes to the device itself';
const ENGINE = 'how an engine of fio talks to the kernel';
const OUTPUT = 'what fio prints or logs; results have latencies, percentiles and intervals';
const PROCESS = 'workers are threads of one process';
const MEMORY = 'buffers are pinned for the device; `hugepages` at the top says where';

export const NAMES: FioOptions = {
  ...worked('name', '`name`'),
  ...worked('description', 'a comment'),
  ...worked('filename', '`device` or `devices` of the file, `device` of a job on others'),
  ...worked('xnvme_dev_nsid', '`namespace` of the file or of the job'),
  ...worked('kb_base', 'units are written so that they mean the same'),
  ...dropped('unit_base', OUTPUT),
};

export const FILE_OPTIONS: FioOptions = {
  ...dropped('directory filetype filename_format unique_filename lockfile opendir openfiles', FILES),
  ...dropped('file_service_type fallocate fadvise_hint overwrite', FILES),
  ...dropped('nrfiles', FILES, { also: ['nr_files'] }),
  ...dropped('create_serialize create_fsync create_on_open create_only allow_file_create', FILES),
  ...dropped('pre_read unlink unlink_each_loop', FILES),
  ...dropped('allow_mounted_write', 'a drive that is in use is never written; see `attach.md`'),
};

export const KERNEL_OPTIONS: FioOptions = {
  ...worked('direct buffered', 'I/O is always direct'),
  ...dropped('invalidate', 'I/O is direct: no page cache has a part'),
  ...dropped('ioscheduler prio prioclass priohint cgroup cgroup_nodelete cgroup_weight', KERNEL),
  ...outside(
    'cmdprio_percentage cmdprio_class cmdprio cmdprio_hint cmdprio_bssplit',
    'priorities of the kernel for I/O',
    {
      idle: ['0'],
    },
  ),
  ...dropped(
    'hipri hipri_percentage fixedbufs registerfiles sqthread_poll sqthread_poll_cpu nonvectored',
    ENGINE,
  ),
  ...dropped('uncached nowait force_async userspace_reap cmd_type vsync_prefer_async', ENGINE),
  ...dropped('xnvme_async xnvme_sync xnvme_admin xnvme_iovec xnvme_mem', ENGINE),
  ...dropped('libblkio_driver libblkio_path libblkio_pre_connect_props libblkio_num_entries', ENGINE),
  ...dropped('libblkio_queue_size libblkio_pre_start_props libblkio_vectored', ENGINE),
  ...dropped(
    'libblkio_write_zeroes_on_trim libblkio_wait_mode libblkio_force_enable_completion_eventfd',
    ENGINE,
  ),
  ...dropped(
    'mem_size_mb shm_id enable_sgl disable_pcie_sgl_merge io_queue_requests spdk_conf spdk_json_conf',
    ENGINE,
  ),
};

export const PROCESS_OPTIONS: FioOptions = {
  ...dropped('thread threads nice uid gid comm', PROCESS),
  ...dropped('mem', MEMORY, { also: ['iomem'] }),
  ...dropped('iomem_align', MEMORY, { also: ['mem_align'] }),
  ...dropped('lockmem hugepage-size', MEMORY),
  ...dropped('clocksource gtod_cpu job_start_clock_id', 'the clock is CLOCK_MONOTONIC'),
  ...dropped('gtod_reduce disable_lat disable_clat disable_slat', 'latency is always measured'),
  ...dropped(
    'continue_on_error ignore_error',
    'failures are counted, and max_errors of one worker end the job',
  ),
  ...outside('gpu_dev_id gpu_dev_ids cuda_io rocm_io', 'memory of a GPU'),
};

export const OUTPUT_OPTIONS: FioOptions = {
  ...dropped('group_reporting stats per_job_logs unified_rw_reporting error_dump disk_util', OUTPUT),
  ...dropped('write_lat_log', '`log: FILE` writes a record of each I/O, exact and binary'),
  ...dropped('write_bw_log write_iops_log write_hist_log write_iolog', OUTPUT),
  ...dropped(
    'log_entries log_avg_msec log_hist_msec log_hist_coarseness log_window_value log_max_value',
    OUTPUT,
  ),
  ...dropped(
    'log_offset log_prio log_issue_time log_compression log_compression_cpus log_store_compressed',
    OUTPUT,
  ),
  ...dropped('log_alternate_epoch log_unix_epoch log_alternate_epoch_clock_id', OUTPUT),
  ...dropped('block_error_percentiles bwavgtime iopsavgtime clat_percentiles lat_percentiles', OUTPUT),
  ...dropped('slat_percentiles percentile_list significant_figures', OUTPUT),
  ...dropped('disable_bw_measurement', OUTPUT, { also: ['disable_bw'] }),
};
