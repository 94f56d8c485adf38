/** What a job of fio checks of what it reads. */
import { fioOption } from '../config/fio/options.js';
import { flag } from '../config/fio/values.js';
import { isMixed, isTrim, type RwPattern, writes } from '../config/pattern.js';
import { type Draft, note, setKey, take } from './draft.js';
import type { FioSetting } from './job-file.js';

/** What CRC32C stands for as well: fio's other checksums, and blocks that are known by a pattern. */
const METHODS =
  /^(md5|crc64|crc32|crc16|crc7|xxhash|meta|sha(1|256|512)|sha3-(224|256|384|512)|pattern|pattern_hdr)$/;
const SAME = /^crc32c(-intel)?$/;

const WITH = ['do_verify', 'verify_only', 'verify_fatal', 'verify_pattern'] as const;

/** Why the job cannot be verified here; undefined where it can. */
function problem({ keys }: Draft, { value }: FioSetting): string | undefined {
  const rw = keys.get('rw')?.value as RwPattern;
  if (!SAME.test(value) && !METHODS.test(value)) return 'a method that is not known here';
  if (keys.has('write_mode')) return 'only plain writes are verified';
  const workers = Number(keys.get('numjobs')?.value ?? 1);
  if (writes(rw) && workers > 1 && !keys.has('offset_increment'))
    return 'its workers write to the same blocks, and none knows what the others leave';
  return undefined;
}

/** Why what the job wrote cannot be read without writing it; undefined where it can. */
function onlyProblem({ keys }: Draft): string | undefined {
  const rw = keys.get('rw')?.value as RwPattern;
  if (!writes(rw) || isMixed(rw)) return 'only of jobs that write';
  const timed = ['runtime', 'ramp_time', 'steadystate', 'search'].find((key) => keys.has(key));
  return timed === undefined ? undefined : `how much was written in its time is not known (${timed})`;
}

function workFlag(draft: Draft, name: 'do_verify' | 'verify_only' | 'verify_fatal'): void {
  const setting = take(draft, name);
  if (setting === undefined) return;
  const why = name === 'verify_only' && flag(setting.value) ? onlyProblem(draft) : undefined;
  if (why !== undefined) note(draft, 'missing', setting, why);
  else setKey(draft, name, flag(setting.value), setting);
}

/** Works out `verify` and what goes with it; after the length of the job, and its workers. */
export function workVerify(draft: Draft): void {
  const setting = take(draft, 'verify');
  const rw = draft.keys.get('rw')?.value as RwPattern;
  const asks = setting !== undefined && !(fioOption('verify')?.idle ?? []).includes(setting.value);
  const why = setting === undefined || !asks ? undefined : problem(draft, setting);
  if (setting === undefined || !asks || isTrim(rw) || why !== undefined) {
    if (setting !== undefined && why !== undefined) note(draft, 'missing', setting, why);
    else if (setting !== undefined)
      note(draft, 'dropped', setting, isTrim(rw) ? 'trims leave no data' : 'it asks for nothing');
    for (const name of WITH) {
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
  for (const name of ['do_verify', 'verify_only', 'verify_fatal'] as const) workFlag(draft, name);
  const pattern = take(draft, 'verify_pattern');
  if (pattern !== undefined) note(draft, 'differs', pattern, fioOption('verify_pattern')?.here ?? '');
}
