/** Values with units in the options of targets. */

/** Those of `k`, `m`, `g`, `t` and `p` with each of these endings. */
function units(base: number, ...endings: string[]): Record<string, number> {
  const letters = [...'kmgtp'].flatMap((letter, i) =>
    endings.map((ending) => [letter + ending, base ** (i + 1)]),
  );
  return Object.fromEntries(letters);
}

/** As in configurations: `1G` is `1GiB`, `1GB` a thousand millions. */
const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  ...units(1024, '', 'i', 'ib'),
  ...units(1000, 'b'),
};
const DURATION_UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/** Bytes of a size such as `64GiB`, `64G`, `1.5TB` or `4096`; undefined where it is none or not whole. */
export function parseSizeBytes(text: string): number | undefined {
  const bytes = withUnit(text, SIZE_UNITS);
  return bytes !== undefined && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Nanoseconds of a duration such as `80us` or `1.5ms`; the unit is required. Undefined where it is none. */
export function parseDurationNs(text: string): number | undefined {
  return withUnit(text, DURATION_UNITS);
}

/** As `parseDurationNs` reads it, in the largest unit in which it is whole. */
export function formatDurationNs(ns: number): string {
  const [unit, size] = (['s', 'ms', 'us'] as const)
    .map((each) => [each, DURATION_UNITS[each]] as const)
    .find(([, of]) => ns > 0 && ns % of === 0) ?? ['ns', 1];
  return `${ns / size}${unit}`;
}

function withUnit(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([a-zµ]*)$/i.exec(text) ?? [];
  const name = unit?.toLowerCase();
  if (name === undefined || !Object.hasOwn(units, name)) return undefined;
  return Number(digits) * units[name];
}
