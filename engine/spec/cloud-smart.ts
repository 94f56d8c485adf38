/**
 * SMART / Health Information Extended (OCP Datacenter NVMe SSD specification 2.0, 4.8.4, log page C0h). Offsets in bytes; those of media units
 * count bytes in 16 bytes.
 */

export const CLOUD_SMART_LOG_ID = 0xc0;
export const CLOUD_SMART_BYTES = 512;
export const CLOUD_SMART_VERSION = 3;
/** AFD514C97C6F4F9CA4F2BFEA2810AFC5h, the lowest byte first. */
export const CLOUD_SMART_GUID = [
  0xc5, 0xaf, 0x10, 0x28, 0xea, 0xbf, 0xf2, 0xa4, 0x9c, 0x4f, 0x6f, 0x7c, 0xc9, 0x14, 0xd5, 0xaf,
] as const;
/** The drive has no capacitors. */
export const NO_CAPACITORS = 0xffff;

export const CLOUD_SMART = {
  MEDIA_WRITTEN: 0,
  MEDIA_READ: 16,
  BAD_USER_BLOCKS_NORMALIZED: 38,
  BAD_SYSTEM_BLOCKS_NORMALIZED: 46,
  UNCORRECTABLE_READS: 56,
  SOFT_ECC_ERRORS: 64,
  END_TO_END_DETECTED: 72,
  MOST_ERASES: 88,
  LEAST_ERASES: 92,
  THROTTLING_EVENTS: 96,
  SPECIFICATION_MAJOR: 103,
  INCOMPLETE_SHUTDOWNS: 112,
  FREE_BLOCKS_PERCENT: 120,
  CAPACITOR_HEALTH: 128,
  UNALIGNED_IO: 136,
  TOTAL_NUSE: 152,
  POWER_LOSS_PROTECTIONS: 160,
  ENDURANCE_ESTIMATE: 176,
  VERSION: 494,
  GUID: 496,
} as const;
