/** Persistent Event Log (NVMe base 2.0, 5.16.1.14, log page 0Dh). Offsets in bytes. */

/** Log specific field of Get Log Page, bits 1:0 (CDW10 bits 9:8). */
export const PERSISTENT_EVENT_ACTION = {
  READ: 0,
  ESTABLISH: 1,
  RELEASE: 2,
  ESTABLISH_AND_READ_HEADER: 3,
} as const;

export const PERSISTENT_EVENT_TYPE = {
  SMART_SNAPSHOT: 0x01,
  FIRMWARE_COMMIT: 0x02,
  TIMESTAMP_CHANGE: 0x03,
  POWER_ON_OR_RESET: 0x04,
  HARDWARE_ERROR: 0x05,
  FORMAT_START: 0x07,
  FORMAT_COMPLETION: 0x08,
  SANITIZE_START: 0x09,
  SANITIZE_COMPLETION: 0x0a,
  TELEMETRY_CREATED: 0x0c,
} as const;

/** Code of a hardware error: the controller has set CSTS.CFS. */
export const CONTROLLER_FATAL_STATUS = 9;

export const PERSISTENT_HEADER_BYTES = 512;
export const PERSISTENT_REVISION = 2;
/** Of the log: TNEV, TLL, LHL (what of the header comes behind byte 20) and so on; a bit for each type of events. */
export const PERSISTENT_HEADER = {
  LOG_ID: 0,
  EVENTS: 4,
  LENGTH: 8,
  REVISION: 16,
  HEADER_LENGTH: 18,
  HEADER_LENGTH_FROM: 20,
  TIMESTAMP: 20,
  POWER_ON_HOURS: 28,
  POWER_CYCLES: 44,
  VID: 52,
  SSVID: 54,
  SN: 56,
  MN: 76,
  SUBNQN: 116,
  GENERATION: 372,
  /** RCI: what is known of the context that is read. */
  CONTEXT: 374,
  SUPPORTED: 480,
} as const;

export const PERSISTENT_EVENT_HEADER_BYTES = 24;
/** Of an event: EHL counts what of its header comes behind byte 3, EL the data behind the header. */
export const PERSISTENT_EVENT = {
  TYPE: 0,
  REVISION: 1,
  HEADER_LENGTH: 2,
  HEADER_LENGTH_FROM: 3,
  CNTLID: 4,
  TIMESTAMP: 6,
  LENGTH: 22,
} as const;
