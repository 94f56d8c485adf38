/** Kinds of figures: how a value is printed, and how users write a bound of one. The only place where bounds have units. */
import { formatBytes, formatCount, formatIops, formatLatency, formatMibPerSecond } from './format.js';

export interface Quantity {
  /** In a column whose head has the unit. */
  readonly cell: (value: number) => string;
  /** By itself. */
  readonly text: (value: number) => string;
  /** Counted rather than estimated: whole, without an interval, and equal to a bound or not. */
  readonly counted?: true;
  /** What a number with that unit is worth in the unit of the document. */
  readonly units: Readonly<Record<string, number>>;
  /** What a bound looks like. */
  readonly form: string;
}

/** 31.9 or, from 100 on, 1,234. */
function formatNumber(value: number): string {
  return value < 99.95 ? value.toFixed(1) : formatCount(value);
}

const alike = (print: (value: number) => string): Pick<Quantity, 'cell' | 'text'> => ({
  cell: print,
  text: print,
});

const counted = { counted: true, units: { '': 1 }, form: 'a whole number, such as 0' } as const;

export const QUANTITIES = {
  /** In ns. */
  time: {
    ...alike(formatLatency),
    units: { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9 },
    form: 'a time with its unit, such as 250us (ns, us, ms, s)',
  },
  /** I/Os per second. */
  iops: {
    ...alike(formatIops),
    units: { '': 1, k: 1e3, K: 1e3, M: 1e6, IOPS: 1, kIOPS: 1e3, MIOPS: 1e6 },
    form: 'I/Os per second, such as 100k or 1.5M',
  },
  /** Bytes per second. */
  bandwidth: {
    cell: formatMibPerSecond,
    text: (value) => `${formatMibPerSecond(value)} MiB/s`,
    units: {
      'B/s': 1,
      'kB/s': 1e3,
      'KB/s': 1e3,
      'MB/s': 1e6,
      'GB/s': 1e9,
      'KiB/s': 2 ** 10,
      'MiB/s': 2 ** 20,
      'GiB/s': 2 ** 30,
    },
    form: 'a bandwidth with its unit, such as 3000MiB/s or 3GB/s',
  },
  bytes: {
    ...alike(formatBytes),
    units: { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
    form: 'a size with its unit, such as 4GiB',
  },
  count: { ...alike(formatCount), ...counted },
  number: { ...alike(formatNumber), units: { '': 1 }, form: 'a number, such as 31.5' },
  percent: {
    ...alike((value: number) => `${value} %`),
    units: { '': 1 },
    form: 'a number of percent, such as 10',
  },
  celsius: { ...alike((value: number) => `${value} °C`), units: { '': 1 }, form: 'degrees, such as 70' },
} as const satisfies Readonly<Record<string, Quantity>>;

export type QuantityName = keyof typeof QUANTITIES;
