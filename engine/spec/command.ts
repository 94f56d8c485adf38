/** Submission queue entry and completion queue entry layouts (NVMe base 2.0, figures 86 and 89). */

/** Opcodes of the admin command set (figure 138). */
export const ADMIN = {
  DELETE_IO_SQ: 0x00,
  CREATE_IO_SQ: 0x01,
  GET_LOG_PAGE: 0x02,
  DELETE_IO_CQ: 0x04,
  CREATE_IO_CQ: 0x05,
  IDENTIFY: 0x06,
  ABORT: 0x08,
  SET_FEATURES: 0x09,
  GET_FEATURES: 0x0a,
  ASYNC_EVENT_REQUEST: 0x0c,
  FIRMWARE_COMMIT: 0x10,
  FIRMWARE_DOWNLOAD: 0x11,
  DEVICE_SELF_TEST: 0x14,
  DOORBELL_BUFFER_CONFIG: 0x7c,
  FORMAT_NVM: 0x80,
  SANITIZE: 0x84,
} as const;

/** Opcodes of the NVM command set (NVM command set 1.0, figure 18). */
export const NVM = {
  FLUSH: 0x00,
  WRITE: 0x01,
  READ: 0x02,
  WRITE_UNCORRECTABLE: 0x04,
  COMPARE: 0x05,
  WRITE_ZEROES: 0x08,
  DATASET_MANAGEMENT: 0x09,
  VERIFY: 0x0c,
  COPY: 0x19,
} as const;

/** Opcodes that the zoned namespace command set adds (zoned namespace command set 1.1, figure 17). */
export const ZNS = { ZONE_MANAGEMENT_SEND: 0x79, ZONE_MANAGEMENT_RECEIVE: 0x7a, ZONE_APPEND: 0x7d } as const;

/** Dataset Management (NVM command set 1.0, 3.2.3): CDW11, and words of a range. */
export const DSM = {
  DEALLOCATE: 1 << 2,
  RANGE_BYTES: 16,
  RANGE_LBAS: 1,
  RANGE_SLBA_LOW: 2,
  RANGE_SLBA_HIGH: 3,
} as const;

/** Copy (NVM command set 1.0, 3.2.2): CDW12, and words of a source range of format 0h, whose length is 0's based. */
export const COPY = {
  RANGES_MASK: 0xff,
  /** Other formats of ranges, checks of what has no protection, directives. */
  UNSUPPORTED: 0x3cf0_ff00,
  RANGE_BYTES: 32,
  RANGE_SLBA_LOW: 2,
  RANGE_SLBA_HIGH: 3,
  RANGE_LBAS: 4,
} as const;

/** Force Unit Access: bit 30 of CDW12 of Read, Write, Compare, Write Zeroes and Verify (NVM command set 1.0, 3.2). */
export const FUA = 1 << 30;

/** CDW12 of reads and writes (NVM command set 1.0, 5.2): who makes protection information, and what of it is checked. */
export const PRINFO = {
  /** PRACT: the controller makes it on writes, and strips it on reads where it is all of the metadata. */
  ACTION: 1 << 29,
  CHECK_GUARD: 1 << 28,
  CHECK_APPLICATION_TAG: 1 << 27,
  CHECK_REFERENCE_TAG: 1 << 26,
} as const;

/**
 * Protection information by the bits of its guard (NVM command set 1.0, 5.2.1): a guard, an application tag of 2 bytes, and the space
 * that a storage tag and the reference tag share, each big-endian.
 */
export const PROTECTION = {
  16: { guardBytes: 2, tagBytes: 4 },
  32: { guardBytes: 4, tagBytes: 10 },
  64: { guardBytes: 8, tagBytes: 6 },
} as const;
export type GuardBits = keyof typeof PROTECTION;

/** Of bits that an LBA format has; undefined of a guard that is not known. */
export const knownGuard = (guardBits = 16): GuardBits | undefined =>
  guardBits in PROTECTION ? (guardBits as GuardBits) : undefined;

/** Bytes of all of it. */
export const protectionBytes = (guardBits: GuardBits): number =>
  PROTECTION[guardBits].guardBytes + 2 + PROTECTION[guardBits].tagBytes;

/** Optional admin commands of a controller (OACS, NVMe base 2.0, figure 275). */
export const OACS = {
  FORMAT: 1 << 1,
  FIRMWARE: 1 << 2,
  NAMESPACE_MANAGEMENT: 1 << 3,
  DEVICE_SELF_TEST: 1 << 4,
  DOORBELL_BUFFER_CONFIG: 1 << 8,
} as const;

/** Optional commands of a controller (ONCS, NVMe base 2.0, figure 275). */
export const ONCS = {
  COMPARE: 1 << 0,
  WRITE_UNCORRECTABLE: 1 << 1,
  DATASET_MANAGEMENT: 1 << 2,
  WRITE_ZEROES: 1 << 3,
  TIMESTAMP: 1 << 6,
  VERIFY: 1 << 7,
  COPY: 1 << 8,
} as const;

/** Word (32-bit) indices of a submission queue entry. */
export const SQE = {
  WORDS: 16,
  /** Opcode in bits 7:0, FUSE 9:8, PSDT 15:14, command identifier 31:16. */
  CDW0: 0,
  NSID: 1,
  CDW2: 2,
  CDW3: 3,
  MPTR_LOW: 4,
  MPTR_HIGH: 5,
  PRP1_LOW: 6,
  PRP1_HIGH: 7,
  PRP2_LOW: 8,
  PRP2_HIGH: 9,
  CDW10: 10,
  CDW11: 11,
  CDW12: 12,
  CDW13: 13,
  CDW14: 14,
  CDW15: 15,
} as const;

/** Word (32-bit) indices of a completion queue entry. */
export const CQE = {
  WORDS: 4,
  DW0: 0,
  DW1: 1,
  /** SQ head pointer in bits 15:0, SQ identifier 31:16. */
  DW2: 2,
  /** Command identifier in bits 15:0, phase tag in bit 16, status 31:17. */
  DW3: 3,
} as const;

export const PHASE_BIT = 1 << 16;
/** Shift of the 15-bit status field (SC 7:0, SCT 10:8, CRD 12:11, M 13, DNR 14). */
export const STATUS_SHIFT = 17;

/** Feature identifiers (figure 317). */
export const FEATURE = {
  ARBITRATION: 0x01,
  POWER_MANAGEMENT: 0x02,
  TEMPERATURE_THRESHOLD: 0x04,
  ERROR_RECOVERY: 0x05,
  VOLATILE_WRITE_CACHE: 0x06,
  NUMBER_OF_QUEUES: 0x07,
  INTERRUPT_COALESCING: 0x08,
  ASYNC_EVENT_CONFIGURATION: 0x0b,
  AUTONOMOUS_POWER_STATES: 0x0c,
  HOST_MEMORY_BUFFER: 0x0d,
  TIMESTAMP: 0x0e,
  COMMAND_SET_PROFILE: 0x19,
} as const;

/** Error Recovery, CDW11: reads of blocks without data fail (DULBE, NVM command set 1.0, 4.1.3.2). */
export const DEALLOCATED_ERRORS = 1 << 16;

/** Data of Timestamp (5.27.1.11). */
export const TIMESTAMP_BYTES = 8;

/** Data of Autonomous Power State Transition: an entry of 8 bytes for each of 32 power states (5.27.1.9). */
export const APST_BYTES = 256;

/** CNS values of Identify (figure 274). */
export const CNS = {
  NAMESPACE: 0x00,
  CONTROLLER: 0x01,
  ACTIVE_NAMESPACES: 0x02,
  NAMESPACE_DESCRIPTORS: 0x03,
  /** What the command set in CDW11 (CSI) says of a namespace. */
  NAMESPACE_OF_COMMAND_SET: 0x05,
  /** The same of a controller. */
  CONTROLLER_OF_COMMAND_SET: 0x06,
  /** Active namespaces of the command set in CDW11. */
  ACTIVE_NAMESPACES_OF_COMMAND_SET: 0x07,
  /** Namespaces that there are, attached to a controller or not; where they can be managed. */
  ALLOCATED_NAMESPACES: 0x10,
  ENDURANCE_GROUPS: 0x19,
  /** Which command sets may be in force at once. */
  COMMAND_SET_COMBINATIONS: 0x1c,
} as const;

/** Log page identifiers (figure 202). */
export const LOG = {
  SUPPORTED_LOG_PAGES: 0x00,
  ERROR_INFORMATION: 0x01,
  SMART: 0x02,
  FIRMWARE_SLOT: 0x03,
  CHANGED_NAMESPACES: 0x04,
  COMMANDS_SUPPORTED_AND_EFFECTS: 0x05,
  DEVICE_SELF_TEST: 0x06,
  TELEMETRY_HOST: 0x07,
  TELEMETRY_CONTROLLER: 0x08,
  ENDURANCE_GROUP: 0x09,
  PERSISTENT_EVENT: 0x0d,
  FEATURES_SUPPORTED_AND_EFFECTS: 0x12,
  MANAGEMENT_COMMANDS_SUPPORTED_AND_EFFECTS: 0x13,
  SANITIZE_STATUS: 0x81,
} as const;

/** Command set identifiers (NVMe base 2.0, figure 290): bits 31:24 of CDW11. */
export const CSI = { NVM: 0, KEY_VALUE: 1, ZONED: 2 } as const;
export const CSI_SHIFT = 24;

export const NSID_ALL = 0xffff_ffff;
/** Create I/O SQ/CQ, CDW11: physically contiguous. */
export const QUEUE_PHYSICALLY_CONTIGUOUS = 1;
/** Create I/O CQ, CDW11: interrupts enabled. */
export const QUEUE_INTERRUPTS_ENABLED = 2;
