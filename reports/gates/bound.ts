/** The right side of a gate: a number with the unit that its metric has, or percent against a baseline. */
import { QUANTITIES, type Quantity, type QuantityName } from '../render/quantity.js';

export type Bound =
  /** In the unit of the metric's quantity. */
  | { readonly kind: 'absolute'; readonly value: number }
  /** Of the new figure to that of the baseline: 0.97 for -3 %. */
  | { readonly kind: 'relative'; readonly ratio: number };

export type BoundResult = { readonly bound: Bound } | { readonly problem: string; readonly hint: string };

const NUMBER = /^([+-]?)(\d+(?:\.\d+)?|\.\d+)\s*(.*)$/u;

function relative(sign: string, digits: string): BoundResult {
  const percent = Number(digits) * (sign === '-' ? -1 : 1);
  if (percent <= -100) return { problem: `nothing is left at ${percent} %`, hint: 'give more than -100%' };
  return { bound: { kind: 'relative', ratio: 1 + percent / 100 } };
}

/** Reads `250us`, `100k`, `3GB/s`, `0`, or `-3% vs baseline`. */
export function parseBound(text: string, name: QuantityName): BoundResult {
  const { units, form, counted }: Quantity = QUANTITIES[name];
  const against = /^(.*?)\s+vs\s+baseline$/i.exec(text);
  const [, sign, digits, unit] = NUMBER.exec((against?.[1] ?? text).trim()) ?? [];
  if (digits === undefined) return { problem: `${JSON.stringify(text)} is no bound`, hint: `give ${form}` };
  if (against) {
    if (counted)
      return { problem: 'what is counted has no percent against a baseline', hint: `give ${form}` };
    if (unit === '%') return relative(sign, digits);
    return { problem: 'a bound vs baseline is in percent', hint: 'write for example -3% vs baseline' };
  }
  if (unit === '%') return { problem: 'percent of what is not said', hint: 'end the gate with vs baseline' };
  if (sign === '-') return { problem: 'no figure is below 0', hint: `give ${form}` };
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) {
    const problem = unit === '' ? 'the bound has no unit' : `${JSON.stringify(unit)} is not its unit`;
    return { problem, hint: `give ${form}` };
  }
  const value = Number(digits) * factor;
  if (counted && !Number.isInteger(value))
    return { problem: `${digits} is no whole number`, hint: `give ${form}` };
  return { bound: { kind: 'absolute', value } };
}
