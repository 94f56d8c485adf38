/** A job of fio that plays a trace: the trace says what its I/Os are, whatever else the job says of them. */
import { fioTimeUs } from '../../reports/import/fio-units.js';
import { formatDurationMs } from '../config/units.js';
import { type Draft, isSet, leaveOut, note, setKey, take } from './draft.js';

/** What fio does not look at then, as each I/O comes with its own. */
const SAID_BY_TRACE = [
  'rw',
  'bs',
  'bsrange',
  'bssplit',
  'blockalign',
  'rwmixread',
  'rwmixwrite',
  'size',
  'io_size',
  'filesize',
  'fill_device',
  'offset',
  'offset_increment',
  'norandommap',
  'random_distribution',
  'percentage_random',
  'percentage_sequential',
  'loops',
  'time_based',
] as const;

/** What would come beside it, and is not here. */
const NOT_BESIDE = [
  'rate',
  'rate_iops',
  'rate_min',
  'rate_iops_min',
  'rate_process',
  'thinktime',
  'thinktime_blocks',
  'thinktime_blocks_type',
  'verify',
  'fsync',
  'ramp_time',
  'steadystate',
  'latency_target',
] as const;

/** Works out a job with `read_iolog`; whether it has one. */
export function workTrace(draft: Draft): boolean {
  const setting = draft.job.settings.get('read_iolog');
  if (setting === undefined || !isSet(draft, 'read_iolog')) return false;
  take(draft, 'read_iolog');
  const files = setting.value.split(/(?<!\\):/);
  if (files.length > 1) leaveOut(draft, setting, 'several traces: write a job for each');
  setKey(draft, 'read_iolog', setting.value.replaceAll('\\:', ':'), setting);
  for (const name of SAID_BY_TRACE) {
    const other = take(draft, name);
    if (other !== undefined) note(draft, 'dropped', other, 'the trace says it');
  }
  for (const name of NOT_BESIDE) {
    const other = take(draft, name);
    if (other === undefined) continue;
    if (isSet(draft, name)) note(draft, 'missing', other, 'beside a trace');
    else note(draft, 'dropped', other, 'it asks for nothing');
  }
  const workers = draft.job.settings.get('numjobs');
  if (workers !== undefined && workers.value !== '1') {
    take(draft, 'numjobs');
    note(draft, 'missing', workers, 'each of its workers plays all of the trace; here one worker plays one');
  }
  workRuntime(draft);
  // Whether it writes, nobody knows before it is read.
  draft.scopes.add('writes');
  return true;
}

function workRuntime(draft: Draft): void {
  const runtime = take(draft, 'runtime');
  if (runtime === undefined) return;
  const us = fioTimeUs(runtime.value, 1e6);
  if (us === undefined) leaveOut(draft, runtime, 'it is no time');
  if (us > 0) setKey(draft, 'runtime', formatDurationMs(us / 1000), runtime);
  else note(draft, 'dropped', runtime, 'it asks for nothing');
}
