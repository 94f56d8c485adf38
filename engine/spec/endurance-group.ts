/** Endurance Group Information (NVMe base 2.0, 5.16.1.10, log page 09h), of the one group that there is. Offsets in bytes. */

export const ENDURANCE_GROUP = 1;
export const ENDURANCE_LOG_BYTES = 512;
/** CTRATT bit 4: endurance groups. */
export const CTRATT_ENDURANCE_GROUPS = 1 << 4;

/** Counters are of 16 bytes; those of data count 10^9 bytes, rounded up, and capacities bytes. */
export const ENDURANCE_LOG = {
  CRITICAL_WARNING: 0,
  AVAILABLE_SPARE: 3,
  SPARE_THRESHOLD: 4,
  PERCENTAGE_USED: 5,
  ENDURANCE_ESTIMATE: 32,
  DATA_UNITS_READ: 48,
  DATA_UNITS_WRITTEN: 64,
  MEDIA_UNITS_WRITTEN: 80,
  HOST_READS: 96,
  HOST_WRITES: 112,
  MEDIA_ERRORS: 128,
  ERROR_ENTRIES: 144,
  TOTAL_CAPACITY: 160,
  UNALLOCATED_CAPACITY: 176,
} as const;
