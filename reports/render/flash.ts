import type { DeviceRecord, FlashRecord } from '../document/result.js';
import { formatBytes, formatCount } from './format.js';

type Growing = 'hostBytesWritten' | 'nandBytesProgrammed' | 'superblockErases';

/**
 * What a run did to a software drive of flash, by its own account: how much was programmed for what was written, and how it
 * stands after that. '' where it is none.
 */
export function flashOf({ flashBefore, flashAfter }: DeviceRecord): string {
  if (flashAfter === undefined) return '';
  const grown = (field: Growing): number => flashAfter[field] - (flashBefore?.[field] ?? 0);
  const [written, programmed] = [grown('hostBytesWritten'), grown('nandBytesProgrammed')];
  const amplified =
    written > 0
      ? [
          `write amplification ${(programmed / written).toFixed(2)}`,
          `${formatBytes(programmed)} programmed for ${formatBytes(written)}`,
          `${formatCount(grown('superblockErases'))} superblocks erased`,
        ]
      : ['nothing written'];
  return [...amplified, standing(flashAfter)].join(', ');
}

function standing({
  freeSuperblocks,
  superblocks,
  mostErases,
  ratedCycles,
  collecting,
}: FlashRecord): string {
  const free = `${formatCount(freeSuperblocks)} of ${formatCount(superblocks)} free`;
  const wear = `at most ${formatCount(mostErases)} of ${formatCount(ratedCycles)} cycles`;
  return `${free}, ${wear}${collecting ? ', collecting' : ''}`;
}
