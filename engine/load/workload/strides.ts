/** The parts of a region that a job with `zonemode: strided` goes through. Touches no device. */
import type { Region } from './addresses.js';

/** How a job goes about the parts of its region, in bytes. */
export interface StridedSpec {
  /** What is transferred in each part. */
  readonly zoneSizeBytes?: number;
  /** How long each is; as `zoneSizeBytes` unless given. */
  readonly zoneRangeBytes?: number;
  /** From the end of one to the beginning of the next; 0 unless given. */
  readonly zoneSkipBytes?: number;
}

export interface Strides {
  /** I/Os in a part before the next has its turn. */
  readonly zoneIos: number;
  /** Blocks of each. */
  readonly blocks: number;
  /** From the first logical block of one to that of the next. */
  readonly strideLbas: number;
  /** Parts of the region; less than 1 where not even one fits. */
  readonly zones: number;
}

/**
 * Of a region whose blocks are the job's I/Os. In sequence the last part may reach beyond the region where what is transferred of it does
 * not, as with fio.
 */
export function stridesOf(
  { blockLbas, blocks }: Pick<Region, 'blockLbas' | 'blocks'>,
  {
    zoneSizeBytes = 0,
    zoneRangeBytes = zoneSizeBytes,
    zoneSkipBytes = 0,
    random,
  }: StridedSpec & { readonly random: boolean },
  lbaBytes: number,
): Strides {
  const rangeLbas = zoneRangeBytes / lbaBytes;
  const strideLbas = rangeLbas + zoneSkipBytes / lbaBytes;
  const zoneIos = Math.ceil(zoneSizeBytes / (blockLbas * lbaBytes));
  const usedLbas = random ? rangeLbas : Math.min(rangeLbas, zoneIos * blockLbas);
  return {
    zoneIos,
    blocks: rangeLbas / blockLbas,
    strideLbas,
    zones: Math.floor((blocks * blockLbas - usedLbas) / strideLbas) + 1,
  };
}
