/** What a job that goes by zones cannot have beside. */
import { type Finding, finding, type ReadJob, sourceOf } from './checks.js';
import { JOB_KEYS, type JobKey } from './job-keys.js';
import { defaultOf } from './key-table.js';
import { isMixed, isTrim, type RwPattern, runIosOf, stepBytesOf, writes } from './pattern.js';
import { PACING, rivals } from './rivals.js';
import { quote } from './wording.js';
import { ZONE_KEYS } from './zone-keys.js';

type ZoneKey = keyof typeof ZONE_KEYS;

/** Keys of `zonemode: strided`, and of `zbd`. */
const OF_PARTS: readonly ZoneKey[] = ['zonesize', 'zonerange', 'zoneskip'];
const OF_ZONES = (Object.keys(ZONE_KEYS) as ZoneKey[]).filter(
  (key) => key !== 'zonemode' && !OF_PARTS.includes(key),
);

/** Keys that say where I/Os go, or how long they are, in ways that neither zones nor parts of a region have. */
const NOT_WITH_EITHER = [
  'random_distribution',
  'random_sequence_stride',
  'percentage_random',
  'blockalign',
  'bsrange',
  'bssplit',
  'verify_only',
] as const satisfies readonly JobKey[];

export const NOT_WITH_PARTS = [...NOT_WITH_EITHER, 'write_mode'] as const satisfies readonly JobKey[];

/** Zones have neither those, nor what says when I/Os are due. */
export const NOT_WITH_ZONES = [...NOT_WITH_EITHER, ...PACING, 'search'] as const satisfies readonly JobKey[];

/** Keys that have nothing to say without another mode. */
function strangers(job: ReadJob, keys: readonly ZoneKey[], mode: string): Finding[] {
  return keys
    .filter((key) => job.own.has(key))
    .map((key) => ({
      ...finding(sourceOf(job, key), `has no meaning without zonemode: ${mode}`, 'add it, or remove this'),
      part: 'key',
    }));
}

/** Of I/O in parts of the region. */
function checkParts(job: ReadJob, rw: RwPattern): Finding[] {
  const { keys, bad } = job;
  const { zonesize, zonerange = zonesize, bs = defaultOf(JOB_KEYS.bs) } = keys;
  const of = (key: string, message: string, hint: string): Finding =>
    finding(sourceOf(job, key), message, hint);
  const found = rivals(job, NOT_WITH_PARTS, 'zonemode: strided');
  if (isMixed(rw))
    found.push(of('rw', `rw: ${rw} is not to be had with zonemode: strided`, 'use reads or writes alone'));
  else if (stepBytesOf(rw) !== 0 || runIosOf(rw) > 1)
    found.push(
      of('rw', `what stands behind the colon of ${quote(rw)} is not to be had with it`, 'leave it out'),
    );
  if (zonesize === undefined && !bad.has('zonesize'))
    found.push(of('zonemode', 'strided needs zonesize', 'say how much is transferred in each part'));
  const bsBytes = bs?.[writes(rw) ? 'write' : 'read'] ?? 0;
  if (zonerange !== undefined && bsBytes > 0 && zonerange % bsBytes !== 0) {
    const key = keys.zonerange === undefined ? 'zonesize' : 'zonerange';
    found.push(
      of(key, `parts are no multiple of the ${bsBytes} bytes of an I/O`, 'use a multiple of bs as zonerange'),
    );
  }
  return found;
}

/** By which commands zones are written, and what an append cannot say. */
function checkWrites(job: ReadJob): Finding[] {
  const { write_mode: modes = [], buffer_pattern: pattern, zonemode = 'none' } = job.keys;
  const at = (key: JobKey, message: string, hint: string): Finding =>
    finding(sourceOf(job, key), message, hint);
  const appends = modes.some(({ mode }) => mode === 'zone_append');
  if (zonemode !== 'zbd')
    return appends ? [at('write_mode', 'zone_append needs zonemode: zbd', 'add it, or remove this')] : [];
  if (modes.some(({ mode }) => mode !== 'write' && mode !== 'zone_append'))
    return [at('write_mode', 'zones are written by write and zone_append alone', 'remove the others')];
  return appends && (pattern?.offsets.length ?? 0) > 0
    ? [at('buffer_pattern', 'where an append goes is not known before it is there', 'leave %o out')]
    : [];
}

/** Of a job as far as it could be read. */
export function checkZones(job: ReadJob): Finding[] {
  const { keys, bad } = job;
  const { rw, zonemode = 'none', bs } = keys;
  if (bad.has('zonemode') || bad.has('rw') || rw === undefined || keys.read_iolog !== undefined) return [];
  const others = [
    ...(zonemode === 'zbd' ? [] : strangers(job, OF_ZONES, 'zbd')),
    ...(zonemode === 'strided' ? [] : strangers(job, OF_PARTS, 'strided')),
  ];
  others.push(...checkWrites(job));
  if (zonemode === 'none') return others;
  if (zonemode === 'strided') return [...others, ...checkParts(job, rw)];
  const found = [...others, ...rivals(job, NOT_WITH_ZONES, 'zonemode: zbd')];
  const of = (message: string, hint: string): Finding => finding(sourceOf(job, 'rw'), message, hint);
  if (isTrim(rw))
    found.push(of(`rw: ${rw} is not to be had with zonemode: zbd`, 'writes reset zones by themselves'));
  else if (stepBytesOf(rw) !== 0 || runIosOf(rw) > 1)
    found.push(of(`what stands behind the colon of ${quote(rw)} has no meaning in zones`, 'leave it out'));
  if (bs !== undefined && writes(rw) && bs.read !== bs.write && rw.endsWith('rw'))
    found.push(finding(sourceOf(job, 'bs'), 'reads and writes have one size with zonemode: zbd'));
  return found;
}
