/** Identify Namespace of zoned namespaces (zoned namespace command set 1.1, figure 48; CNS 05h, CSI 02h). */

export const IDNS_ZONED = { OZCS: 2, MAR: 4, MOR: 8, LBAFE: 2816, LBAFE_BYTES: 16 } as const;
/** OZCS bit 0: reads may go from one zone into the next. */
export const OZCS_READ_ACROSS = 1;
const NO_LIMIT = 0xffff_ffff;

/** Zones, into which is written in order alone. */
export interface ZoneLayout {
  readonly zoneLbas: number;
  /** Zones that may be active, and open, at once; absent where there is no limit (MAR, MOR). */
  readonly mostActive?: number;
  readonly mostOpen?: number;
}

/** Decodes the 4096 bytes, for the LBA format in force. */
export function decodeZones(data: DataView, formatIndex: number): ZoneLayout {
  const limit = (at: number): number | undefined => {
    const zeroBased = data.getUint32(at, true);
    return zeroBased === NO_LIMIT ? undefined : zeroBased + 1;
  };
  const [mostActive, mostOpen] = [limit(IDNS_ZONED.MAR), limit(IDNS_ZONED.MOR)];
  return {
    zoneLbas: Number(data.getBigUint64(IDNS_ZONED.LBAFE + formatIndex * IDNS_ZONED.LBAFE_BYTES, true)),
    ...(mostActive === undefined ? {} : { mostActive }),
    ...(mostOpen === undefined ? {} : { mostOpen }),
  };
}
