/** The NVM command set (NVM command set 1.0, 3.2). HOT: one call per I/O, nothing allocated. */
import { FUA, NSID_ALL, NVM, SQE, ZNS } from '../spec/command.js';
import { nowMs } from '../sys/clock.js';
import {
  COMPARE_FAILURE,
  INVALID_FIELD,
  INVALID_NAMESPACE,
  INVALID_OPCODE,
  LBA_OUT_OF_RANGE,
  SANITIZE_IN_PROGRESS,
  SUCCESS,
  WRITE_FAULT,
} from './answers.js';
import { BareTransfers } from './bare-transfers.js';
import { type BlockMetadata, blockMetadata } from './block-metadata.js';
import type { DataFaultSpec, SimConfig } from './config.js';
import { type CopyCommand, copyCommand } from './copy-command.js';
import type { DataPointer } from './data-pointer.js';
import { DatasetManagement } from './dataset-management.js';
import { ACCESS_BOTH, ACCESS_READ, ACCESS_WRITE } from './dma-table.js';
import type { Health } from './health.js';
import type { Media } from './media.js';
import type { MediaFaults } from './media-faults.js';
import type { MediaTiming } from './media-timing.js';
import { isOther } from './other-commands.js';
import type { Sanitize } from './sanitize.js';
import { mostBytes, type SizeLimits } from './size-limits.js';
import { UnreadableBlocks } from './unreadable.js';
import { executeZoneCommand, isZoneCommand } from './zone-commands.js';
import { type Zones, zonesOf } from './zones.js';

/** FUSE (9:8) and PSDT (15:14): no fused operations, no SGLs. */
export const UNSUPPORTED_CDW0 = 0xc300;

export class IoCommands {
  /** What happens to the data of the next command. */
  wrong: DataFaultSpec | undefined;
  /** Where the last append that succeeded began. */
  readonly assignedLba = new Float64Array(1);
  readonly unreadable = new UnreadableBlocks();
  /** Of what blocks hold; undefined where there are none. */
  faults: MediaFaults | undefined;
  private readonly media: Media;
  protected readonly data: DataPointer;
  private readonly health: Health;
  private readonly lbaBytes: number;
  private readonly sizeLbas: number;
  private readonly mdtsBytes: number;
  private readonly timing: MediaTiming | undefined;
  private readonly metadata: BlockMetadata | undefined;
  private readonly zones: Zones | undefined;
  private readonly limits: SizeLimits;
  private readonly ranges: DatasetManagement;
  private readonly bare: BareTransfers | undefined;
  private readonly copies: CopyCommand | undefined;
  /** What keeps commands off for a while: a sanitize. */
  sanitize: Sanitize | undefined;
  /** 0 once it is detached. */
  nsid: number;

  constructor(config: SimConfig, media: Media, data: DataPointer, health: Health, timing?: MediaTiming) {
    this.media = media;
    this.data = data;
    this.health = health;
    this.lbaBytes = config.lbaBytes;
    this.sizeLbas = config.sizeBytes / config.lbaBytes;
    this.mdtsBytes = config.mdtsBytes;
    this.timing = timing;
    this.metadata = blockMetadata(config, media, data);
    this.zones = zonesOf(config);
    const { unreadable } = this;
    this.copies = copyCommand(config, { data, media, unreadable, timing });
    this.limits = config.personality.limits;
    const deallocate = (slba: number, lbas: number): void => this.deallocate(slba, lbas);
    this.ranges = new DatasetManagement(data, this.sizeLbas, this.limits, deallocate);
    media.onClear = () => {
      this.metadata?.clear();
      this.zones?.reset();
      this.unreadable.clear();
      this.faults?.cleared();
    };
    const keeps = [timing, this.metadata, this.zones].some((part) => part !== undefined);
    this.bare = keeps || media.movesData ? undefined : new BareTransfers(config, data, health);
    this.nsid = config.personality.nsid;
  }

  /** There is no namespace any more. */
  detach(): void {
    this.nsid = 0;
  }

  /**
   * Carries out a command; returns its status field. `cdw0` as a signed word is its first one, the others are read from
   * where they are, each once: `at` is the index of the first.
   */
  execute(cdw0: number, commands: Uint32Array, at: number): number {
    const opcode = cdw0 & 0xff;
    const compares = opcode === NVM.COMPARE && this.metadata === undefined;
    const transfers = opcode === NVM.READ || opcode === NVM.WRITE || compares;
    if (!transfers && !isOther(opcode)) return this.rarer(cdw0, commands, at);
    if ((cdw0 & UNSUPPORTED_CDW0) !== 0) return INVALID_FIELD;
    const nsid = commands[at + SQE.NSID];
    if (opcode === NVM.FLUSH) return this.flush(nsid);
    if (nsid !== this.nsid) return INVALID_NAMESPACE;
    if (this.sanitize?.isBusy(nowMs()) === true) return SANITIZE_IN_PROGRESS;
    if (opcode === NVM.DATASET_MANAGEMENT) return this.ranges.execute(commands, at);
    const cdw12 = commands[at + SQE.CDW12] | 0;
    const lbas = (cdw12 & 0xffff) + 1;
    const lengthBytes = lbas * this.lbaBytes;
    if (lengthBytes > (transfers ? this.mdtsBytes : mostBytes(this.limits, opcode))) return INVALID_FIELD;
    const slba = commands[at + SQE.CDW10] + commands[at + SQE.CDW11] * 4294967296;
    if (slba + lbas > this.sizeLbas) return LBA_OUT_OF_RANGE;
    const reads = opcode === NVM.READ || opcode === NVM.VERIFY || compares;
    const unreadable = reads ? this.unreadable.statusOf(slba, lbas) : SUCCESS;
    if (unreadable !== SUCCESS) return unreadable;
    if (this.faults !== undefined) {
      const status = this.faults.statusOf(reads, slba, lbas, commands, at);
      if (status !== SUCCESS) return status;
    }
    const ordered = this.zones !== undefined && !reads;
    if (ordered) {
      const status = this.zones.judge(slba, lbas);
      if (status !== SUCCESS) return status;
    }
    if (opcode === NVM.WRITE_UNCORRECTABLE) {
      this.unreadable.mark(slba, lbas);
      if (ordered) this.zones.wrote(slba, lbas);
      return SUCCESS;
    }
    if (this.metadata !== undefined) {
      const access = !transfers ? 0 : opcode === NVM.READ ? ACCESS_WRITE : ACCESS_READ;
      const status = this.metadata.begin(slba, cdw12, commands, at, access);
      if (status !== SUCCESS) return status;
      if (opcode === NVM.VERIFY) return this.metadata.verify(slba, lbas);
      if (opcode === NVM.WRITE_ZEROES) {
        const zeroed = this.metadata.zero(slba, lbas);
        if (zeroed !== SUCCESS) return zeroed;
      }
    }
    if (opcode === NVM.VERIFY) return SUCCESS;
    this.data.mediaBytes[0] = slba * this.lbaBytes;
    if (opcode === NVM.READ) {
      const status = this.read(commands, at, lengthBytes);
      if (status === SUCCESS) this.faults?.wasRead(slba, lbas, commands, at);
      return status;
    }
    if (compares) return this.compare(commands, at, lengthBytes);
    const forced = cdw12 & FUA;
    if (!transfers) this.faults?.writing(slba, lbas, forced !== 0, commands, at);
    const status = transfers ? this.write(commands, at, lengthBytes, forced) : this.writeZeroes(slba, lbas);
    if (status !== SUCCESS) return status;
    if (ordered) this.zones.wrote(slba, lbas);
    this.unreadable.wrote(slba, lbas);
    return forced === 0 ? SUCCESS : this.media.sync();
  }

  /** What reads and writes are for now where they are checks alone: no data moves, and nothing is kept of blocks. */
  bareNow(): BareTransfers | undefined {
    const { wrong, faults, unreadable, sanitize } = this;
    const isBare = wrong === undefined && faults === undefined && unreadable.none;
    return isBare && sanitize?.isBusy(nowMs()) !== true ? this.bare : undefined;
  }

  private writeZeroes(slba: number, lbas: number): number {
    if (this.timing !== undefined) this.timing.zeroed(slba, lbas);
    return this.media.writeZeroes(slba * this.lbaBytes, lbas * this.lbaBytes);
  }

  private flush(nsid: number): number {
    if (nsid !== this.nsid && nsid !== NSID_ALL) return INVALID_NAMESPACE;
    if (this.timing !== undefined) this.timing.flushed();
    this.faults?.flushed();
    return this.media.sync();
  }

  private deallocate(slba: number, lbas: number): void {
    this.media.writeZeroes(slba * this.lbaBytes, lbas * this.lbaBytes);
    this.metadata?.erase(slba, lbas);
    this.unreadable.deallocated(slba, lbas);
    this.faults?.deallocated(slba, lbas);
    if (this.timing !== undefined) this.timing.deallocated(slba, lbas);
  }

  private rarer(cdw0: number, commands: Uint32Array, at: number): number {
    const { copies } = this;
    if (copies === undefined || (cdw0 & 0xff) !== NVM.COPY) return this.manageZones(cdw0, commands, at);
    if ((cdw0 & UNSUPPORTED_CDW0) !== 0) return INVALID_FIELD;
    if (commands[at + SQE.NSID] !== this.nsid) return INVALID_NAMESPACE;
    if (this.sanitize?.isBusy(nowMs()) === true) return SANITIZE_IN_PROGRESS;
    return copies.execute(commands, at, this.faults);
  }

  /** Of all other commands those to zones, where there are any, are carried out. */
  private manageZones(cdw0: number, commands: Uint32Array, at: number): number {
    const opcode = cdw0 & 0xff;
    const { zones, data, sizeLbas, mdtsBytes } = this;
    const appends = opcode === ZNS.ZONE_APPEND && this.metadata === undefined;
    if (zones === undefined || !(appends || isZoneCommand(opcode))) return INVALID_OPCODE;
    if ((cdw0 & UNSUPPORTED_CDW0) !== 0) return INVALID_FIELD;
    if (commands[at + SQE.NSID] !== this.nsid) return INVALID_NAMESPACE;
    if (appends) return this.append(zones, commands, at);
    const empty = (slba: number, lbas: number): void => this.deallocate(slba, lbas);
    return executeZoneCommand({ zones, data, sizeLbas, mdtsBytes, empty }, opcode, commands, at);
  }

  /** Zone Append (zoned namespace command set 1.1, 3.4.1), of blocks without metadata, as long as ZASL lets, or any transfer. */
  private append(zones: Zones, commands: Uint32Array, at: number): number {
    const zslba = commands[at + SQE.CDW10] + commands[at + SQE.CDW11] * 4294967296;
    const cdw12 = commands[at + SQE.CDW12] | 0;
    const lbas = (cdw12 & 0xffff) + 1;
    const lengthBytes = lbas * this.lbaBytes;
    if (lengthBytes > (this.limits.appendBytes || this.mdtsBytes)) return INVALID_FIELD;
    if (zslba >= this.sizeLbas) return LBA_OUT_OF_RANGE;
    const slba = zones.pointerOf(zslba);
    if (slba < 0) return INVALID_FIELD;
    if (this.faults?.refusesWrite(commands, at)) return WRITE_FAULT;
    const judged = zones.judgeAppend(zslba, lbas);
    if (judged !== SUCCESS) return judged;
    this.data.mediaBytes[0] = slba * this.lbaBytes;
    const status = this.write(commands, at, lengthBytes, cdw12 & FUA);
    if (status !== SUCCESS) return status;
    zones.wrote(slba, lbas);
    this.unreadable.wrote(slba, lbas);
    this.assignedLba[0] = slba;
    return SUCCESS;
  }

  private read(commands: Uint32Array, at: number, lengthBytes: number): number {
    const resolved = this.resolve(commands, at, lengthBytes, ACCESS_WRITE);
    if (resolved !== SUCCESS) return resolved;
    this.health.countRead(lengthBytes);
    if (this.timing !== undefined)
      this.timing.read(this.data.mediaBytes[0] / this.lbaBytes, lengthBytes / this.lbaBytes);
    if (this.wrong !== undefined) return this.doWrong(this.wrong, false, lengthBytes);
    if (this.metadata !== undefined) return this.readChecked(this.metadata, lengthBytes);
    return this.media.movesData ? this.media.read(this.data) : SUCCESS;
  }

  /** Compare of blocks without metadata (NVM command set 1.0, 3.2.1): the media is read, the data comes from the host. */
  private compare(commands: Uint32Array, at: number, lengthBytes: number): number {
    const resolved = this.resolve(commands, at, lengthBytes, ACCESS_READ);
    if (resolved !== SUCCESS) return resolved;
    this.health.countRead(lengthBytes);
    if (this.timing !== undefined)
      this.timing.read(this.data.mediaBytes[0] / this.lbaBytes, lengthBytes / this.lbaBytes);
    if (this.wrong !== undefined) return this.wrong.kind === 'lose' ? SUCCESS : COMPARE_FAILURE;
    return !this.media.movesData || this.media.equals(this.data) ? SUCCESS : COMPARE_FAILURE;
  }

  private write(commands: Uint32Array, at: number, lengthBytes: number, forced: number): number {
    // a fault changes the host's data for a while
    const access = this.wrong === undefined ? ACCESS_READ : ACCESS_BOTH;
    const resolved = this.resolve(commands, at, lengthBytes, access);
    if (resolved !== SUCCESS) return resolved;
    this.health.countWrite(lengthBytes);
    if (this.timing !== undefined) {
      this.timing.wrote(this.data.mediaBytes[0] / this.lbaBytes, lengthBytes / this.lbaBytes);
      if (forced !== 0) this.timing.forced();
    }
    if (this.faults !== undefined) {
      const slba = this.data.mediaBytes[0] / this.lbaBytes;
      this.faults.writing(slba, lengthBytes / this.lbaBytes, forced !== 0, commands, at);
    }
    if (this.metadata !== undefined) {
      const status = this.metadata.prepare(lengthBytes / this.lbaBytes);
      if (status !== SUCCESS) return status;
    }
    if (this.wrong !== undefined) return this.doWrong(this.wrong, true, lengthBytes);
    if (this.metadata !== undefined) return this.writeKept(this.metadata, lengthBytes);
    return this.media.movesData ? this.media.write(this.data) : SUCCESS;
  }

  /** What was gathered from the media, as long as its metadata lets it. */
  private readChecked(metadata: BlockMetadata, lengthBytes: number): number {
    const { media, data, lbaBytes } = this;
    const lbas = lengthBytes / lbaBytes;
    const status = metadata.check(data.mediaBytes[0] / lbaBytes, lbas);
    if (status !== SUCCESS) return status;
    metadata.deliver(lbas);
    return media.read(data);
  }

  /** What was gathered to the media, with the metadata that was prepared for it. */
  private writeKept(metadata: BlockMetadata, lengthBytes: number): number {
    const { media, data, lbaBytes } = this;
    const status = media.write(data);
    if (status === SUCCESS) metadata.keep(data.mediaBytes[0] / lbaBytes, lengthBytes / lbaBytes);
    return status;
  }

  /** Reads or writes what was gathered, with a fault. */
  private doWrong(wrong: DataFaultSpec, writes: boolean, lengthBytes: number): number {
    const { media, data, metadata } = this;
    if (wrong.kind === 'lose' && !writes) data.cut(0);
    if (!media.movesData || wrong.kind === 'lose') return SUCCESS;
    if (wrong.kind === 'misplace') {
      if (wrong.lba >= this.sizeLbas) return LBA_OUT_OF_RANGE;
      data.mediaBytes[0] = wrong.lba * this.lbaBytes;
    }
    if (wrong.kind === 'tear') data.cut(wrong.bytes);
    if (!writes) {
      const status = metadata === undefined ? media.read(data) : this.readChecked(metadata, lengthBytes);
      if (wrong.kind === 'flip') data.flip(wrong.byte);
      return status;
    }
    // The host's data is as it was afterwards.
    if (wrong.kind === 'flip') data.flip(wrong.byte);
    const status = metadata === undefined ? media.write(data) : this.writeKept(metadata, lengthBytes);
    if (wrong.kind === 'flip') data.flip(wrong.byte);
    return status;
  }

  private resolve(commands: Uint32Array, at: number, lengthBytes: number, access: number): number {
    return this.media.movesData
      ? this.data.gather(commands, at, lengthBytes, access)
      : this.data.check(commands, at, lengthBytes);
  }
}
