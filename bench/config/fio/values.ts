/** Values as fio writes them, to values as a configuration says them. */
import { fioJobSizeBytes, fioTimeUs } from '../../../reports/import/fio-units.js';
import { formatDurationMs } from '../units.js';
import { shortSize } from '../value-kinds.js';

/** Settings of a job file by which its values are read. */
export interface FioUnits {
  readonly kbBase: number;
}

/** The value in our words; undefined where it is none of this kind. */
export type FioReader = (text: string, units: FioUnits) => unknown;

/** Bytes as fio users write them: `4k`, `128k`, `1G`; a plain number where no unit divides them. */
export function shortBytes(bytes: number): string | number {
  const text = shortSize(bytes);
  return /\d$/.test(text) ? bytes : text;
}

export const count = (text: string): number | undefined =>
  /^\+?\d{1,15}$/.test(text) ? Number(text) : undefined;

/** A whole number, decimal or hexadecimal. */
export const number = (text: string): number | undefined =>
  /^0x[\da-f]{1,8}$/i.test(text) ? Number(text) : count(text);

/** A whole number that fio lets have a unit of size: `1k` is 1024. */
export const scaledCount = (text: string, { kbBase }: FioUnits): number | undefined =>
  fioJobSizeBytes(text, kbBase);

export const bytes = (text: string, { kbBase }: FioUnits): string | number | undefined => {
  const read = fioJobSizeBytes(text, kbBase);
  return read === undefined ? undefined : shortBytes(read);
};

/** A size or a percentage. */
export const extent = (text: string, units: FioUnits): string | number | undefined =>
  /^\d{1,3}%$/.test(text) ? text : bytes(text, units);

/** A percentage without its sign. */
export const percent = (text: string): number | undefined => count(text.replace(/%$/, ''));

/** A number with a point. */
export const decimal = (text: string): number | undefined =>
  /^(\d{1,9}(\.\d{0,9})?|\.\d{1,9})$/.test(text) ? Number(text) : undefined;

/** A flag: set where nothing is said. */
export const flag = (text: string): boolean | undefined =>
  text === '' || text === '1' ? true : text === '0' ? false : undefined;

export const words: FioReader = (text) => text;

/** What fio takes where a law has no parameter. */
const PLAIN_LAWS: Readonly<Record<string, string>> = { zipf: 'zipf:1.1', pareto: 'pareto:0.2' };

/** Zones without a size share what the others leave of the region. */
function zones(list: string, units: FioUnits, absolute: boolean): string | undefined {
  const parts = list.split(':').map((zone) => zone.trim().split('/'));
  const sizes = parts.map(([, size = '']) => size.replace(/%$/, ''));
  const left = 100 - sizes.reduce((sum, size) => sum + Number(size), 0);
  const share = Math.floor(left / sizes.filter((size) => size === '').length);
  const full = sizes.map((size) => (absolute ? bytes(size, units) : size === '' ? share : size));
  return full.includes(undefined)
    ? undefined
    : parts.map(([access], at) => `${access}/${full[at]}`).join(':');
}

/** How random offsets are spread. */
export const spread: FioReader = (text, units) => {
  const [, law, list] = /^(zoned|zoned_abs):(.*)$/.exec(text) ?? [];
  if (law === undefined) return PLAIN_LAWS[text] ?? text;
  const full = zones(list, units, law === 'zoned_abs');
  return full === undefined ? undefined : `${law}:${full}`;
};

const time =
  (plainUs: number): FioReader =>
  (text) => {
    const us = fioTimeUs(text, plainUs);
    return us === undefined ? undefined : formatDurationMs(us / 1000);
  };

/** A time in seconds where it has no unit. */
export const seconds = time(1e6);
/** A time in microseconds where it has no unit. */
export const microseconds = time(1);

/** The CPUs of a mask, as a list. */
export const cpuMask: FioReader = (text) => {
  if (!/^(0x[\da-f]{1,16}|\d{1,15})$/i.test(text)) return undefined;
  const mask = BigInt(text);
  return Array.from({ length: 64 }, (_, cpu) => cpu).filter((cpu) => (mask >> BigInt(cpu)) & 1n);
};

/** A list of CPUs. */
export const cpus: FioReader = (text) => (/^[\d\s,-]+$/.test(text) ? text.replaceAll(/\s/g, '') : undefined);
