/**
 * What commands do with the metadata of their blocks, and end-to-end protection within it (NVM command set 1.0, 5.2): made and
 * stripped where PRACT says so, checked as PRCHK says. Storage tags are kept and never checked (STC).
 */
import { PRINFO, PROTECTION, protectionBytes, SQE } from '../spec/command.js';
import {
  APPLICATION_TAG_CHECK,
  GUARD_CHECK,
  INVALID_FIELD,
  INVALID_PROTECTION_INFORMATION,
  REFERENCE_TAG_CHECK,
  SUCCESS,
} from './answers.js';
import type { SimConfig } from './config.js';
import type { DataPointer } from './data-pointer.js';
import { type Guard, guardOf } from './guards.js';
import type { Media } from './media.js';
import { MetadataStore } from './metadata-store.js';

/** Checks are disabled by this application tag; of type 3 by a reference tag of all ones beside it. */
const NO_CHECKS_TAG = 0xffff;
const TWO_32 = 4294967296;
const HIGH_MASKS = { 16: 0, 32: 0xffff_ffff, 64: 0xffff } as const;
const CHECKS = PRINFO.CHECK_GUARD | PRINFO.CHECK_APPLICATION_TAG | PRINFO.CHECK_REFERENCE_TAG;

export class BlockMetadata {
  private readonly type: number;
  private readonly guard: Guard;
  private readonly guardBytes: number;
  private readonly tagBytes: number;
  private readonly protectionBytes: number;
  /** What of the high word of a block's address the reference tag has. */
  private readonly highMask: number;
  private readonly guardMade = new Uint8Array(8);
  private readonly inline: boolean;
  private readonly lbaBytes: number;
  private readonly media: Media;
  private readonly data: DataPointer;
  /** The host's buffer (MPTR). */
  private readonly host: DataPointer;
  private readonly store: MetadataStore;
  /** Data of one block. */
  private readonly block: Uint32Array;
  private readonly blockView: Uint8Array;
  /** Metadata of all blocks of a command. */
  private readonly carried: Uint32Array;
  private readonly carriedView: Uint8Array;
  /** Of the command that has begun: PRINFO in its place, storage tag, words of the initial reference tag, application tag and mask. */
  private info = 0;
  private storage = 0;
  private referenceHigh = 0;
  private reference = 0;
  private tag = 0;
  private mask = 0;
  /** The host's buffer has it too. */
  private transferred = false;

  constructor(config: SimConfig, media: Media, data: DataPointer) {
    const { metadataBytes, protectionType, metadataInline, guardBits } = config.personality;
    this.type = protectionType;
    this.guard = guardOf(guardBits);
    this.guardBytes = PROTECTION[guardBits].guardBytes;
    this.tagBytes = PROTECTION[guardBits].tagBytes;
    this.protectionBytes = protectionBytes(guardBits);
    this.highMask = HIGH_MASKS[guardBits];
    this.inline = metadataInline;
    this.lbaBytes = config.lbaBytes;
    this.media = media;
    this.data = data;
    this.host = data.another();
    const empty = new Uint8Array(metadataBytes);
    // Protection information of a block without data says that nothing is to be checked.
    if (protectionType !== 0) empty.fill(0xff, metadataBytes - this.protectionBytes);
    this.store = new MetadataStore(empty);
    this.block = new Uint32Array(config.lbaBytes / 4);
    this.blockView = new Uint8Array(this.block.buffer);
    this.carried = new Uint32Array(((config.mdtsBytes / config.lbaBytes) * metadataBytes) / 4);
    this.carriedView = new Uint8Array(this.carried.buffer);
  }

  /**
   * What a command says of metadata, before anything moves. `access` is what the controller does with the host's: bits of
   * `ACCESS_`, 0 where nothing is transferred. The words that were read already are handed on, each other is read once.
   */
  begin(slba: number, cdw12: number, commands: Uint32Array, at: number, access: number): number {
    this.info = this.type === 0 ? 0 : cdw12 & (PRINFO.ACTION | CHECKS);
    this.storage = commands[at + SQE.CDW2] & 0xffff;
    this.referenceHigh = (commands[at + SQE.CDW3] & this.highMask) >>> 0;
    this.reference = commands[at + SQE.CDW14];
    const tags = commands[at + SQE.CDW15];
    this.tag = tags & 0xffff;
    this.mask = tags >>> 16;
    const checksReference = (this.info & PRINFO.CHECK_REFERENCE_TAG) !== 0;
    if (checksReference && this.type === 3) return INVALID_PROTECTION_INFORMATION;
    if (checksReference && this.type === 1 && !this.isReferenceOf(slba))
      return INVALID_PROTECTION_INFORMATION;
    const bytes = this.store.blockBytes;
    this.transferred = access !== 0 && !((this.info & PRINFO.ACTION) !== 0 && bytes === this.protectionBytes);
    if (!this.transferred) return SUCCESS;
    // Data and metadata behind each other in one buffer: not played.
    if (this.inline) return INVALID_FIELD;
    return this.host.gatherMetadata(commands, at, ((cdw12 & 0xffff) + 1) * bytes, access);
  }

  /** Checks blocks as they are on the media, and leaves their metadata for `deliver`. */
  check(lba: number, lbas: number): number {
    for (let i = 0; i < lbas; i++) {
      const at = i * this.store.blockBytes;
      this.store.read(lba + i, this.carriedView, at);
      if ((this.info & CHECKS) === 0) continue;
      this.media.readBlock((lba + i) * this.lbaBytes, this.block);
      const status = this.verdict(at, i);
      if (status !== SUCCESS) return status;
    }
    return SUCCESS;
  }

  /** Of blocks that were checked, to the host. */
  deliver(lbas: number): void {
    if (this.transferred) this.host.deliver(this.carried, 0, lbas * this.store.blockBytes);
  }

  /** Works out the metadata of what the host is about to write, for `keep`. */
  prepare(lbas: number): number {
    const { blockBytes } = this.store;
    const lengthBytes = lbas * blockBytes;
    if (this.transferred) this.host.copyTo(this.carried, 0, lengthBytes / 4);
    else this.carriedView.fill(0, 0, lengthBytes);
    if (this.type === 0) return SUCCESS;
    for (let i = 0; i < lbas; i++) {
      this.data.copyTo(this.block, (i * this.lbaBytes) / 4, this.block.length);
      if ((this.info & PRINFO.ACTION) !== 0) this.make(i * blockBytes, i);
      else {
        const status = this.verdict(i * blockBytes, i);
        if (status !== SUCCESS) return status;
      }
    }
    return SUCCESS;
  }

  /** What `prepare` worked out is that of these blocks. */
  keep(lba: number, lbas: number): void {
    for (let i = 0; i < lbas; i++) this.store.write(lba + i, this.carriedView, i * this.store.blockBytes);
  }

  /** Write Zeroes: protected where PRACT says so. PRCHK has nothing to check (3.2.8). */
  zero(lba: number, lbas: number): number {
    if ((this.info & CHECKS) !== 0) return INVALID_PROTECTION_INFORMATION;
    this.block.fill(0);
    for (let i = 0; i < lbas; i++) {
      this.carriedView.fill(0, 0, this.store.blockBytes);
      if ((this.info & PRINFO.ACTION) !== 0) this.make(0, i);
      this.store.write(lba + i, this.carriedView, 0);
    }
    return SUCCESS;
  }

  /** Verify: it has no PRACT (3.2.7). */
  verify(lba: number, lbas: number): number {
    if ((this.info & PRINFO.ACTION) !== 0) return INVALID_PROTECTION_INFORMATION;
    for (let i = 0; i < lbas; i++) {
      this.store.read(lba + i, this.carriedView, 0);
      this.media.readBlock((lba + i) * this.lbaBytes, this.block);
      const status = this.verdict(0, i);
      if (status !== SUCCESS) return status;
    }
    return SUCCESS;
  }

  /** Deallocated. */
  erase(lba: number, lbas: number): void {
    this.store.erase(lba, lbas);
  }

  clear(): void {
    this.store.clear();
  }

  private isReferenceOf(slba: number): boolean {
    const high = Math.floor(slba / TWO_32);
    return this.reference === slba % TWO_32 && this.referenceHigh === (high & this.highMask) >>> 0;
  }

  /** Of the block in `block` with the metadata at `at`, behind what else it has; into `guardMade`. */
  private makeGuard(at: number): void {
    const { guard } = this;
    guard.start();
    guard.add(this.blockView, 0, this.lbaBytes);
    guard.add(this.carriedView, at, this.store.blockBytes - this.protectionBytes);
    guard.store(this.guardMade);
  }

  /** Low word of the reference tag of the command's `i`th block, and its high word. */
  private lowOf(i: number): number {
    return this.type === 3 ? this.reference : (this.reference + i) >>> 0;
  }

  private highOf(i: number): number {
    const carried = this.type !== 3 && this.reference + i >= TWO_32 ? 1 : 0;
    return ((this.referenceHigh + carried) & this.highMask) >>> 0;
  }

  private make(at: number, i: number): void {
    this.makeGuard(at);
    const { carriedView: bytes, guardBytes, tagBytes } = this;
    const to = at + this.store.blockBytes - this.protectionBytes;
    for (let byte = 0; byte < guardBytes; byte++) bytes[to + byte] = this.guardMade[byte];
    bytes[to + guardBytes] = this.tag >>> 8;
    bytes[to + guardBytes + 1] = this.tag;
    const end = to + this.protectionBytes;
    putBack(bytes, end, 4, this.lowOf(i));
    putBack(bytes, end - 4, Math.min(4, tagBytes - 4), this.highOf(i));
    putBack(bytes, end - 8, Math.max(0, tagBytes - 8), this.storage);
  }

  private verdict(at: number, i: number): number {
    const from = at + this.store.blockBytes - this.protectionBytes;
    const { carriedView: bytes, guardBytes, tagBytes, info } = this;
    const end = from + this.protectionBytes;
    const tag = (bytes[from + guardBytes] << 8) | bytes[from + guardBytes + 1];
    const low = takeBack(bytes, end, 4);
    const high = takeBack(bytes, end - 4, Math.min(4, tagBytes - 4));
    const unchecked = this.type !== 3 || (low === TWO_32 - 1 && high === this.highMask);
    if (tag === NO_CHECKS_TAG && unchecked) return SUCCESS;
    if ((info & PRINFO.CHECK_GUARD) !== 0) {
      this.makeGuard(at);
      for (let byte = 0; byte < guardBytes; byte++)
        if (bytes[from + byte] !== this.guardMade[byte]) return GUARD_CHECK;
    }
    if ((info & PRINFO.CHECK_APPLICATION_TAG) !== 0 && ((tag ^ this.tag) & this.mask) !== 0)
      return APPLICATION_TAG_CHECK;
    const sameReference = low === this.lowOf(i) && high === this.highOf(i);
    return (info & PRINFO.CHECK_REFERENCE_TAG) !== 0 && !sameReference ? REFERENCE_TAG_CHECK : SUCCESS;
  }
}

/** Bytes with the high one first, that end before `end`. */
function putBack(bytes: Uint8Array, end: number, count: number, value: number): void {
  for (let byte = 0; byte < count; byte++) bytes[end - 1 - byte] = value >>> (8 * byte);
}

function takeBack(bytes: Uint8Array, end: number, count: number): number {
  let value = 0;
  for (let byte = count; byte > 0; byte--) value = (value << 8) | bytes[end - byte];
  return value >>> 0;
}

/** That of a namespace whose format has any, where data moves. */
export function blockMetadata(config: SimConfig, media: Media, data: DataPointer): BlockMetadata | undefined {
  return config.personality.metadataBytes > 0 && media.movesData
    ? new BlockMetadata(config, media, data)
    : undefined;
}
