/** Identify data structures (NVMe base 2.0, figures 275 and 97 of NVM command set 1.0). Offsets in bytes. */

import { type AtomicWrites, controllerAtomicLbas, decodeAtomicWrites } from './atomic.js';
import { hasFlashLog } from './flash-log.js';
import { CTRATT_PLACEMENT } from './placement.js';
import { decodePowerStates, type PowerStates } from './power.js';
import { sanitizeCapabilities } from './sanitize.js';
import type { ZoneLayout } from './zoned.js';

export const IDENTIFY_BYTES = 4096;

export const IDCTRL = {
  VID: 0,
  SSVID: 2,
  SN: 4,
  SN_BYTES: 20,
  MN: 24,
  MN_BYTES: 40,
  FR: 64,
  FR_BYTES: 8,
  MDTS: 77,
  CNTLID: 78,
  VER: 80,
  RTD3R: 84,
  RTD3E: 88,
  OAES: 92,
  CTRATT: 96,
  CRDT1: 128,
  OACS: 256,
  ACL: 258,
  AERL: 259,
  FRMW: 260,
  LPA: 261,
  NPSS: 263,
  APSTA: 265,
  WCTEMP: 266,
  CCTEMP: 268,
  HMPRE: 272,
  HMMIN: 276,
  TNVMCAP: 280,
  EDSTT: 316,
  DSTO: 318,
  HMMINDS: 332,
  HMMAXD: 336,
  ENDGIDMAX: 340,
  PELS: 352,
  SQES: 512,
  CQES: 513,
  NN: 516,
  ONCS: 520,
  FNA: 524,
  VWC: 525,
  OCFS: 534,
  SUBNQN: 768,
  SUBNQN_BYTES: 256,
  /** Power state descriptors, one after the other. */
  PSD: 2048,
  PSD_BYTES: 32,
} as const;

export const IDNS = {
  NSZE: 0,
  NCAP: 8,
  NUSE: 16,
  NSFEAT: 24,
  NLBAF: 25,
  FLBAS: 26,
  MC: 27,
  DPC: 28,
  DPS: 29,
  NMIC: 30,
  NOIOB: 46,
  NPWG: 64,
  NPWA: 66,
  MSSRL: 74,
  MCL: 76,
  MSRC: 80,
  ENDGID: 102,
  NGUID: 104,
  EUI64: 120,
  LBAF: 128,
  LBAF_BYTES: 4,
} as const;

/** Host Memory Buffer (HMPRE, HMMIN, HMMINDS, HMMAXD), in bytes; 0 where there is no such wish, or no such limit. */
export interface HostMemoryWish {
  readonly preferredBytes: number;
  readonly leastBytes: number;
  readonly leastPieceBytes: number;
  readonly mostPieces: number;
}

export interface ControllerIdentity extends PowerStates {
  readonly pciVendorId: number;
  /** Text, or `hex:` and the bytes of one that is not ASCII. */
  readonly serialNumber: string;
  readonly modelNumber: string;
  readonly firmwareRevision: string;
  /** Largest transfer as a power of two of CAP.MPSMIN pages; 0 means no limit. */
  readonly mdts: number;
  readonly controllerId: number;
  readonly version: string;
  /** RTD3E: how long a normal shutdown may take; 0 where the controller does not say. */
  readonly shutdownLatencyUs: number;
  /** OAES: optional events, by the bits of Asynchronous Event Configuration. */
  readonly optionalEvents: number;
  /** It has LBA formats with guards or tags of other sizes (CTRATT bit 15). */
  readonly extendedLbaFormats: boolean;
  /** It has Flexible Data Placement (CTRATT bit 19); absent where not. */
  readonly dataPlacement?: true;
  /** Asynchronous event requests that may be outstanding: AERL + 1. */
  readonly eventLimit: number;
  /** What it wishes for of host memory. */
  readonly hostMemory: HostMemoryWish;
  /** It may change to other power states by itself (APSTA). */
  readonly autonomousPowerStates: boolean;
  /** CRDT1 to CRDT3: what a retry is to wait for; 0 where the controller does not say. */
  readonly retryDelaysMs: readonly number[];
  /** OACS: bit 1 Format NVM, bit 2 firmware, bit 3 namespace management. */
  readonly optionalAdminCommands: number;
  /** Abort commands that may be outstanding: ACL + 1. */
  readonly abortLimit: number;
  /** In bytes; 0 where the controller does not say. */
  readonly totalCapacityBytes: bigint;
  readonly numberOfNamespaces: number;
  readonly optionalNvmCommands: number;
  /** FNA: bit 0 a format, bit 1 a secure erase goes to all namespaces; bit 2 there is a cryptographic erase. */
  readonly formatAttributes: number;
  readonly volatileWriteCache: boolean;
  /** Blocks of a write that is all there or not at all after a loss of power (AWUPF). */
  readonly atomicWriteLbas?: number;
  readonly warningTemperatureKelvin: number;
  readonly criticalTemperatureKelvin: number;
  readonly subsystemNqn: string;
  /** A software drive of flash, which tells how that stands in a log page of its own. */
  readonly flashLog?: true;
  /** SANICAP: how it sanitizes; absent where it does not. */
  readonly sanitize?: number;
}

/** Extended LBA formats are supported (ELBAS). */
export const CTRATT_ELBAS = 1 << 15;

export interface LbaFormat {
  readonly dataBytes: number;
  readonly metadataBytes: number;
  /** 0 best to 3 degraded. */
  readonly relativePerformance: number;
  /** Of its protection information (PIF, STS); absent where the controller has but guards of 16 bits and no storage tags. */
  readonly guardBits?: number;
  readonly storageTagBits?: number;
}

export interface ProtectionAbilities {
  /** Of 1 to 3. */
  readonly types: readonly number[];
  readonly first: boolean;
  readonly last: boolean;
  /** Metadata at the end of each block's data, and apart from it. */
  readonly inline: boolean;
  readonly separate: boolean;
}

/** MC and DPC (NVM command set 1.0, figure 97). */
function protectionOf(mc: number, dpc: number): ProtectionAbilities {
  return {
    types: [1, 2, 3].filter((type) => ((dpc >>> (type - 1)) & 1) === 1),
    first: (dpc & 8) !== 0,
    last: (dpc & 16) !== 0,
    inline: (mc & 1) !== 0,
    separate: (mc & 2) !== 0,
  };
}

export interface NamespaceIdentity {
  readonly sizeLbas: bigint;
  readonly capacityLbas: bigint;
  readonly utilizationLbas: bigint;
  readonly lbaFormats: readonly LbaFormat[];
  readonly formatIndex: number;
  /** Metadata travels at the end of each block's data (FLBAS bit 4). */
  readonly metadataInline: boolean;
  /** End-to-end protection type in force, 0 to 3 (DPS bits 2:0). */
  readonly protectionType: number;
  /** Protection information is the first of the metadata, and not the last (DPS bit 3). */
  readonly protectionFirst: boolean;
  /** What formats with metadata can have (DPC, MC): types of protection, where in the metadata it can lie, and these in the data. */
  readonly protection: ProtectionAbilities;
  /** Its blocks may be more than there is medium for (NSFEAT bit 0). */
  readonly thinProvisioned: boolean;
  /** Reads of blocks that hold no data can be made to fail (NSFEAT bit 2). */
  readonly deallocatedErrors: boolean;
  /** Reads and writes should not cross multiples of so many blocks (NOIOB); 0 where the controller does not say. */
  readonly optimalBoundaryLbas: number;
  /** Writes should be of multiples of so many blocks (NPWG), from multiples of so many on (NPWA); 1 where it does not say. */
  readonly preferredWriteLbas: number;
  readonly preferredWriteAlignmentLbas: number;
  /** What it says of such writes by itself. */
  readonly atomicWrites?: AtomicWrites;
  readonly nguid: string;
  readonly eui64: string;
  /** By name, where it is not the NVM command set. */
  readonly commandSet?: string;
  /** Of zoned namespaces. */
  readonly zones?: ZoneLayout;
  /** Why no more is known of it. */
  readonly refusal?: string;
}

function text(view: DataView, offset: number, lengthBytes: number): string {
  let out = '';
  for (let i = 0; i < lengthBytes; i++) {
    const code = view.getUint8(offset + i);
    if (code === 0) break;
    out += code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '?';
  }
  return out.trim();
}

/**
 * A serial number: its text, or where that is not all printable ASCII `hex:` and its bytes, so that no two are alike. Spaces
 * and zeros around it are padding.
 */
function serial(view: DataView, offset: number, lengthBytes: number): string {
  const bytes = Buffer.from(view.buffer, view.byteOffset + offset, lengthBytes);
  const padded = bytes.toString('latin1').replace(/[\0 ]+$/, '');
  const plain = /^[\x20-\x7e]*$/.test(padded) && !padded.startsWith('hex:');
  return plain ? padded.trim() : `hex:${Buffer.from(padded, 'latin1').toString('hex')}`;
}

function hex(view: DataView, offset: number, lengthBytes: number): string {
  let out = '';
  for (let i = 0; i < lengthBytes; i++)
    out += view
      .getUint8(offset + i)
      .toString(16)
      .padStart(2, '0');
  return out;
}

/** Decodes the 4096 bytes of Identify Controller (CNS 01h). */
export function decodeController(data: DataView): ControllerIdentity {
  const ver = data.getUint32(IDCTRL.VER, true);
  return {
    pciVendorId: data.getUint16(IDCTRL.VID, true),
    serialNumber: serial(data, IDCTRL.SN, IDCTRL.SN_BYTES),
    modelNumber: text(data, IDCTRL.MN, IDCTRL.MN_BYTES),
    firmwareRevision: text(data, IDCTRL.FR, IDCTRL.FR_BYTES),
    mdts: data.getUint8(IDCTRL.MDTS),
    controllerId: data.getUint16(IDCTRL.CNTLID, true),
    version: `${ver >>> 16}.${(ver >>> 8) & 0xff}.${ver & 0xff}`,
    shutdownLatencyUs: data.getUint32(IDCTRL.RTD3E, true),
    optionalEvents: data.getUint32(IDCTRL.OAES, true),
    extendedLbaFormats: (data.getUint32(IDCTRL.CTRATT, true) & CTRATT_ELBAS) !== 0,
    eventLimit: data.getUint8(IDCTRL.AERL) + 1,
    hostMemory: {
      preferredBytes: data.getUint32(IDCTRL.HMPRE, true) * 4096,
      leastBytes: data.getUint32(IDCTRL.HMMIN, true) * 4096,
      leastPieceBytes: data.getUint32(IDCTRL.HMMINDS, true) * 4096,
      mostPieces: data.getUint16(IDCTRL.HMMAXD, true),
    },
    ...decodePowerStates(data, IDCTRL.PSD, data.getUint8(IDCTRL.NPSS) + 1),
    autonomousPowerStates: (data.getUint8(IDCTRL.APSTA) & 1) === 1,
    retryDelaysMs: [0, 2, 4].map((at) => data.getUint16(IDCTRL.CRDT1 + at, true) * 100),
    optionalAdminCommands: data.getUint16(IDCTRL.OACS, true),
    abortLimit: data.getUint8(IDCTRL.ACL) + 1,
    totalCapacityBytes: data.getBigUint64(IDCTRL.TNVMCAP, true),
    numberOfNamespaces: data.getUint32(IDCTRL.NN, true),
    optionalNvmCommands: data.getUint16(IDCTRL.ONCS, true),
    formatAttributes: data.getUint8(IDCTRL.FNA),
    atomicWriteLbas: controllerAtomicLbas(data),
    volatileWriteCache: (data.getUint8(IDCTRL.VWC) & 1) === 1,
    warningTemperatureKelvin: data.getUint16(IDCTRL.WCTEMP, true),
    criticalTemperatureKelvin: data.getUint16(IDCTRL.CCTEMP, true),
    subsystemNqn: text(data, IDCTRL.SUBNQN, IDCTRL.SUBNQN_BYTES),
    ...(hasFlashLog(data) ? { flashLog: true } : {}),
    ...(sanitizeCapabilities(data) === 0 ? {} : { sanitize: sanitizeCapabilities(data) }),
    ...((data.getUint32(IDCTRL.CTRATT, true) & CTRATT_PLACEMENT) === 0 ? {} : { dataPlacement: true }),
  };
}

/** Decodes the 4096 bytes of Identify Namespace (CNS 00h). */
export function decodeNamespace(data: DataView): NamespaceIdentity {
  const lbaFormats: LbaFormat[] = [];
  for (let i = 0; i <= data.getUint8(IDNS.NLBAF); i++) {
    const lbaf = data.getUint32(IDNS.LBAF + i * IDNS.LBAF_BYTES, true);
    const shift = (lbaf >>> 16) & 0xff;
    lbaFormats.push({
      dataBytes: shift === 0 ? 0 : 2 ** shift,
      metadataBytes: lbaf & 0xffff,
      relativePerformance: (lbaf >>> 24) & 3,
    });
  }
  const flbas = data.getUint8(IDNS.FLBAS);
  const wide = data.getUint8(IDNS.NLBAF) > 15;
  const features = data.getUint8(IDNS.NSFEAT);
  // Bit 4: the fields of preferred sizes are valid; each is one less than it means.
  const preferred = (field: number): number =>
    (features & 0x10) === 0 ? 1 : data.getUint16(field, true) + 1;
  return {
    sizeLbas: data.getBigUint64(IDNS.NSZE, true),
    capacityLbas: data.getBigUint64(IDNS.NCAP, true),
    utilizationLbas: data.getBigUint64(IDNS.NUSE, true),
    lbaFormats,
    formatIndex: (flbas & 0xf) | (wide ? (flbas >>> 1) & 0x30 : 0),
    metadataInline: ((flbas >>> 4) & 1) === 1,
    protectionType: data.getUint8(IDNS.DPS) & 7,
    protectionFirst: (data.getUint8(IDNS.DPS) & 8) !== 0,
    protection: protectionOf(data.getUint8(IDNS.MC), data.getUint8(IDNS.DPC)),
    thinProvisioned: (features & 1) === 1,
    deallocatedErrors: (features & 4) !== 0,
    optimalBoundaryLbas: data.getUint16(IDNS.NOIOB, true),
    preferredWriteLbas: preferred(IDNS.NPWG),
    preferredWriteAlignmentLbas: preferred(IDNS.NPWA),
    atomicWrites: decodeAtomicWrites(data),
    nguid: hex(data, IDNS.NGUID, 16),
    eui64: hex(data, IDNS.EUI64, 8),
  };
}
