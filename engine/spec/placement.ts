/** Flexible Data Placement (NVMe base 2.1, 8.1.10; I/O Management Receive, 7.3): handles that writes name, and directives of theirs. */

/** Opcode of I/O Management Receive; CDW10 bits 7:0 say what is asked for. */
export const IO_MANAGEMENT_RECEIVE = 0x12;
export const RECLAIM_UNIT_HANDLE_STATUS = 1;

/** CDW12 bits 23:20 of a write: the directive is Data Placement, and CDW13 bits 31:16 are its placement identifier. */
export const DIRECTIVE_TYPE = 0xf << 20;
export const DATA_PLACEMENT = 2 << 20;
export const DIRECTIVE_SHIFT = 16;

/** CTRATT bit 19. */
export const CTRATT_PLACEMENT = 1 << 19;

/** Reclaim Unit Handle Status: where the number of descriptors stands, and these. */
export const RUHS = { COUNT: 14, FIRST: 16, BYTES: 32, PID: 0, RUHID: 2, EARUTR: 4, RUAMW: 8 } as const;

/** A reclaim unit handle of a namespace. */
export interface PlacementHandle {
  /** Placement identifier, which writes name. */
  readonly pid: number;
  readonly handle: number;
  /** What can still be written to its reclaim unit, in logical blocks. */
  readonly availableLbas: number;
}

/** Decodes as many as there are in the data. */
export function decodeHandles(data: DataView): PlacementHandle[] {
  const fit = Math.floor((data.byteLength - RUHS.FIRST) / RUHS.BYTES);
  const count = Math.min(data.getUint16(RUHS.COUNT, true), fit);
  return Array.from({ length: count }, (_, i) => {
    const at = RUHS.FIRST + i * RUHS.BYTES;
    return {
      pid: data.getUint16(at + RUHS.PID, true),
      handle: data.getUint16(at + RUHS.RUHID, true),
      availableLbas: Number(data.getBigUint64(at + RUHS.RUAMW, true)),
    };
  });
}
