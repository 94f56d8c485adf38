/** fio's `random_distribution`, read from its text and written back. */
import { fail, formatBytes, type Parsed, parseSizeBytes } from './units.js';
import { parsed, type ValueKind } from './value-kinds.js';
import { describeValue, quote } from './wording.js';

interface Zone {
  readonly ioPercent: number;
  readonly size: { readonly percent: number } | { readonly bytes: number };
}

/** What the engine takes (`engine/load/workload/distribution.ts`). */
export type Distribution =
  | { readonly law: 'random' }
  | { readonly law: 'zipf'; readonly theta: number }
  | { readonly law: 'pareto'; readonly h: number }
  | { readonly law: 'normal'; readonly deviationPercent: number }
  | { readonly law: 'zoned'; readonly zones: readonly Zone[] }
  | { readonly law: 'sequence'; readonly blocks: readonly number[]; readonly stride: boolean };

const FORMS =
  'random, zipf:1.2, pareto:0.2, normal:20, zoned:60/10:40/90, zoned_abs:60/20G:40/100G or sequence:2,0,1';
const NUMBER = /^[0-9]{1,12}(\.[0-9]{1,12})?$/;
const MAX_THETA = 10;
/** As many as fio takes. */
const MAX_ZONES = 256;
const MAX_SEQUENCE = 64;

/** A number between two that it may not be, but for `to` where `closed`. */
function between(text: string, from: number, to: number, closed: boolean, what: string): Parsed<number> {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (value > from && (value < to || (closed && value === to))) return { ok: true, value };
  return fail(`expects ${what}, got ${quote(text)}`);
}

function parseZone(text: string, absolute: boolean): Parsed<Zone> {
  const parts = text.split('/').map((part) => part.trim());
  const form = absolute ? '60/20G' : '60/10';
  if (parts.length !== 2) return fail(`expects zones such as ${form}, got ${quote(text)}`);
  const [io, length] = parts;
  const ioPercent = NUMBER.test(io) ? Number(io) : Number.NaN;
  if (!(ioPercent >= 0 && ioPercent <= 100))
    return fail(`expects a percentage of I/O in ${quote(text)}, got ${quote(io)}`);
  if (absolute) {
    const bytes = parseSizeBytes(NUMBER.test(length) ? Number(length) : length);
    return bytes.ok ? { ok: true, value: { ioPercent, size: { bytes: bytes.value } } } : bytes;
  }
  const percent = NUMBER.test(length) ? Number(length) : Number.NaN;
  if (!(percent > 0 && percent <= 100))
    return fail(`expects a percentage of the region in ${quote(text)}, got ${quote(length)}`);
  return { ok: true, value: { ioPercent, size: { percent } } };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Decimal fractions of a percent do not add up to the last bit. */
const isAbove = (percent: number, most: number): boolean => percent > most + 1e-6;

function parseZones(parts: readonly string[], absolute: boolean): Parsed<Distribution> {
  if (parts.length > MAX_ZONES) return fail(`has at most ${MAX_ZONES} zones, got ${parts.length}`);
  const zones: Zone[] = [];
  for (const part of parts) {
    const zone = parseZone(part, absolute);
    if (!zone.ok) return zone;
    zones.push(zone.value);
  }
  const io = sumOf(zones.map(({ ioPercent }) => ioPercent));
  if (isAbove(Math.abs(io - 100), 0)) return fail(`has zones with ${+io.toFixed(6)} % of the I/O, not 100 %`);
  const size = sumOf(zones.map((zone) => ('percent' in zone.size ? zone.size.percent : 0)));
  if (isAbove(size, 100)) return fail(`has zones with ${+size.toFixed(6)} % of the region, more than 100 %`);
  return { ok: true, value: { law: 'zoned', zones } };
}

function parseSequence(text: string): Parsed<Distribution> {
  const blocks = text
    .split(',')
    .map((part) => (/^\s*[0-9]{1,12}\s*$/.test(part) ? Number(part) : Number.NaN));
  if (blocks.some(Number.isNaN))
    return fail(`expects numbers of blocks such as sequence:2,0,1, got ${quote(text)}`);
  if (blocks.length > MAX_SEQUENCE) return fail(`has at most ${MAX_SEQUENCE} blocks, got ${blocks.length}`);
  return { ok: true, value: { law: 'sequence', blocks, stride: false } };
}

/** Reads a distribution such as `zipf:1.2`. */
export function parseDistribution(value: unknown): Parsed<Distribution> {
  if (typeof value !== 'string') return fail(`expects ${FORMS}, got ${describeValue(value)}`);
  const [law, ...parts] = value.split(':').map((part) => part.trim());
  if (law === 'random' && parts.length === 0) return { ok: true, value: { law } };
  if (law === 'zoned' || law === 'zoned_abs') return parseZones(parts, law === 'zoned_abs');
  if (law === 'sequence' && parts.length === 1) return parseSequence(parts[0]);
  if (!['zipf', 'pareto', 'normal'].includes(law)) return fail(`expects ${FORMS}, got ${quote(value)}`);
  if (parts.length > 1)
    return fail(`takes no place for its middle here: the hot blocks lie anywhere; write ${law}:${parts[0]}`);
  const [text = ''] = parts;
  if (law === 'zipf') {
    const theta = between(text, 0, MAX_THETA, true, `a theta above 0, up to ${MAX_THETA}, as in zipf:1.2`);
    return theta.ok ? { ok: true, value: { law, theta: theta.value } } : theta;
  }
  if (law === 'pareto') {
    const h = between(text, 0, 1, false, 'a number between 0 and 1, as in pareto:0.2');
    return h.ok ? { ok: true, value: { law, h: h.value } } : h;
  }
  const deviation = between(text, 0, 100, true, 'a percentage above 0, up to 100, as in normal:20');
  return deviation.ok ? { ok: true, value: { law: 'normal', deviationPercent: deviation.value } } : deviation;
}

function zoneText({ ioPercent, size }: Zone, sizeText: (bytes: number) => string): string {
  return `${ioPercent}/${'percent' in size ? size.percent : sizeText(size.bytes)}`;
}

function textOf(distribution: Distribution, sizeText: (bytes: number) => string = String): string {
  switch (distribution.law) {
    case 'random':
      return 'random';
    case 'zipf':
      return `zipf:${distribution.theta}`;
    case 'pareto':
      return `pareto:${distribution.h}`;
    case 'normal':
      return `normal:${distribution.deviationPercent}`;
    case 'sequence':
      return `sequence:${distribution.blocks.join(',')}`;
    case 'zoned': {
      const { zones } = distribution;
      const name = zones.some(({ size }) => 'bytes' in size) ? 'zoned_abs' : 'zoned';
      return [name, ...zones.map((zone) => zoneText(zone, sizeText))].join(':');
    }
  }
}

/** How random blocks are spread. */
export function distribution(): ValueKind<Distribution, string> {
  return {
    schema: parsed(parseDistribution, [
      {
        type: 'string',
        pattern: '^(random|zipf:|pareto:|normal:|zoned:|zoned_abs:|sequence:)',
        description: FORMS,
      },
    ]),
    words:
      '`random`, `zipf:1.2`, `pareto:0.2`, `normal:20`, `zoned:60/10:40/90`, `zoned_abs:60/20G:40/100G`, `sequence:2,0,1`',
    record: (value) => textOf(value),
    short: (value) => textOf(value, formatBytes),
  };
}
