/** Controller properties (NVMe base 2.0, 3.1.3; doorbells: NVMe over PCIe 1.0, 3.1.2). Offsets in bytes of BAR0. */

export const CAP = 0x00;
export const VS = 0x08;
export const CC = 0x14;
export const CSTS = 0x1c;
export const AQA = 0x24;
export const ASQ = 0x28;
export const ACQ = 0x30;
export const CMBLOC = 0x38;
export const CMBSZ = 0x3c;
/** Controller Memory Buffer (3.1.3.11 to 3.1.3.13, 3.1.3.16): CMBLOC and CMBSZ, CMBMSC (64 bits), CMBSTS. */
export const CMBMSC = 0x50;
export const CMBSTS = 0x58;
/** Controller ready timeouts (3.1.3.22): with media in bits 15:0, independent of media in 31:16, units of 500 ms. */
export const CRTO = 0x68;

/** First doorbell; register space before it is not mapped by workers. */
export const DOORBELLS = 0x1000;

/** A bit of CAP.CSS: there may be namespaces of several command sets. */
export const CSS = { SEVERAL: 1 << 6 } as const;

/** CAP, decoded (3.1.3.1). */
export interface Capabilities {
  /** Entries of the largest queue: MQES + 1. */
  readonly maxQueueEntries: number;
  readonly contiguousQueuesRequired: boolean;
  /** Worst-case wait for CSTS.RDY, in ms (TO is in 500 ms units). */
  readonly readyTimeoutMs: number;
  /** Bytes between doorbells: 4 << DSTRD. */
  readonly doorbellStrideBytes: number;
  readonly subsystemResetSupported: boolean;
  /** CRMS bit 0: CRTO says how long the controller takes until its media are ready (NVMe 2.0). */
  readonly readyWithMedia: boolean;
  /** CSS: bit 0 NVM, bit 6 I/O command sets by CC.CSS 110b, bit 7 no I/O command set. */
  readonly commandSets: number;
  readonly minPageBytes: number;
  readonly maxPageBytes: number;
  /** AMS bit 0: weighted round robin with an urgent class. */
  readonly weightedRoundRobin: boolean;
  /** CMBS: CMBLOC and CMBSZ are read once CMBMSC says so, and the host chooses the address (from NVMe 1.4 on). */
  readonly memoryBySpaceControl: boolean;
}

export function decodeCapabilities(cap: bigint): Capabilities {
  const field = (shift: bigint, bits: bigint): number => Number((cap >> shift) & ((1n << bits) - 1n));
  return {
    maxQueueEntries: field(0n, 16n) + 1,
    contiguousQueuesRequired: field(16n, 1n) === 1,
    readyTimeoutMs: field(24n, 8n) * 500,
    doorbellStrideBytes: 4 << field(32n, 4n),
    subsystemResetSupported: field(36n, 1n) === 1,
    readyWithMedia: field(59n, 1n) === 1,
    commandSets: field(37n, 8n),
    minPageBytes: 4096 * 2 ** field(48n, 4n),
    maxPageBytes: 4096 * 2 ** field(52n, 4n),
    weightedRoundRobin: field(17n, 1n) === 1,
    memoryBySpaceControl: field(57n, 1n) === 1,
  };
}

/** VS of NVMe 1.1 and 2.0. */
export const VERSION_1_1 = 0x0001_0100;
export const VERSION_2_0 = 0x0002_0000;

/** VS as text, for example `1.4.0` (3.1.3.2). */
export function decodeVersion(vs: number): string {
  return `${vs >>> 16}.${(vs >>> 8) & 0xff}.${vs & 0xff}`;
}

/** CC fields (3.1.3.5). */
export const CC_EN = 1;
export const CC_CSS_SHIFT = 4;
export const CC_CSS_NVM = 0;
export const CC_CSS_ALL = 6;
export const CC_MPS_SHIFT = 7;
export const CC_AMS_SHIFT = 11;
export const CC_AMS_MASK = 0x7 << CC_AMS_SHIFT;
export const CC_AMS_WEIGHTED = 0x1 << CC_AMS_SHIFT;
export const CC_SHN_MASK = 0x3 << 14;
export const CC_SHN_NORMAL = 0x1 << 14;
export const CC_IOSQES_SHIFT = 16;
export const CC_IOCQES_SHIFT = 20;

/** CSTS fields (3.1.3.6). */
export const CSTS_RDY = 1;
export const CSTS_CFS = 1 << 1;
/** The NVM subsystem was reset since power-on; stays until it is cleared. */
export const CSTS_NSSRO = 1 << 4;
export const CSTS_SHST_MASK = 0x3 << 2;
export const CSTS_SHST_COMPLETE = 0x2 << 2;

/** log2 of the entry sizes that CC names. */
export const SQ_ENTRY_SHIFT = 6;
export const CQ_ENTRY_SHIFT = 4;
export const SQ_ENTRY_BYTES = 64;
export const CQ_ENTRY_BYTES = 16;

/** Offset of a submission queue's tail doorbell from the first doorbell. */
export function sqTailDoorbell(qid: number, strideBytes: number): number {
  return 2 * qid * strideBytes;
}

/** Offset of a completion queue's head doorbell from the first doorbell. */
export function cqHeadDoorbell(qid: number, strideBytes: number): number {
  return (2 * qid + 1) * strideBytes;
}

/** The highest queue identifier whose doorbells both lie within so many bytes; -1 where not even the admin queue's do. */
export function lastDoorbellPair(lengthBytes: number, strideBytes: number): number {
  return Math.floor((lengthBytes - 4 - strideBytes) / (2 * strideBytes));
}
