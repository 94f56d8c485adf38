/** Telemetry (NVMe base 2.0, 5.16.1.8 and 5.16.1.9, log pages 07h and 08h). Offsets in bytes. */

/** Of the header, and of what data areas are counted in. */
export const TELEMETRY_BLOCK_BYTES = 512;
/** Log specific field of Get Log Page, bit 0 (CDW10 bit 8), of 07h: make a new one first. */
export const TELEMETRY_CREATE = 1 << 8;

/** In the header: the last block of data areas 1 to 3, generations, whether the controller's own is there, and why it was made. */
export const TELEMETRY = {
  LOG_ID: 0,
  AREA_1_LAST: 8,
  AREA_2_LAST: 10,
  AREA_3_LAST: 12,
  HOST_GENERATION: 381,
  CONTROLLER_AVAILABLE: 382,
  CONTROLLER_GENERATION: 383,
  REASON: 384,
  REASON_BYTES: 128,
} as const;
