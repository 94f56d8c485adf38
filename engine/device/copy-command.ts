/** Copy (NVM command set 1.0, 3.2.2): blocks of some ranges, one behind the other, to a place of the same namespace. */
import { COPY, FUA, ONCS, SQE } from '../spec/command.js';
import { IDCTRL, IDNS } from '../spec/identify.js';
import {
  COMMAND_SIZE_LIMIT,
  INVALID_FIELD,
  LBA_OUT_OF_RANGE,
  SUCCESS,
  UNRECOVERED_READ,
  WRITE_FAULT,
} from './answers.js';
import type { SimConfig } from './config.js';
import type { DataPointer } from './data-pointer.js';
import { ACCESS_BOTH, ACCESS_READ } from './dma-table.js';
import type { Media } from './media.js';
import type { MediaFaults } from './media-faults.js';
import type { MediaTiming } from './media-timing.js';
import type { UnreadableBlocks } from './unreadable.js';

/** MCL, and MSSRL: what one command copies at most. */
const MOST_BYTES = 2 ** 20;

export interface CopyParts {
  readonly data: DataPointer;
  readonly media: Media;
  readonly unreadable: UnreadableBlocks;
  readonly timing: MediaTiming | undefined;
}

export class CopyCommand {
  /** Blocks on their way: all are read before one is written, so that ranges may overlap. */
  private readonly words = new Uint32Array(MOST_BYTES / 4);
  private readonly onTheWay: DataPointer;
  private readonly parts: CopyParts;
  private readonly sizeLbas: number;
  private readonly lbaBytes: number;
  private readonly ranges: number;

  constructor({ sizeBytes, lbaBytes, personality }: CopyConfig, parts: CopyParts) {
    this.parts = parts;
    this.sizeLbas = sizeBytes / lbaBytes;
    this.lbaBytes = lbaBytes;
    this.ranges = personality.copyRanges;
    this.onTheWay = parts.data.another();
    const { words } = this;
    this.onTheWay.windows[0] = { iova: 0, lengthBytes: MOST_BYTES, access: ACCESS_BOTH, words, pages: [] };
    this.onTheWay.count = 1;
  }

  /** Carries out a command; its status. Where that is an error nothing was copied (DW0 names range 0). */
  execute(commands: Uint32Array, at: number, faults: MediaFaults | undefined): number {
    const { data, media, unreadable, timing } = this.parts;
    const cdw12 = commands[at + SQE.CDW12];
    const ranges = (cdw12 & COPY.RANGES_MASK) + 1;
    if ((cdw12 & COPY.UNSUPPORTED) !== 0) return INVALID_FIELD;
    if (ranges > this.ranges) return COMMAND_SIZE_LIMIT;
    const to = commands[at + SQE.CDW10] + commands[at + SQE.CDW11] * 4294967296;
    const gathered = data.gather(commands, at, ranges * COPY.RANGE_BYTES, ACCESS_READ);
    if (gathered !== SUCCESS) return gathered;
    let lbas = 0;
    for (let range = 0; range < ranges; range++) {
      const word = range * (COPY.RANGE_BYTES / 4);
      // Each word once, since the host may change it at any time.
      const low = data.wordAt(word + COPY.RANGE_SLBA_LOW);
      const slba = low + data.wordAt(word + COPY.RANGE_SLBA_HIGH) * 4294967296;
      const count = (data.wordAt(word + COPY.RANGE_LBAS) & 0xffff) + 1;
      if ((lbas + count) * this.lbaBytes > MOST_BYTES) return COMMAND_SIZE_LIMIT;
      if (slba + count > this.sizeLbas) return LBA_OUT_OF_RANGE;
      const status = unreadable.statusOf(slba, count);
      if (status !== SUCCESS) return status;
      if (faults?.isLost(slba, count, commands, at)) return UNRECOVERED_READ;
      this.aim(slba, lbas, count);
      if (media.movesData) media.read(this.onTheWay);
      lbas += count;
    }
    if (to + lbas > this.sizeLbas) return LBA_OUT_OF_RANGE;
    if (faults?.refusesWrite(commands, at)) return WRITE_FAULT;
    faults?.writing(to, lbas, (cdw12 & FUA) !== 0, commands, at);
    this.aim(to, 0, lbas);
    const status = media.movesData ? media.write(this.onTheWay) : SUCCESS;
    if (status !== SUCCESS) return status;
    unreadable.wrote(to, lbas);
    timing?.wrote(to, lbas);
    return SUCCESS;
  }

  /** Between blocks of the media and blocks on their way, from that one on. */
  private aim(slba: number, first: number, lbas: number): void {
    const { onTheWay, lbaBytes } = this;
    onTheWay.mediaBytes[0] = slba * lbaBytes;
    onTheWay.offsetBytes[0] = first * lbaBytes;
    onTheWay.lengthBytes[0] = lbas * lbaBytes;
  }
}

type CopyConfig = Pick<SimConfig, 'sizeBytes' | 'lbaBytes' | 'personality'>;

/** Undefined where there is no such command. */
export const copyCommand = (config: CopyConfig, parts: CopyParts): CopyCommand | undefined =>
  config.personality.copyRanges > 0 ? new CopyCommand(config, parts) : undefined;

/** Bits of ONCS and OCFS: there is the command, with ranges of format 0h. */
export function describeCopies(controller: DataView, ranges: number): void {
  if (ranges === 0) return;
  controller.setUint16(IDCTRL.ONCS, controller.getUint16(IDCTRL.ONCS, true) | ONCS.COPY, true);
  controller.setUint16(IDCTRL.OCFS, 1, true);
}

/** MSSRL, MCL and MSRC of Identify Namespace. */
export function describeCopyLimits(namespace: DataView, lbaBytes: number, ranges: number): void {
  if (ranges === 0) return;
  const mostLbas = MOST_BYTES / lbaBytes;
  namespace.setUint16(IDNS.MSSRL, mostLbas, true);
  namespace.setUint32(IDNS.MCL, mostLbas, true);
  namespace.setUint8(IDNS.MSRC, ranges - 1);
}
