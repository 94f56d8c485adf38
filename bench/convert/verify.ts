/** What a job of fio checks of what it reads. */
import { fioOption } from '../config/fio/options.js';
import { flag, scaledCount } from '../config/fio/values.js';
import { isMixed, type RwPattern, writes } from '../config/pattern.js';
import { NOT_WITH_BACKLOG } from '../config/verify-rules.js';
import { type Draft, isSet, note, setKey, take } from './draft.js';
import type { FioSetting } from './job-file.js';
import { trims } from './pattern.js';

/** What CRC32C stands for as well: fio's other checksums, and blocks that are known by a pattern. */
const METHODS =
  /^(md5|crc64|crc32|crc16|crc7|xxhash|meta|sha(1|256|512)|sha3-(224|256|384|512)|pattern|pattern_hdr)$/;
const SAME = /^crc32c(-intel)?$/;

const FLAGS = ['do_verify', 'verify_only', 'verify_fatal', 'verify_write_sequence'] as const;

/** Why the job cannot be verified here; undefined where it can. */
function problem({ keys, job }: Draft, { value }: FioSetting): string | undefined {
  const rw = keys.get('rw')?.value as RwPattern;
  if (!SAME.test(value) && !METHODS.test(value)) return 'a method that is not known here';
  if (keys.has('write_mode')) return 'only plain writes are verified';
  const workers = Number(keys.get('numjobs')?.value ?? 1);
  const anyWrite = job.settings.get('verify_write_sequence')?.value === '0';
  if (
    writes(rw) &&
    workers > 1 &&
    !anyWrite &&
    !keys.has('offset_increment') &&
    keys.get('zonemode')?.value !== 'zbd'
  )
    return 'its workers write to the same blocks, and none knows what the others leave';
  return undefined;
}

/** Why what the job wrote cannot be read without writing it; undefined where it can. */
function onlyProblem({ keys }: Draft): string | undefined {
  const rw = keys.get('rw')?.value as RwPattern;
  if (!writes(rw) || isMixed(rw)) return 'only of jobs that write';
  if (keys.get('zonemode')?.value === 'zbd') return 'the order of writes to zones depends on how these stand';
  if (keys.has('zonemode')) return 'writes come to parts of the region more than once';
  const timed = ['runtime', 'ramp_time', 'steadystate', 'search'].find((key) => keys.has(key));
  return timed === undefined ? undefined : `how much was written in its time is not known (${timed})`;
}

/** Why what was written is not read between the writes; undefined where it can be. */
function backlogProblem({ keys }: Draft): string | undefined {
  const rw = keys.get('rw')?.value as RwPattern;
  if (isMixed(rw)) return 'only of jobs that write alone';
  if (keys.get('zonemode')?.value === 'zbd') return 'not of jobs that go by zones';
  const rival = NOT_WITH_BACKLOG.find((key) => key !== 'verify_only' && keys.has(key));
  return rival === undefined ? undefined : `\`${rival}\` is not to be had with it`;
}

/** Reads between the writes. */
function workBacklog(draft: Draft): void {
  const [every, batch] = [take(draft, 'verify_backlog'), take(draft, 'verify_backlog_batch')];
  const count = every === undefined ? 0 : scaledCount(every.value, draft.units);
  const only = draft.keys.get('verify_only')?.value === true;
  const idle = count === 0 || only || !writes(draft.keys.get('rw')?.value as RwPattern);
  if (every === undefined || idle) {
    for (const setting of [every, batch])
      if (setting !== undefined) note(draft, 'dropped', setting, 'nothing is written that it could be of');
    return;
  }
  const why = backlogProblem(draft);
  if (why !== undefined) note(draft, 'missing', every, why);
  else setKey(draft, 'verify_backlog', count, every);
  if (batch === undefined) return;
  if (why !== undefined) note(draft, 'dropped', batch, 'it does nothing without verify_backlog');
  else setKey(draft, 'verify_backlog_batch', scaledCount(batch.value, draft.units), batch);
}

function workFlag(draft: Draft, name: (typeof FLAGS)[number]): void {
  const setting = take(draft, name);
  if (setting === undefined) return;
  const why = name === 'verify_only' && flag(setting.value) ? onlyProblem(draft) : undefined;
  if (why !== undefined) note(draft, 'missing', setting, why);
  else setKey(draft, name, flag(setting.value), setting);
}

/** Whether the job is verified here; notes why not. */
function verifies(draft: Draft, setting: FioSetting): boolean {
  const asks = isSet(draft, 'verify');
  const why = asks ? problem(draft, setting) : undefined;
  if (why !== undefined) note(draft, 'missing', setting, why);
  else if (trims(draft)) note(draft, 'dropped', setting, 'trims leave no data');
  else if (!asks) note(draft, 'dropped', setting, 'it asks for nothing');
  else return true;
  return false;
}

/** Works out `verify` and what goes with it; after the length of the job, and its workers. */
export function workVerify(draft: Draft): void {
  const setting = take(draft, 'verify');
  if (setting === undefined || !verifies(draft, setting)) {
    for (const name of [...FLAGS, 'verify_pattern', 'verify_backlog', 'verify_backlog_batch']) {
      const other = take(draft, name);
      if (other !== undefined) note(draft, 'dropped', other, 'it does nothing without verify');
    }
    return;
  }
  if (SAME.test(setting.value)) setKey(draft, 'verify', 'crc32c', setting);
  else {
    setKey(draft, 'verify', 'crc32c', undefined, `verify=${setting.value}`);
    note(draft, 'differs', setting, 'blocks are compared whole, and have a CRC32C');
  }
  for (const name of FLAGS) workFlag(draft, name);
  workBacklog(draft);
  const pattern = take(draft, 'verify_pattern');
  if (pattern !== undefined) note(draft, 'differs', pattern, fioOption('verify_pattern')?.here ?? '');
}
