/** Values of fio's options as it prints them in `job options`. */

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

const TIME_FACTORS_MS: Readonly<Record<string, number>> = {
  us: 1e-3,
  ms: 1,
  s: 1e3,
  '': 1e3,
  m: 60e3,
  h: 3600e3,
  d: 86_400e3,
};

/** `30`, `30s`, `5m`, `500ms`; seconds where there is no unit. Undefined for anything else. */
export function fioTimeMs(text: string): number | undefined {
  const match = /^(\d+)(us|ms|s|m|h|d|)$/i.exec(text.trim());
  return match === null ? undefined : Number(match[1]) * TIME_FACTORS_MS[match[2].toLowerCase()];
}
