/** The right side of a gate: a number with the unit that its metric has, or percent against a baseline. */
import type { MetricKind } from '../compare/metrics.js';

export type Bound =
  /** ns, I/Os per second, bytes per second or errors, by metric. */
  | { readonly kind: 'absolute'; readonly value: number }
  /** Of the new figure to that of the baseline: 0.97 for -3 %. */
  | { readonly kind: 'relative'; readonly ratio: number };

export type BoundResult = { readonly bound: Bound } | { readonly problem: string; readonly hint: string };

const UNITS: Readonly<Record<MetricKind, Readonly<Record<string, number>>>> = {
  latency: { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9 },
  iops: { '': 1, k: 1e3, K: 1e3, M: 1e6, IOPS: 1, kIOPS: 1e3, MIOPS: 1e6 },
  bandwidth: {
    'B/s': 1,
    'kB/s': 1e3,
    'KB/s': 1e3,
    'MB/s': 1e6,
    'GB/s': 1e9,
    'KiB/s': 2 ** 10,
    'MiB/s': 2 ** 20,
    'GiB/s': 2 ** 30,
  },
  errors: { '': 1 },
};

const FORMS: Readonly<Record<MetricKind, string>> = {
  latency: 'a latency with its unit, such as 250us (ns, us, ms, s)',
  iops: 'I/Os per second, such as 100k or 1.5M',
  bandwidth: 'a bandwidth with its unit, such as 3000MiB/s or 3GB/s',
  errors: 'a whole number, such as 0',
};

const NUMBER = /^([+-]?)(\d+(?:\.\d+)?|\.\d+)\s*(.*)$/u;

function relative(sign: string, digits: string): BoundResult {
  const percent = Number(digits) * (sign === '-' ? -1 : 1);
  if (percent <= -100) return { problem: `nothing is left at ${percent} %`, hint: 'give more than -100%' };
  return { bound: { kind: 'relative', ratio: 1 + percent / 100 } };
}

/** Reads `250us`, `100k`, `3GB/s`, `0`, or `-3% vs baseline`. */
export function parseBound(text: string, kind: MetricKind): BoundResult {
  const against = /^(.*?)\s+vs\s+baseline$/i.exec(text);
  const [, sign, digits, unit] = NUMBER.exec((against?.[1] ?? text).trim()) ?? [];
  if (digits === undefined)
    return { problem: `${JSON.stringify(text)} is no bound`, hint: `give ${FORMS[kind]}` };
  if (against) {
    if (kind === 'errors')
      return { problem: 'errors have no percent against a baseline', hint: 'write errors == 0' };
    if (unit === '%') return relative(sign, digits);
    return { problem: 'a bound vs baseline is in percent', hint: 'write for example -3% vs baseline' };
  }
  if (unit === '%') return { problem: 'percent of what is not said', hint: 'end the gate with vs baseline' };
  if (sign === '-') return { problem: 'no figure is below 0', hint: `give ${FORMS[kind]}` };
  const factor = Object.hasOwn(UNITS[kind], unit) ? UNITS[kind][unit] : undefined;
  if (factor === undefined) {
    const problem = unit === '' ? 'the bound has no unit' : `${JSON.stringify(unit)} is not its unit`;
    return { problem, hint: `give ${FORMS[kind]}` };
  }
  const value = Number(digits) * factor;
  if (kind === 'errors' && !Number.isInteger(value))
    return { problem: `${digits} is no number of errors`, hint: `give ${FORMS[kind]}` };
  return { bound: { kind: 'absolute', value } };
}
