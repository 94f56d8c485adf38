/** Axes: from a value to its place between 0 and 1, and where the ticks stand. */

export interface Tick {
  /** 0 to 1 along the axis. */
  readonly at: number;
  readonly label: string;
}

export interface Scale {
  readonly name: string;
  readonly ticks: readonly Tick[];
  /** Place of a value, 0 to 1. */
  readonly at: (value: number) => number;
  readonly format: (value: number) => string;
}

type Format = (value: number) => string;

function scaleOf(
  name: string,
  at: (value: number) => number,
  values: readonly number[],
  format: Format,
): Scale {
  return { name, at, format, ticks: values.map((value) => ({ at: at(value), label: format(value) })) };
}

/** From 0 to a round number at or above `max`. */
export function linearScale(name: string, max: number, format: Format): Scale {
  const rough = (max > 0 ? max : 1) / 5;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = decade * ([1, 2, 5].find((digit) => digit * decade >= rough * 0.999) ?? 10);
  const count = Math.max(1, Math.ceil((max > 0 ? max : 1) / step - 1e-9));
  const values = Array.from({ length: count + 1 }, (_, i) => i * step);
  return scaleOf(name, (value) => value / (count * step), values, format);
}

/** From a round number at or below `min` to one at or above `max`, both above 0, by logarithm. */
export function logScale(name: string, min: number, max: number, format: Format): Scale {
  const digits = Math.log10(max / min) > 3 ? [1] : [1, 2, 5];
  const all: number[] = [];
  for (let exponent = Math.floor(Math.log10(min)); exponent <= Math.ceil(Math.log10(max)); exponent++)
    for (const digit of digits) all.push(digit * 10 ** exponent);
  const from = all.findLastIndex((value) => value <= min);
  const to = all.findIndex((value) => value >= max);
  const values = all.slice(Math.max(0, from), Math.max(from + 2, to + 1));
  const low = Math.log(values[0]);
  const span = Math.log(values[values.length - 1]) - low;
  return scaleOf(name, (value) => (Math.log(value) - low) / span, values, format);
}

/** Ticks that a scale of values has at most: more would run into each other. */
const MOST_VALUES = 12;

/** With its ticks at the values themselves, of many at some of them, the ends always; by logarithm where all are above 0. */
export function valueScale(name: string, given: readonly number[], format: Format): Scale {
  const values = [...new Set(given)].sort((a, b) => a - b);
  const along = (value: number): number => (values[0] > 0 ? Math.log(value) : value);
  const [low, high] = [along(values[0]), along(values[values.length - 1])];
  // One value alone lies in the middle.
  const at = (value: number): number => (low === high ? 0.5 : (along(value) - low) / (high - low));
  const every = Math.max(1, Math.ceil((values.length - 1) / (MOST_VALUES - 1)));
  const ticks = values.filter((_, i) => i === values.length - 1 || i % every === 0);
  return scaleOf(name, at, ticks, format);
}

/** The percentile that `nines` stands for, as text: 0, 90, 99, 99.9. */
export function percentileText(nines: number): string {
  const decimals = Math.max(0, Math.ceil(nines) - 2);
  return `${Number((100 * (1 - 10 ** -nines)).toFixed(decimals + 2))} %`;
}

/** Percentiles to 1 - 10^-`nines`, each decade as wide as the one before: x = log10(1 / (1 - p)). */
export function percentileScale(name: string, nines: number): Scale {
  const last = Math.max(1, Math.ceil(nines));
  const values = Array.from({ length: last + 1 }, (_, i) => i);
  return scaleOf(name, (value) => value / last, values, percentileText);
}

/** How far a scale of changes goes, and its ticks, in percent of the base. Each goes as far down as up, by ratio. */
const CHANGES: readonly (readonly number[])[] = [
  [-2, -1, 0, 1, 2],
  [-5, -2, 0, 2, 5],
  [-10, -5, 0, 5, 10],
  [-20, -10, 0, 10, 20],
  [-50, -25, 0, 50, 100],
  [-75, -50, 0, 100, 300],
  [-90, -75, -50, 0, 100, 300, 900],
];

/**
 * Ratios to 1, which is in the middle, by logarithm; far enough for `deviation`, the largest |ln ratio|, or to a tenth
 * and the tenfold. Ratios beyond lie at the ends. Labels are changes in percent.
 */
export function changeScale(name: string, deviation: number): Scale {
  const reach = ([least]: readonly number[]): number => -Math.log(1 + least / 100);
  const ticks = CHANGES.find((each) => reach(each) >= deviation) ?? CHANGES[CHANGES.length - 1];
  const most = reach(ticks);
  const at = (ratio: number): number =>
    Math.min(1, Math.max(0, 0.5 + Math.log(Math.max(ratio, Number.MIN_VALUE)) / (2 * most)));
  const values = ticks
    .map((percent) => 1 + percent / 100)
    .filter((ratio) => Math.abs(Math.log(ratio)) <= most * 1.0001);
  return scaleOf(name, at, values, (ratio) => {
    const percent = Math.round((ratio - 1) * 100);
    return `${percent > 0 ? '+' : ''}${percent} %`;
  });
}

/** Names one below the other, the first at the top; the value of a row is its index. */
export function rowScale(name: string, rows: readonly string[]): Scale {
  const at = (row: number): number => 1 - (row + 0.5) / rows.length;
  return scaleOf(name, at, [...rows.keys()], (row) => rows[row]);
}
