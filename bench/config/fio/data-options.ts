/** Options of fio that say what is written, how durably, and how it is checked; placement and protection too. */
import { asKey, dropped, type FioOptions, missing, worked } from './option.js';
import { bytes, count, flag, number, words } from './values.js';

const ZERO = ['0'];
const CHECK = { with: 'verify' } as const;
const WRITES = { only: 'writes' } as const;

export const DATA: FioOptions = {
  ...worked('zero_buffers', '`zero_buffers`'),
  ...worked('buffer_pattern', '`buffer_pattern`, but for the contents of a file'),
  ...worked('refill_buffers', '`refill_buffers`'),
  ...worked('scramble_buffers', '`scramble_buffers`'),
  ...worked('buffer_compress_percentage', '`buffer_compress_percentage`'),
  ...worked('buffer_compress_chunk', '`buffer_compress_chunk`'),
  ...worked('dedupe_percentage', '`dedupe_percentage`'),
  ...worked('dedupe_mode', '`dedupe_mode`'),
  ...worked('dedupe_working_set_percentage', '`dedupe_working_set_percentage`'),
  ...worked('dedupe_global', '`dedupe_global`, of the workers of one job'),
};

export const DURABILITY: FioOptions = {
  ...asKey('fsync', count, '`fsync`: a flush after every so many writes', { ...WRITES, idle: ZERO }),
  ...asKey('fdatasync', count, '`fsync`: a flush after every so many writes', {
    key: 'fsync',
    ...WRITES,
    idle: ZERO,
  }),
  ...missing('write_barrier', 'a flush before every so many writes', { ...WRITES, idle: ZERO }),
  ...missing('sync_file_range', 'parts of a file made durable', { ...WRITES, idle: ZERO }),
  ...missing('sync', 'each write durable before it completes', { ...WRITES, idle: ['0', 'none'] }),
  ...missing('end_fsync fsync_on_close end_syncfs', 'a flush at the end', { ...WRITES, idle: ZERO }),
  ...asKey('atomic', flag, '`atomic`', { ...WRITES, idle: ZERO }),
  ...missing('write_hint', 'how long what is written will live', { ...WRITES, idle: ['none'] }),
  ...asKey('writefua', flag, '`writefua`', { ...WRITES, idle: ZERO }),
  ...asKey('readfua', flag, '`readfua`', { idle: ZERO }),
};

export const CHECKING: FioOptions = {
  ...worked('verify', '`verify: crc32c`, whatever the method: blocks are compared byte for byte', {
    idle: ['0', 'null'],
  }),
  ...worked('do_verify', '`do_verify`', CHECK),
  ...worked('verify_only', '`verify_only`, of jobs that write each block once and end by their size', CHECK),
  ...worked('verify_fatal', '`verify_fatal`', CHECK),
  ...worked(
    'verify_pattern',
    'blocks have data of their own in place of the pattern, which is known as well',
    CHECK,
  ),
  ...dropped('verifysort verifysort_nr', 'what was written is read back in the order of addresses', CHECK),
  ...dropped('verify_interval verify_offset', 'each logical block has a header, at its beginning', CHECK),
  ...dropped('verify_dump', 'the first bad blocks are always shown', CHECK),
  ...dropped('verify_async verify_async_cpus', 'each worker checks what it reads', CHECK),
  ...dropped('experimental_verify verify_state_save', 'nothing needs to be kept', CHECK),
  ...worked('verify_write_sequence', '`verify_write_sequence`', CHECK),
  ...dropped('verify_header_seed', 'of which seed a block is, is always checked where it is known', CHECK),
  ...missing('verify_policy verify_pattern_interval', 'of `verify`', CHECK),
  ...worked('verify_backlog', '`verify_backlog`, of jobs that write alone', { ...CHECK, idle: ZERO }),
  ...worked('verify_backlog_batch', '`verify_backlog_batch`', { with: 'verify_backlog', idle: ZERO }),
  ...missing('verify_state_load', 'reads back what a run had written that did not end', {
    ...CHECK,
    idle: ZERO,
  }),
  ...missing(
    'trim_percentage trim_verify_zero trim_backlog trim_backlog_batch',
    'blocks deallocated and checked',
    {
      ...CHECK,
      idle: ZERO,
    },
  ),
};

export const PROTECTION: FioOptions = {
  ...dropped('md_per_io_size', 'each slot has a buffer for as much metadata as its I/O has'),
  ...asKey('pi_act', flag, '`pi_act`', { idle: ['', '1'] }),
  ...asKey('pi_chk', words, '`pi_chk`'),
  ...asKey('apptag', number, '`apptag`', { with: 'pi_chk' }),
  ...asKey('apptag_mask', number, '`apptag_mask`', { with: 'pi_chk' }),
  ...worked('fdp', '`fdp`', { ...WRITES, idle: ZERO }),
  ...worked('dataplacement', '`fdp`; not yet streams', {
    ...WRITES,
    idle: ['none'],
    also: ['data_placement'],
  }),
  ...worked('plids', '`plids`', { also: ['fdp_pli'] }),
  ...worked('plid_select', '`plid_select`; not yet `scheme`', { also: ['fdp_pli_select'] }),
  ...worked('dp_scheme', 'not yet: of `plid_select`'),
  ...asKey('write_mode', words, "`write_mode`; `compare` beside fio's", {
    ...WRITES,
    idle: ['write'],
  }),
  ...missing('verify_mode', 'checks by another command', { idle: ['read'] }),
  ...missing('zone_append', 'zone append', { ...WRITES, idle: ZERO }),
  ...missing('deac', 'of `write_mode=zeroes`', { ...WRITES, idle: ZERO }),
};

const TRACE = { with: 'read_iolog' } as const;

export const REPLAY: FioOptions = {
  ...asKey('read_iolog', words, '`read_iolog`; of blktrace the text of blkparse instead of its binary'),
  ...dropped('read_iolog_chunked', 'a trace of any length is read in pieces'),
  ...asKey('replay_no_stall', flag, '`replay_no_stall`', { ...TRACE, idle: ZERO }),
  ...worked('replay_redirect', '`device`: a trace goes to that of its job', TRACE),
  ...asKey('replay_scale', number, '`replay_scale`', { ...TRACE, idle: ['0', '1'] }),
  ...asKey('replay_align', bytes, '`replay_align`', { ...TRACE, idle: ZERO }),
  ...asKey('replay_time_scale', number, '`replay_time_scale`', { ...TRACE, idle: ['100'] }),
  ...asKey('replay_skip', words, '`replay_skip`', TRACE),
  ...missing('merge_blktrace_file merge_blktrace_scalars merge_blktrace_iters', 'traces put together'),
  ...missing('exec_prerun exec_postrun', 'programs run before and after; nvbench runs none'),
  ...missing('profile', 'a workload built into fio'),
};
