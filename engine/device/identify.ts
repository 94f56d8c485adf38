/** Identify data structures as this controller answers them (NVMe base 2.0, 5.17). */
import { createHash } from 'node:crypto';
import { setControllerAtomicLbas } from '../spec/atomic.js';
import { CSI, OACS, ONCS } from '../spec/command.js';
import { COMBINATION_BYTES, IDCTRL_ZONED } from '../spec/command-sets.js';
import { ENDURANCE_GROUP } from '../spec/endurance-group.js';
import { IDNS_NVM, PIF_SHIFT } from '../spec/extended-formats.js';
import { FLASH_SIGNATURE, FLASH_SIGNATURE_OFFSET } from '../spec/flash-log.js';
import { CTRATT_ELBAS, IDCTRL, IDENTIFY_BYTES, IDNS } from '../spec/identify.js';
import { NIDT } from '../spec/namespace-descriptors.js';
import { CTRATT_PLACEMENT } from '../spec/placement.js';
import { CQ_ENTRY_SHIFT, CSS, SQ_ENTRY_SHIFT } from '../spec/registers.js';
import { setSanitizeCapabilities } from '../spec/sanitize.js';
import { IDNS_ZONED, OZCS_READ_ACROSS } from '../spec/zoned.js';
import { MIN_PAGE_BYTES, type PowerStateSpec, type SimConfig } from './config.js';
import { describeCopies, describeCopyLimits } from './copy-command.js';
import { describeFirmware, type Firmware } from './firmware.js';
import { ERROR_LOG_ENTRIES } from './health.js';
import { describeLogs } from './logs/abilities.js';
import { SANITIZE_CAPABILITIES } from './sanitize.js';
import { describeLimits, limitedCommands, sizeShift } from './size-limits.js';

export const ASYNC_EVENT_LIMIT_ZERO_BASED = 3;
/** Of a power state descriptor, byte 3: MP in units of 0.1 mW; no I/O is done in it. */
const PSD_MXPS = 1;
const PSD_NOPS = 2;
const FINE_POWER_BELOW_MW = 1000;
const ABORT_LIMIT_ZERO_BASED = 3;

const CNTRLTYPE = 111;
const AERL = 259;
const ELPE = 262;
const DLFEAT = 33;
const CNTRLTYPE_IO = 1;
/** A cache is present, and Flush takes NSID FFFFFFFFh. */
const VWC_PRESENT_FLUSH_ALL = 0x07;
/** Compare beside these of blocks without metadata. */
const OPTIONAL_COMMANDS =
  ONCS.WRITE_UNCORRECTABLE | ONCS.DATASET_MANAGEMENT | ONCS.WRITE_ZEROES | ONCS.VERIFY;
/** What is written outlives a loss of power. */
const VWC_FLUSH_ALL = 0x06;
/** STS of guards of 32 bits, which have no fewer. */
const LEAST_STORAGE_TAG_BITS = 16;
const NSFEAT_THIN_PROVISIONED = 1;
const NSFEAT_DEALLOCATED_ERRORS = 4;
/** Deallocated blocks read as zeros. */
const DLFEAT_READS_ZERO = 1;

/** MC: metadata at the end of the data, and apart from it. */
const MC_BOTH = 0x03;
/** DPC: protection of type 1, 2 and 3, as the last of the metadata. */
const DPC_ALL_LAST = 0x17;

/** What this namespace could be formatted with, by LBA format index: log2 of data bytes, metadata, relative performance. */
function lbaFormats(metadataBytes: number) {
  const plain = [
    { shift: 9, metadata: 0, performance: 2 },
    { shift: 12, metadata: 0, performance: 0 },
  ];
  return metadataBytes === 0
    ? plain
    : [...plain, ...plain.map((format) => ({ ...format, metadata: metadataBytes }))];
}

export class Identity {
  private readonly config: SimConfig;
  private readonly firmware: Firmware;
  private readonly uuid: Uint8Array;
  private readonly formats: ReturnType<typeof lbaFormats>;
  private detached = false;

  constructor(config: SimConfig, firmware: Firmware) {
    this.config = config;
    this.firmware = firmware;
    this.formats = lbaFormats(config.personality.metadataBytes);
    this.uuid = new Uint8Array(createHash('sha256').update(config.serialNumber).digest().subarray(0, 16));
    // RFC 9562, version 8: made by rules of our own
    this.uuid[6] = (this.uuid[6] & 0x0f) | 0x80;
    this.uuid[8] = (this.uuid[8] & 0x3f) | 0x80;
  }

  /** Of the LBA format that the namespace has. */
  get formatIndex(): number {
    const { lbaBytes, personality } = this.config;
    return this.formats.findIndex(
      ({ shift, metadata }) => 1 << shift === lbaBytes && metadata === personality.metadataBytes,
    );
  }

  /** What Format NVM would have to say beside the format, for the namespace as it is: MSET, PI (CDW10 bits 7:4). */
  get formatSettings(): number {
    const { metadataInline, protectionType } = this.config.personality;
    return (Number(metadataInline) << 4) | (protectionType << 5);
  }

  /** The namespace that is active; 0 where it is detached. */
  get activeNsid(): number {
    return this.detached ? 0 : this.config.personality.nsid;
  }

  /** The namespace is active no more. */
  detach(): void {
    this.detached = true;
  }

  /** CNS 01h. The PCI vendor is 0 where no function is played. */
  controller(): Uint8Array {
    const page = new Uint8Array(IDENTIFY_BYTES);
    const view = new DataView(page.buffer);
    const { config } = this;
    padded(page, IDCTRL.SN, IDCTRL.SN_BYTES, config.serialNumber);
    padded(page, IDCTRL.MN, IDCTRL.MN_BYTES, config.modelNumber);
    padded(page, IDCTRL.FR, IDCTRL.FR_BYTES, this.firmware.revision);
    const { personality } = config;
    const leastPageBytes = MIN_PAGE_BYTES << personality.minPageShift;
    page[IDCTRL.MDTS] = config.namesMdts ? Math.max(0, Math.log2(config.mdtsBytes / leastPageBytes)) : 0;
    view.setUint16(IDCTRL.VID, personality.pciId?.vendorId ?? 0, true);
    view.setUint16(IDCTRL.SSVID, personality.pciId?.subsystemVendorId ?? 0, true);
    view.setUint16(IDCTRL.CNTLID, 1, true);
    view.setUint32(IDCTRL.VER, personality.identifiedVersion, true);
    page[CNTRLTYPE] = CNTRLTYPE_IO;
    view.setUint32(
      IDCTRL.CTRATT,
      (personality.metadataBytes > 0 ? CTRATT_ELBAS : 0) |
        (personality.placementHandles > 0 ? CTRATT_PLACEMENT : 0),
      true,
    );
    // 100, 200 and 300 ms, where something is to be asked again
    if (config.faults.some(({ kind }) => kind === 'refuse'))
      for (const index of [0, 1, 2]) view.setUint16(IDCTRL.CRDT1 + 2 * index, index + 1, true);
    view.setUint16(
      IDCTRL.OACS,
      OACS.FORMAT | (personality.shadowDoorbells ? OACS.DOORBELL_BUFFER_CONFIG : 0),
      true,
    );
    page[IDCTRL.ACL] = ABORT_LIMIT_ZERO_BASED;
    page[AERL] = ASYNC_EVENT_LIMIT_ZERO_BASED;
    describeFirmware(view, this.firmware, personality.firmwareSlots);
    page[ELPE] = ERROR_LOG_ENTRIES - 1;
    if (personality.sanitizeTakesMs > 0) setSanitizeCapabilities(view, SANITIZE_CAPABILITIES);
    view.setUint32(IDCTRL.HMPRE, personality.hostMemoryBytes / 4096, true);
    view.setUint32(IDCTRL.HMMIN, personality.hostMemoryLeastBytes / 4096, true);
    page[IDCTRL.NPSS] = personality.powerStates - 1;
    for (const [index, state] of (config.powerStates ?? []).entries()) describePower(view, index, state);
    page[IDCTRL.APSTA] = personality.powerStates > 1 ? 1 : 0;
    view.setUint16(IDCTRL.WCTEMP, 343, true);
    view.setUint16(IDCTRL.CCTEMP, 358, true);
    view.setBigUint64(IDCTRL.TNVMCAP, BigInt(config.sizeBytes), true);
    page[IDCTRL.SQES] = SQ_ENTRY_SHIFT * 0x11;
    page[IDCTRL.CQES] = CQ_ENTRY_SHIFT * 0x11;
    setControllerAtomicLbas(view, Math.max(1, personality.atomicBytes / config.lbaBytes));
    view.setUint32(IDCTRL.NN, personality.numberOfNamespaces, true);
    const compare = personality.metadataBytes === 0 ? ONCS.COMPARE : 0;
    const optional = OPTIONAL_COMMANDS & ~limitedCommands(personality.limits);
    view.setUint16(IDCTRL.ONCS, optional | compare, true);
    describeCopies(view, personality.copyRanges);
    describeLogs(view, personality);
    page[IDCTRL.VWC] = config.flash?.protectedBuffer ? VWC_FLUSH_ALL : VWC_PRESENT_FLUSH_ALL;
    if (config.flash !== undefined) page.set(Buffer.from(FLASH_SIGNATURE), FLASH_SIGNATURE_OFFSET);
    page.set(Buffer.from(`nqn.2014-08.org.nvmexpress:uuid:${this.uuidText()}`), IDCTRL.SUBNQN);
    return page;
  }

  /** CNS 00h: all zeros for a namespace that is not active. */
  namespace(nsid: number, usedBytes: number): Uint8Array {
    const page = new Uint8Array(IDENTIFY_BYTES);
    if (nsid !== this.config.personality.nsid || this.detached) return page;
    const view = new DataView(page.buffer);
    const { sizeBytes, lbaBytes, media, personality } = this.config;
    const { zoneBytes, zoneCapacityBytes } = personality;
    const capacityBytes = zoneCapacityBytes > 0 ? (sizeBytes / zoneBytes) * zoneCapacityBytes : sizeBytes;
    view.setBigUint64(IDNS.NSZE, BigInt(sizeBytes / lbaBytes), true);
    view.setBigUint64(IDNS.NCAP, BigInt(capacityBytes / lbaBytes), true);
    view.setBigUint64(IDNS.NUSE, BigInt(Math.ceil(Math.min(usedBytes, sizeBytes) / lbaBytes)), true);
    const thin = media !== 'null' ? NSFEAT_THIN_PROVISIONED : 0;
    page[IDNS.NSFEAT] = thin | (personality.deallocatedErrors ? NSFEAT_DEALLOCATED_ERRORS : 0);
    page[IDNS.NLBAF] = this.formats.length - 1;
    page[IDNS.FLBAS] = this.formatIndex | (Number(personality.metadataInline) << 4);
    page[IDNS.MC] = personality.metadataBytes > 0 ? MC_BOTH : 0;
    page[IDNS.DPC] = personality.metadataBytes > 0 ? DPC_ALL_LAST : 0;
    page[IDNS.DPS] = personality.protectionType;
    page[DLFEAT] = media !== 'null' ? DLFEAT_READS_ZERO : 0;
    describeCopyLimits(view, lbaBytes, personality.copyRanges);
    if (this.hasEnduranceGroup) view.setUint16(IDNS.ENDGID, ENDURANCE_GROUP, true);
    page.set(this.uuid, IDNS.NGUID);
    page.set(this.eui64(), IDNS.EUI64);
    for (const [index, { shift, metadata, performance }] of this.formats.entries())
      view.setUint32(
        IDNS.LBAF + index * IDNS.LBAF_BYTES,
        metadata | (shift << 16) | (performance << 24),
        true,
      );
    return page;
  }

  /** CNS 05h of the NVM command set: guards of formats with metadata. */
  nvmNamespace(nsid: number): Uint8Array {
    const page = new Uint8Array(IDENTIFY_BYTES);
    const { personality } = this.config;
    if (nsid !== personality.nsid || this.detached) return page;
    const view = new DataView(page.buffer);
    const pif = Math.log2(personality.guardBits / 16);
    const storageTagBits = pif === 1 ? LEAST_STORAGE_TAG_BITS : 0;
    for (const [index, { metadata }] of this.formats.entries())
      view.setUint32(
        IDNS_NVM.ELBAF + index * IDNS_NVM.ELBAF_BYTES,
        metadata > 0 ? (pif << PIF_SHIFT) | storageTagBits : 0,
        true,
      );
    return page;
  }

  /** CNS 06h of the NVM command set. */
  nvmController(): Uint8Array {
    const { limits, minPageShift } = this.config.personality;
    return describeLimits(new Uint8Array(IDENTIFY_BYTES), limits, MIN_PAGE_BYTES << minPageShift);
  }

  /** CNS 06h of zones: appends are as long as MDTS lets, unless ZASL says otherwise. */
  zonedController(): Uint8Array {
    const page = new Uint8Array(IDENTIFY_BYTES);
    const { limits, minPageShift } = this.config.personality;
    page[IDCTRL_ZONED.ZASL] = sizeShift(limits.appendBytes, MIN_PAGE_BYTES << minPageShift);
    return page;
  }

  /** CNS 1Ch. */
  combinations(): Uint8Array {
    const page = new Uint8Array(IDENTIFY_BYTES);
    const view = new DataView(page.buffer);
    for (const [index, vector] of this.config.personality.commandSetCombinations.entries())
      view.setBigUint64(index * COMBINATION_BYTES, BigInt(vector), true);
    return page;
  }

  /** CNS 05h of the zoned namespace command set: as many zones may be open as active. */
  zonedNamespace(nsid: number): Uint8Array {
    const page = new Uint8Array(IDENTIFY_BYTES);
    const { personality, lbaBytes } = this.config;
    if (nsid !== personality.nsid || this.detached) return page;
    const view = new DataView(page.buffer);
    view.setUint16(IDNS_ZONED.OZCS, OZCS_READ_ACROSS, true);
    // 0's based; all ones for no limit
    const most = (personality.mostActiveZones - 1) >>> 0;
    view.setUint32(IDNS_ZONED.MAR, most, true);
    view.setUint32(IDNS_ZONED.MOR, most, true);
    const at = IDNS_ZONED.LBAFE + this.formatIndex * IDNS_ZONED.LBAFE_BYTES;
    view.setBigUint64(at, BigInt(personality.zoneBytes / lbaBytes), true);
    return page;
  }

  get hasEnduranceGroup(): boolean {
    return this.config.personality.logs.includes('endurance');
  }

  /** CNS 02h: the active namespaces above `nsid`, which is the only one or none. */
  activeNamespaces(nsid: number): Uint8Array {
    const page = new Uint8Array(IDENTIFY_BYTES);
    const { personality } = this.config;
    if (nsid < personality.nsid && !this.detached)
      new DataView(page.buffer).setUint32(0, personality.nsid, true);
    return page;
  }

  /** CNS 03h: EUI64, NGUID and UUID of the namespace, and its command set where there may be several, each behind type and length. */
  namespaceDescriptors(): Uint8Array {
    const page = new Uint8Array(IDENTIFY_BYTES);
    const { commandSets, zoneBytes } = this.config.personality;
    const csi = Uint8Array.of(zoneBytes > 0 ? CSI.ZONED : CSI.NVM);
    let at = 0;
    for (const [type, value] of [
      [NIDT.EUI64, this.eui64()],
      [NIDT.NGUID, this.uuid],
      [NIDT.UUID, this.uuid],
      ...((commandSets & CSS.SEVERAL) === 0 ? [] : [[NIDT.COMMAND_SET, csi] as const]),
    ] as const) {
      page[at] = type;
      page[at + 1] = value.length;
      page.set(value, at + 4);
      at += 4 + value.length;
    }
    return page;
  }

  private eui64(): Uint8Array {
    const id = this.uuid.slice(8);
    // EUI-64, locally administered: not some vendor's
    id[0] = (id[0] & 0xfe) | 0x02;
    return id;
  }

  private uuidText(): string {
    const hex = Buffer.from(this.uuid).toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
}

/** ASCII, left-aligned, filled with spaces. */
function padded(page: Uint8Array, at: number, lengthBytes: number, text: string): void {
  page.set(Buffer.from(text.padEnd(lengthBytes, ' ').slice(0, lengthBytes), 'latin1'), at);
}

/** A power state descriptor; throughput and latency are ranked as the states are. */
function describePower(view: DataView, index: number, state: PowerStateSpec): void {
  const at = IDCTRL.PSD + index * IDCTRL.PSD_BYTES;
  const { milliwatts, idles, entryNs, exitNs } = state;
  const isFine = milliwatts < FINE_POWER_BELOW_MW;
  view.setUint16(at, isFine ? Math.round(milliwatts * 10) : Math.round(milliwatts / 10), true);
  view.setUint8(at + 3, (isFine ? PSD_MXPS : 0) | (idles ? PSD_NOPS : 0));
  view.setUint32(at + 4, Math.ceil(entryNs / 1000), true);
  view.setUint32(at + 8, Math.ceil(exitNs / 1000), true);
  for (let rank = 12; rank < 16; rank++) view.setUint8(at + rank, index);
}
