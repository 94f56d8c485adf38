/** What of the keys about data cannot stand beside each other. */
import { isDeepStrictEqual } from 'node:util';
import { type Finding, finding, type ReadJob, sourceOf } from './checks.js';
import { CONTENT_KEY_NAMES, CONTENT_KEYS, DEFAULT_SET_PERCENT } from './content-keys.js';
import { defaultOf, type KeyRow } from './key-table.js';
import { writesData } from './operation-keys.js';

type Said = readonly [key: string, message: string, hint: string];

/** Of several keys that say what blocks hold, each that the other leaves nothing to say. */
function rivals({ keys }: ReadJob): Said[] {
  const { buffer_pattern: pattern, zero_buffers: zero, refill_buffers: refill, scramble_buffers } = keys;
  const { buffer_compress_percentage: compress = 0, dedupe_percentage: dedupe = 0 } = keys;
  const keep = 'keep one of them';
  const found: Said[] = [];
  const others = { buffer_pattern: pattern, refill_buffers: refill, dedupe_percentage: dedupe };
  if (zero) {
    for (const [key, value] of Object.entries({ ...others, buffer_compress_percentage: compress }))
      if (value) found.push(['zero_buffers', `zeros leave ${key} nothing to say`, keep]);
  }
  if (pattern !== undefined && compress === 0) {
    if (refill) found.push(['refill_buffers', 'buffer_pattern is the same in each write', keep]);
    if (dedupe > 0) found.push(['dedupe_percentage', 'buffer_pattern makes all writes alike', keep]);
  }
  if (pattern !== undefined && pattern.offsets.length > 0 && compress > 0)
    found.push(['buffer_pattern', '%o has no meaning beside buffer_compress_percentage', 'leave %o out']);
  if (refill === false && dedupe > 0)
    found.push(['refill_buffers', 'dedupe_percentage needs data made for each write', 'remove it']);
  if (scramble_buffers && (zero || pattern !== undefined))
    found.push([
      'scramble_buffers',
      `changes what ${zero ? 'zero_buffers' : 'buffer_pattern'} says`,
      'remove it',
    ]);
  return found;
}

/** Keys that do nothing without another. */
function lonely({ keys, own, varied }: ReadJob): Said[] {
  const { buffer_compress_percentage: compress = 0, dedupe_percentage: dedupe = 0, dedupe_mode: mode } = keys;
  const needs = (key: string, needed: string, given: boolean): Said[] =>
    given || !own.has(key) || varied.size > 0
      ? []
      : [[key, `has no meaning without ${needed}`, `add ${needed}, or remove it`]];
  const set = dedupe > 0 && mode === 'working_set';
  return [
    ...needs('buffer_compress_chunk', 'buffer_compress_percentage', compress > 0),
    ...needs('dedupe_mode', 'dedupe_percentage', dedupe > 0),
    ...needs('dedupe_working_set_percentage', 'dedupe_mode: working_set', set),
    ...needs('dedupe_global', 'dedupe_mode: working_set', set),
  ];
}

function workingSet({ keys }: ReadJob): Said[] {
  const { dedupe_percentage: dedupe = 0, dedupe_mode: mode } = keys;
  const { dedupe_working_set_percentage: set = DEFAULT_SET_PERCENT } = keys;
  if (mode !== 'working_set' || dedupe === 0 || dedupe + set <= 100) return [];
  const message = `the working set is written first: with ${set} % of it no ${dedupe} % of the writes are others`;
  return [['dedupe_working_set_percentage', message, `use at most ${100 - dedupe}`]];
}

/** A Compare has the data of the job's writes: these must be the same each time, whatever wrote them before. */
function compared({ keys }: ReadJob): Said[] {
  const { write_mode: modes = [], buffer_pattern: pattern, buffer_compress_percentage: compress = 0 } = keys;
  if (!modes.some(({ mode }) => mode === 'compare')) return [];
  if (keys.zero_buffers || compress === 100 || (pattern !== undefined && compress === 0)) return [];
  const needed = 'compare needs data that are the same in each write: buffer_pattern or zero_buffers';
  return [
    ['write_mode', needed, "add buffer_pattern: '0xdeadbeef', here and to the job that wrote the blocks"],
  ];
}

/** Verified blocks have contents of their own. */
function verified({ keys }: ReadJob): Said[] {
  if ((keys.verify ?? 'off') === 'off') return [];
  const given = CONTENT_KEY_NAMES.filter((key) => {
    const value = keys[key];
    return value !== undefined && !isDeepStrictEqual(value, defaultOf(CONTENT_KEYS[key] as KeyRow));
  });
  return given.map((key) => [
    key,
    'blocks of verify tell what they are, and nothing else',
    'remove one of them',
  ]);
}

/** Rules of what a job writes, for a job as far as it could be read. */
export function checkContent(job: ReadJob): Finding[] {
  const { keys, bad } = job;
  if (keys.read_iolog === undefined && (keys.rw === undefined || bad.has('rw') || !writesData(keys.rw)))
    return [];
  if (['write_mode', ...CONTENT_KEY_NAMES].some((key) => bad.has(key))) return [];
  return [...verified(job), ...rivals(job), ...lonely(job), ...workingSet(job), ...compared(job)].map(
    ([key, message, hint]) => finding(sourceOf(job, key), message, hint),
  );
}
