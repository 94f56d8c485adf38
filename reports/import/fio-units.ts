/** Sizes and times as fio and the tools of SPDK write them. */

const SIZE_FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/** `4k`, `128KiB`, `4096`, as tools of SPDK print them. Undefined for anything else. */
export function fioSizeBytes(text: string): number | undefined {
  const match = /^(\d+)([kmgt]?)(?:i?b)?(?:,.*)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const bytes = Number(match[1]) * SIZE_FACTORS[match[2].toLowerCase()];
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/**
 * A size as fio reads it in a job file, in bytes. Unless `kb_base=1000` is set, fio has the two families of units the other
 * way round: `4KB` is 4096 and `4KiB` is 4000. Undefined for anything else, a fraction among it, which fio cuts off.
 */
export function fioJobSizeBytes(text: string, kbBase = 1024): number | undefined {
  const match = /^\+?(\d+|0x[\da-f]+)(?:([kmgtp])(i?b)?|b)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, digits, letter = '', family = ''] = match;
  const base = family.toLowerCase() === 'ib' ? (kbBase === 1000 ? 1024 : 1000) : kbBase;
  const bytes = Number(digits) * base ** ' kmgtp'.indexOf(letter === '' ? ' ' : letter.toLowerCase());
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

const US_PER: Readonly<Record<string, number>> = {
  us: 1,
  usec: 1,
  ms: 1e3,
  msec: 1e3,
  s: 1e6,
  m: 60e6,
  h: 3600e6,
  d: 86_400e6,
};

/** Microseconds of a time as fio reads it; `plainUs` is what a number without a unit counts. Undefined for anything else. */
export function fioTimeUs(text: string, plainUs: number): number | undefined {
  const match = /^\+?(\d{1,15})([a-z]*)$/i.exec(text.trim());
  if (match === null) return undefined;
  const unit = match[2].toLowerCase();
  if (unit !== '' && !Object.hasOwn(US_PER, unit)) return undefined;
  return Number(match[1]) * (unit === '' ? plainUs : US_PER[unit]);
}

/** `30`, `30s`, `5m`, `500ms`; seconds where there is no unit. Undefined for anything else. */
export function fioTimeMs(text: string): number | undefined {
  const us = fioTimeUs(text, 1e6);
  return us === undefined ? undefined : us / 1e3;
}
