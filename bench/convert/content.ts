/** fio's options for what writes carry: where several are given, which of them fio goes by. */
import { CONTENT_KEY_NAMES } from '../config/content-keys.js';
import { bytes, type FioReader, flag, percent, words } from '../config/fio/values.js';
import { type Draft, isSet, keyProblem, leaveOut, note, take } from './draft.js';
import type { FioSetting } from './job-file.js';

/** The keys have the names of the options. */
type Option = (typeof CONTENT_KEY_NAMES)[number];

/** What the job file says, by option; undefined where it says nothing. */
type Values = Readonly<Partial<Record<Option, unknown>>>;

const READERS: Readonly<Record<Option, FioReader>> = {
  zero_buffers: flag,
  buffer_pattern: words,
  refill_buffers: flag,
  scramble_buffers: flag,
  buffer_compress_percentage: percent,
  buffer_compress_chunk: bytes,
  dedupe_percentage: percent,
  dedupe_mode: words,
  dedupe_working_set_percentage: percent,
  dedupe_global: flag,
};

interface Course {
  /** Values of keys that say the same. */
  readonly keys: Values;
  /** Why the other options change nothing. */
  readonly others: string;
}

/** As fio's `fixup_options` and `fill_io_buffer` do. */
function courseOf(values: Values): Course {
  const compress = Number(values.buffer_compress_percentage ?? 0);
  const dedupe = Number(values.dedupe_percentage ?? 0);
  const { buffer_pattern, zero_buffers: zero, refill_buffers: refill, scramble_buffers: scramble } = values;
  const compressed = compress > 0 && compress < 100;
  if (compressed || dedupe > 0) {
    const { buffer_compress_percentage, buffer_compress_chunk, dedupe_percentage, dedupe_mode } = values;
    const { dedupe_working_set_percentage, dedupe_global } = values;
    const ofSet = dedupe_mode === 'working_set' ? { dedupe_mode, dedupe_working_set_percentage } : {};
    const global = dedupe_mode === 'working_set' && dedupe_global ? { dedupe_global } : {};
    const keys = {
      ...(compressed ? { buffer_compress_percentage, buffer_compress_chunk, buffer_pattern } : {}),
      ...(dedupe > 0
        ? { dedupe_percentage, ...ofSet, ...global }
        : refill === false
          ? { refill_buffers: false }
          : {}),
    };
    return { keys, others: 'fio goes by compression and duplicates first' };
  }
  if (buffer_pattern !== undefined)
    return { keys: { buffer_pattern }, others: 'fio goes by buffer_pattern first' };
  if (zero || compress === 100)
    return { keys: { zero_buffers: true }, others: 'all that is written is zeros' };
  const keys = refill ? { refill_buffers: true } : scramble === false ? { scramble_buffers: false } : {};
  return { keys, others: 'no two blocks that are written are alike' };
}

/** Works out what writes carry. Gives the job up where it is nothing that a key says. */
export function workContent(draft: Draft): void {
  const settings = new Map<Option, FioSetting>();
  for (const name of CONTENT_KEY_NAMES) {
    const setting = take(draft, name);
    if (setting !== undefined) settings.set(name, setting);
  }
  const idle = !draft.scopes.has('writes')
    ? 'the job does not write'
    : isSet(draft, 'verify')
      ? 'verify says what blocks hold'
      : undefined;
  if (idle !== undefined) {
    for (const setting of settings.values()) note(draft, 'dropped', setting, idle);
    return;
  }
  const read = [...settings].map(([name, setting]) => {
    const value = READERS[name](setting.value, draft.units);
    return [name, value ?? leaveOut(draft, setting, 'its value is not understood')] as const;
  });
  const values: Values = Object.fromEntries(read);
  const { keys, others } = courseOf(values);
  for (const [key, value] of Object.entries(keys)) {
    const from = settings.get(key as Option) ?? settings.get('buffer_compress_percentage');
    if (value === undefined || from === undefined) continue;
    const problem = keyProblem(key, value);
    if (problem === undefined) draft.keys.set(key, { value });
    note(draft, problem === undefined ? 'carried' : 'missing', from, problem ?? `\`${key}\``);
  }
  const changed = settings.get('scramble_buffers');
  if (keys.zero_buffers && values.scramble_buffers === true && changed !== undefined)
    note(draft, 'missing', changed, 'zeros that are changed in places: there is no key for it');
  for (const [name, setting] of settings)
    if (!draft.findings.some(({ at, option }) => at === setting.at && option === name))
      note(draft, 'dropped', setting, others);
  const global = settings.get('dedupe_global');
  if (keys.dedupe_global && global !== undefined)
    note(draft, 'differs', global, 'of all jobs in fio; here the workers of one job have one working set');
}
