/**
 * What commands do with the metadata of their blocks, and end-to-end protection within it (NVM command set 1.0, 5.2): made and
 * stripped where PRACT says so, checked as PRCHK says. Guards have 16 bits; formats with others are told of, and refused here.
 */
import { PRINFO, PROTECTION_BYTES, SQE } from '../spec/command.js';
import {
  APPLICATION_TAG_CHECK,
  GUARD_CHECK,
  INVALID_FIELD,
  INVALID_PROTECTION_INFORMATION,
  REFERENCE_TAG_CHECK,
  SUCCESS,
} from './answers.js';
import type { SimConfig } from './config.js';
import { crc16 } from './crc16.js';
import type { DataPointer } from './data-pointer.js';
import type { Media } from './media.js';
import { MetadataStore } from './metadata-store.js';

/** Checks are disabled by this application tag; of type 3 by this reference tag beside it. */
const NO_CHECKS_TAG = 0xffff;
const NO_CHECKS_REFERENCE = 0xffff_ffff;
const CHECKS = PRINFO.CHECK_GUARD | PRINFO.CHECK_APPLICATION_TAG | PRINFO.CHECK_REFERENCE_TAG;

export class BlockMetadata {
  private readonly type: number;
  private readonly known: boolean;
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
  /** Of the command that has begun: PRINFO in its place, initial reference tag, application tag and mask. */
  private info = 0;
  private reference = 0;
  private tag = 0;
  private mask = 0;
  /** The host's buffer has it too. */
  private transferred = false;

  constructor(config: SimConfig, media: Media, data: DataPointer) {
    const { metadataBytes, protectionType, metadataInline, guardBits } = config.personality;
    this.type = protectionType;
    this.known = protectionType === 0 || guardBits === 16;
    this.inline = metadataInline;
    this.lbaBytes = config.lbaBytes;
    this.media = media;
    this.data = data;
    this.host = data.another();
    const empty = new Uint8Array(metadataBytes);
    // Protection information of a block without data says that nothing is to be checked.
    if (protectionType !== 0) empty.fill(0xff, metadataBytes - PROTECTION_BYTES);
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
  begin(slbaLow: number, cdw12: number, commands: Uint32Array, at: number, access: number): number {
    this.info = this.type === 0 ? 0 : cdw12 & (PRINFO.ACTION | CHECKS);
    this.reference = commands[at + SQE.CDW14];
    const tags = commands[at + SQE.CDW15];
    this.tag = tags & 0xffff;
    this.mask = tags >>> 16;
    if (!this.known) return INVALID_FIELD;
    const checksReference = (this.info & PRINFO.CHECK_REFERENCE_TAG) !== 0;
    if (checksReference && this.type === 3) return INVALID_PROTECTION_INFORMATION;
    if (checksReference && this.type === 1 && this.reference !== slbaLow)
      return INVALID_PROTECTION_INFORMATION;
    const bytes = this.store.blockBytes;
    this.transferred = access !== 0 && !((this.info & PRINFO.ACTION) !== 0 && bytes === PROTECTION_BYTES);
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

  /** Of the block in `block` with the metadata at `at`, behind what else it has. */
  private guard(at: number): number {
    const others = this.store.blockBytes - PROTECTION_BYTES;
    return crc16(crc16(0, this.blockView, 0, this.lbaBytes), this.carriedView, at, others);
  }

  /** Reference tag of the command's `i`th block. */
  private referenceOf(i: number): number {
    return this.type === 3 ? this.reference : (this.reference + i) >>> 0;
  }

  private make(at: number, i: number): void {
    const guard = this.guard(at);
    const reference = this.referenceOf(i);
    const to = at + this.store.blockBytes - PROTECTION_BYTES;
    const bytes = this.carriedView;
    bytes[to] = guard >>> 8;
    bytes[to + 1] = guard;
    bytes[to + 2] = this.tag >>> 8;
    bytes[to + 3] = this.tag;
    for (let byte = 0; byte < 4; byte++) bytes[to + 4 + byte] = reference >>> (24 - 8 * byte);
  }

  private verdict(at: number, i: number): number {
    const from = at + this.store.blockBytes - PROTECTION_BYTES;
    const bytes = this.carriedView;
    const word = (offset: number): number => (bytes[from + offset] << 8) | bytes[from + offset + 1];
    const tag = word(2);
    const reference = ((word(4) << 16) | word(6)) >>> 0;
    if (tag === NO_CHECKS_TAG && (this.type !== 3 || reference === NO_CHECKS_REFERENCE)) return SUCCESS;
    const { info } = this;
    if ((info & PRINFO.CHECK_GUARD) !== 0 && word(0) !== this.guard(at)) return GUARD_CHECK;
    if ((info & PRINFO.CHECK_APPLICATION_TAG) !== 0 && ((tag ^ this.tag) & this.mask) !== 0)
      return APPLICATION_TAG_CHECK;
    if ((info & PRINFO.CHECK_REFERENCE_TAG) !== 0 && reference !== this.referenceOf(i))
      return REFERENCE_TAG_CHECK;
    return SUCCESS;
  }
}

/** That of a namespace whose format has any, where data moves. */
export function blockMetadata(config: SimConfig, media: Media, data: DataPointer): BlockMetadata | undefined {
  return config.personality.metadataBytes > 0 && media.movesData
    ? new BlockMetadata(config, media, data)
    : undefined;
}
