/**
 * HOT: protection information that the host makes and checks itself (PRACT 0; NVM command set 1.0, 5.2): eight bytes in the metadata
 * of each block, guard, application tag, reference tag, each big-endian. Guards cover the data, and the metadata before them.
 */
import { encodeStatus, PRINFO, protectionBytes, SC, SCT_MEDIA } from '../../spec/index.js';
import { viewAt } from '../../sys/mapping.js';
import { guardOf } from './guard.js';

/** What a thread is told of it: plain data. */
export interface HostProtectionUse {
  /** Native addresses of the metadata of each command's buffer: those that are read into, then those that are sent from. */
  readonly addresses: readonly bigint[];
  readonly lengthBytes: number;
  /** Of each block. */
  readonly metadataBytes: number;
  /** It is the first of the metadata, and not the last. */
  readonly first: boolean;
  /** Of PRINFO: what is looked at on reads. */
  readonly checks: number;
  /** Blocks have reference tags: the low word of their address. Without them none is checked. */
  readonly referenceTags: boolean;
  readonly applicationTag: number;
  readonly applicationTagMask: number;
}

/** As a drive would name what is wrong. */
const GUARD_CHECK = encodeStatus(SCT_MEDIA, SC.GUARD_CHECK);
const APPLICATION_TAG_CHECK = encodeStatus(SCT_MEDIA, SC.APPLICATION_TAG_CHECK);
const REFERENCE_TAG_CHECK = encodeStatus(SCT_MEDIA, SC.REFERENCE_TAG_CHECK);
/** Of blocks that nothing is to be checked of; of type 3 with this reference tag beside it. */
const NO_CHECKS_TAG = 0xffff;
const NO_CHECKS_REFERENCE = -1;

const turned = (word: number): number =>
  (word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24);

export class HostProtection {
  private readonly metadata: readonly Int32Array[];
  /** From the buffers of reads to those of writes. */
  private readonly toWrite: number;
  private readonly lbaWords: number;
  private readonly blockWords: number;
  /** Of a block's metadata: where it stands, and how much of the rest its guard covers. */
  private readonly at: number;
  private readonly covered: number;
  private readonly checks: number;
  private readonly referenceMask: number;
  private readonly tag: number;
  private readonly mask: number;

  /** Of a queue of `commands` commands. */
  constructor(use: HostProtectionUse, lbaBytes: number, commands: number) {
    this.metadata = use.addresses.map((address) => new Int32Array(viewAt(address, use.lengthBytes)));
    this.toWrite = use.addresses.length > commands ? commands : 0;
    this.lbaWords = lbaBytes / 4;
    this.blockWords = use.metadataBytes / 4;
    this.at = use.first ? 0 : (use.metadataBytes - protectionBytes(16)) / 4;
    this.covered = use.first ? 0 : this.at;
    this.checks = use.checks;
    this.referenceMask = use.referenceTags ? -1 : 0;
    this.tag = use.applicationTag;
    this.mask = use.applicationTagMask;
  }

  /** Reads are looked at. */
  get looks(): boolean {
    return this.checks !== 0;
  }

  /** Makes that of the blocks that a command sends, the first of which has `low` as the lower word of its address. */
  make(cid: number, data: Int32Array, low: number, lbas: number): void {
    const words = this.metadata[cid + this.toWrite];
    const { tag, referenceMask } = this;
    for (let i = 0; i < lbas; i = (i + 1) | 0) {
      const block = Math.imul(i, this.blockWords);
      const guard = this.guard(data, i, words, block);
      const at = block + this.at;
      words[at] = (guard >>> 8) | ((guard & 0xff) << 8) | ((tag >>> 8) << 16) | (tag << 24);
      words[at + 1] = turned((low + i) & referenceMask);
    }
  }

  /** The status that what a command brought deserves; 0 where all is as it should be. */
  verdict(cid: number, data: Int32Array, low: number, lbas: number): number {
    const words = this.metadata[cid];
    const { checks, referenceMask } = this;
    for (let i = 0; i < lbas; i = (i + 1) | 0) {
      const block = Math.imul(i, this.blockWords);
      const first = words[block + this.at];
      const reference = turned(words[block + this.at + 1]);
      const tag = (((first >>> 16) & 0xff) << 8) | (first >>> 24);
      if (tag === NO_CHECKS_TAG && (referenceMask !== 0 || reference === NO_CHECKS_REFERENCE)) continue;
      const guard = ((first & 0xff) << 8) | ((first >>> 8) & 0xff);
      if ((checks & PRINFO.CHECK_GUARD) !== 0 && guard !== this.guard(data, i, words, block))
        return GUARD_CHECK;
      if ((checks & PRINFO.CHECK_APPLICATION_TAG) !== 0 && ((tag ^ this.tag) & this.mask) !== 0)
        return APPLICATION_TAG_CHECK;
      if ((checks & PRINFO.CHECK_REFERENCE_TAG) !== 0 && reference !== ((low + i) & referenceMask))
        return REFERENCE_TAG_CHECK;
    }
    return 0;
  }

  private guard(data: Int32Array, i: number, words: Int32Array, block: number): number {
    const guard = guardOf(0, data, Math.imul(i, this.lbaWords), this.lbaWords);
    return this.covered === 0 ? guard : guardOf(guard, words, block, this.covered);
  }
}
