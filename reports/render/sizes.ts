/** How long the I/Os of a job are, in words: one size, or several with their shares. */
import type { JobRecord } from '../document/result.js';
import { formatBytes } from './format.js';

/** Keys of a workload that say it, where there are several. */
export const SIZE_KEYS = ['bssplit', 'bsrange', 'bs'] as const;

const size = (digits: string): string =>
  formatBytes(Number(digits)).replace(/ (.)?i?B$/, (_, unit = '') => unit);

const TEXTS = {
  bssplit: (text: string) =>
    text.replace(/([0-9]+)\/([0-9]+)/g, (_, bytes, share) => `${size(bytes)}/${share}`),
  bsrange: (text: string) => text.replace(/[0-9]+/g, size),
  bs: (text: string) => text.replace(/[0-9]+/g, size),
};

/** `4 KiB`, `4K-64K`, `4K/60:8K/40`; with a comma those of reads and of writes. */
export function sizesText({
  bsBytes,
  workload = {},
}: {
  readonly bsBytes: number;
  readonly workload?: JobRecord['workload'] | undefined;
}): string {
  for (const key of SIZE_KEYS) {
    const value = workload[key];
    if (typeof value === 'string' && /^[0-9/:,-]+$/.test(value)) return TEXTS[key](value);
  }
  return formatBytes(bsBytes);
}
