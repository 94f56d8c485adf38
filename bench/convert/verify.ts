/** What a job of fio checks of what it reads. */
import { fioOption } from '../config/fio/options.js';
import { flag } from '../config/fio/values.js';
import { isMixed, type RwPattern, writes } from '../config/pattern.js';
import { type Draft, isSet, note, setKey, take } from './draft.js';
import type { FioSetting } from './job-file.js';
import { trims } from './pattern.js';

/** What CRC32C stands for as well: fio's other checksums, and blocks that are known by a pattern. */
const METHODS =
  /^(md5|crc64|crc32|crc16|crc7|xxhash|meta|sha(1|256|512)|sha3-(224|256|384|512)|pattern|pattern_hdr)$/;
const SAME = /^crc32c(-intel)?$/;

const FLAGS = ['do_verify', 'verify_only', 'verify_fatal'] as const;

/** Why the job cannot be verified here; undefined where it can. */
function problem({ keys }: Draft, { value }: FioSetting): string | undefined {
  const rw = keys.get('rw')?.value as RwPattern;
  if (!SAME.test(value) && !METHODS.test(value)) return 'a method that is not known here';
  if (keys.has('write_mode')) return 'only plain writes are verified';
  const workers = Number(keys.get('numjobs')?.value ?? 1);
  if (writes(rw) && workers > 1 && !['offset_increment', 'zonemode'].some((key) => keys.has(key)))
    return 'its workers write to the same blocks, and none knows what the others leave';
  return undefined;
}

/** Why what the job wrote cannot be read without writing it; undefined where it can. */
function onlyProblem({ keys }: Draft): string | undefined {
  const rw = keys.get('rw')?.value as RwPattern;
  if (!writes(rw) || isMixed(rw)) return 'only of jobs that write';
  if (keys.has('zonemode')) return 'the order of writes to zones depends on how these stand';
  const timed = ['runtime', 'ramp_time', 'steadystate', 'search'].find((key) => keys.has(key));
  return timed === undefined ? undefined : `how much was written in its time is not known (${timed})`;
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
    for (const name of [...FLAGS, 'verify_pattern']) {
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
  const pattern = take(draft, 'verify_pattern');
  if (pattern !== undefined) note(draft, 'differs', pattern, fioOption('verify_pattern')?.here ?? '');
}
