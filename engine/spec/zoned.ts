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
  /** Most that one append takes, in the smallest memory pages of the controller; absent where MDTS alone bounds it, or nobody tells. */
  readonly mostAppendPages?: number;
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

/** Zone Send Action: CDW13 bits 7:0 of Zone Management Send (zoned namespace command set 1.1, 3.4.3). */
export const ZONE_ACTION = { CLOSE: 1, FINISH: 2, OPEN: 3, RESET: 4 } as const;
/** CDW13 bit 8: the action is done to all zones that it applies to, whatever the block. */
export const ZONE_SELECT_ALL = 1 << 8;

/** Zone states (figure 36, ZS). */
export const ZONE_STATE = {
  EMPTY: 1,
  IMPLICITLY_OPENED: 2,
  EXPLICITLY_OPENED: 3,
  CLOSED: 4,
  READ_ONLY: 13,
  FULL: 14,
  OFFLINE: 15,
} as const;

/** In words. */
export const ZONE_STATE_NAMES: Readonly<Record<number, string>> = {
  [ZONE_STATE.EMPTY]: 'empty',
  [ZONE_STATE.IMPLICITLY_OPENED]: 'implicitly opened',
  [ZONE_STATE.EXPLICITLY_OPENED]: 'explicitly opened',
  [ZONE_STATE.CLOSED]: 'closed',
  [ZONE_STATE.READ_ONLY]: 'read only',
  [ZONE_STATE.FULL]: 'full',
  [ZONE_STATE.OFFLINE]: 'offline',
};

/** Report Zones of Zone Management Receive (3.4.2.2): a header, then a descriptor of each zone, in bytes. */
export const ZONE_REPORT = {
  HEADER_BYTES: 64,
  DESCRIPTOR_BYTES: 64,
  NUMBER_OF_ZONES: 0,
  TYPE: 0,
  /** Bits 7:4. */
  STATE: 1,
  CAPACITY: 8,
  START: 16,
  WRITE_POINTER: 24,
  SEQUENTIAL_WRITE_REQUIRED: 2,
} as const;

/** A zone as its controller tells of it, in logical blocks. */
export interface ZoneDescriptor {
  readonly state: number;
  readonly slba: number;
  readonly capacityLbas: number;
  /** What of it was written, from its first block on; undefined in states whose write pointer says nothing. */
  readonly writtenLbas: number | undefined;
}

const POINTER_STATES: readonly number[] = [
  ZONE_STATE.EMPTY,
  ZONE_STATE.IMPLICITLY_OPENED,
  ZONE_STATE.EXPLICITLY_OPENED,
  ZONE_STATE.CLOSED,
];

/** Decodes as many descriptors of a report as there are, and as its bytes hold. */
export function decodeZoneReport(data: DataView): ZoneDescriptor[] {
  const { HEADER_BYTES, DESCRIPTOR_BYTES, NUMBER_OF_ZONES, STATE, CAPACITY, START, WRITE_POINTER } =
    ZONE_REPORT;
  const room = Math.floor((data.byteLength - HEADER_BYTES) / DESCRIPTOR_BYTES);
  const count = Math.min(room, Number(data.getBigUint64(NUMBER_OF_ZONES, true)));
  return Array.from({ length: count }, (_, index) => {
    const at = HEADER_BYTES + index * DESCRIPTOR_BYTES;
    const word = (offset: number): number => Number(data.getBigUint64(at + offset, true));
    const state = data.getUint8(at + STATE) >> 4;
    const [slba, capacityLbas] = [word(START), word(CAPACITY)];
    const full = state === ZONE_STATE.FULL ? capacityLbas : undefined;
    const writtenLbas = POINTER_STATES.includes(state) ? word(WRITE_POINTER) - slba : full;
    return { state, slba, capacityLbas, writtenLbas };
  });
}
