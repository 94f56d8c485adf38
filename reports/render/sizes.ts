/** How long the I/Os of a job are, in words: one size, or several with their shares. */
import type { JobRecord } from '../document/result.js';
import { formatBytes } from './format.js';

/** Keys of a workload that say it; of those that it has, the first does. */
export const SIZE_KEYS = ['bssplit', 'bsrange', 'bs'] as const;

const size = (digits: string): string =>
  formatBytes(Number(digits)).replace(/ (.)?i?B$/, (_, unit = '') => unit);

const TEXTS = {
  bssplit: (text: string) =>
    text.replace(/([0-9]+)\/([0-9]+)/g, (_, bytes, share) => `${size(bytes)}/${share}`),
  bsrange: (text: string) => text.replace(/[0-9]+/g, size),
  bs: (text: string) => text.replace(/[0-9]+/g, size),
};

/** Several sizes as one of these keys has them, in words: `4K-64K`. Undefined of anything else. */
export function sizeText(key: string, value: unknown): string | undefined {
  const known = SIZE_KEYS.find((each) => each === key);
  return known !== undefined && typeof value === 'string' && /^[0-9/:,-]+$/.test(value)
    ? TEXTS[known](value)
    : undefined;
}

/** `4 KiB`, `4K-64K`, `4K/60:8K/40`; with a comma those of reads and of writes; of a trace its longest. */
export function sizesText({
  bsBytes,
  workload = {},
}: {
  readonly bsBytes: number;
  readonly workload?: JobRecord['workload'] | undefined;
}): string {
  for (const key of SIZE_KEYS) {
    const text = sizeText(key, workload[key]);
    if (text !== undefined) return text;
  }
  return workload.read_iolog === undefined ? formatBytes(bsBytes) : `up to ${formatBytes(bsBytes)}`;
}
