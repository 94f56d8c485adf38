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
