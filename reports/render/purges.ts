/** The purges of a device, for people. */
import type { PurgeRecord } from '../document/purge-record.js';
import { recoveryTexts } from '../document/recovery.js';
import type { BenchResult, DeviceRecord } from '../document/result.js';
import { formatBytes, formatDuration } from './format.js';

const WAYS: Readonly<Record<PurgeRecord['way'], string>> = {
  deallocate: 'deallocated',
  format: 'erased by Format NVM',
  sanitize: 'erased by Sanitize',
};

/** A sentence for each, in order. */
export function purgeTexts({ purges = [] }: BenchResult, { target }: Pick<DeviceRecord, 'target'>): string[] {
  return purges
    .filter((purge) => purge.target === target)
    .map(({ way, bytes, elapsedNs, before, recovery }) =>
      [
        `all ${formatBytes(bytes)} ${WAYS[way]} in ${formatDuration(elapsedNs)} before ${before}`,
        ...recoveryTexts({ recovery }),
      ].join('; '),
    );
}
