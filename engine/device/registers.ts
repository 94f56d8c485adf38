/** The controller's side of its properties (NVMe base 2.0, 3.1.3): plain words that the host reads and writes. */
import {
  ACQ,
  AQA,
  ASQ,
  CAP,
  CC,
  CC_AMS_MASK,
  CC_AMS_WEIGHTED,
  CC_CSS_ALL,
  CC_CSS_NVM,
  CC_CSS_SHIFT,
  CC_IOCQES_SHIFT,
  CC_IOSQES_SHIFT,
  CC_MPS_SHIFT,
  CMBLOC,
  CMBSZ,
  CQ_ENTRY_SHIFT,
  CRTO,
  CSTS,
  SQ_ENTRY_SHIFT,
  VS,
} from '../spec/registers.js';
import { MIN_PAGE_BYTES } from './config.js';
import { hasSpaceControl, memoryProperties } from './controller-memory.js';
import type { Personality } from './personality.js';

/** Words that a host may write; what it writes elsewhere is ignored. */
export const HOST_WRITABLE: ReadonlySet<number> = new Set([CC, AQA, ASQ, ASQ + 4, ACQ, ACQ + 4]);

const CQR = 1 << 16;
/** CAP.AMS, bit 0. */
const AMS_WEIGHTED = 1 << 17;
/** CAP.CSS bit 6: CC.CSS may be 110b, for all command sets. */
const CSS_IOCS = 1 << 6;
/** CAP.CRMS, "ready with media", in the upper word. */
const CRWMS = 1 << 27;
/** CAP.CMBS, in the upper word. */
const CAP_HIGH_CMBS = 1 << 25;
/** MPSMAX, unless MPSMIN is larger. */
const MPSMAX = 4;

export interface AdminQueues {
  /** Weighted round robin (CC.AMS). */
  readonly weighted: boolean;
  readonly pageBytes: number;
  readonly submissionEntries: number;
  readonly completionEntries: number;
  readonly submissionIova: number;
  readonly completionIova: number;
}

export class RegisterFile {
  private readonly words: Uint32Array;
  private readonly personality: Personality;

  constructor(words: Uint32Array, personality: Personality) {
    this.words = words;
    this.personality = personality;
  }

  /** What a function-level reset leaves behind. */
  powerOn(maxQueueEntries: number): void {
    this.words.fill(0);
    const { personality } = this;
    const { minPageShift, readyWithMediaUnits } = personality;
    const ams = personality.weightedRoundRobin ? AMS_WEIGHTED : 0;
    this.words[CAP / 4] = (maxQueueEntries - 1) | CQR | ams | (personality.readyTimeoutUnits << 24);
    this.words[CAP / 4 + 1] =
      personality.strideShift |
      (personality.commandSets << 5) |
      (minPageShift << 16) |
      (this.maxPageShift() << 20) |
      (readyWithMediaUnits > 0 ? CRWMS : 0) |
      (hasSpaceControl(personality) ? CAP_HIGH_CMBS : 0);
    if (!hasSpaceControl(personality)) {
      const { location, size } = memoryProperties(personality);
      this.words[CMBLOC / 4] = location;
      this.words[CMBSZ / 4] = size;
    }
    this.words[CRTO / 4] = readyWithMediaUnits;
    this.words[VS / 4] = personality.version;
  }

  private maxPageShift(): number {
    return Math.max(MPSMAX, this.personality.minPageShift);
  }

  /** All ones, as a function that left the bus reads. */
  vanish(): void {
    this.words.fill(0xffff_ffff);
  }

  /** CC as a reset leaves it. */
  clearConfiguration(): number {
    this.words[CC / 4] = 0;
    return 0;
  }

  status(): number {
    return this.words[CSTS / 4];
  }

  setStatus(status: number): void {
    this.words[CSTS / 4] = status;
  }

  /** The admin queues as `cc`, AQA, ASQ and ACQ give them; undefined where the host may not enable with these. */
  adminQueues(cc: number): AdminQueues | undefined {
    const mps = (cc >>> CC_MPS_SHIFT) & 0xf;
    const weighted = (cc & CC_AMS_MASK) === CC_AMS_WEIGHTED && this.personality.weightedRoundRobin;
    if ((cc & CC_AMS_MASK) !== 0 && !weighted) return undefined;
    if (mps < this.personality.minPageShift || mps > this.maxPageShift()) return undefined;
    const css = (cc >>> CC_CSS_SHIFT) & 7;
    const allSets = css === CC_CSS_ALL && (this.personality.commandSets & CSS_IOCS) !== 0;
    if (css !== CC_CSS_NVM && !allSets) return undefined;
    if (((cc >>> CC_IOSQES_SHIFT) & 0xf) !== SQ_ENTRY_SHIFT) return undefined;
    if (((cc >>> CC_IOCQES_SHIFT) & 0xf) !== CQ_ENTRY_SHIFT) return undefined;
    const aqa = this.words[AQA / 4];
    const queues = {
      weighted,
      pageBytes: MIN_PAGE_BYTES * 2 ** mps,
      submissionEntries: (aqa & 0xfff) + 1,
      completionEntries: ((aqa >>> 16) & 0xfff) + 1,
      submissionIova: this.address(ASQ),
      completionIova: this.address(ACQ),
    };
    if (queues.submissionEntries < this.personality.leastAdminEntries || queues.completionEntries < 2)
      return undefined;
    const aligned = (iova: number): boolean => iova % queues.pageBytes === 0;
    return aligned(queues.submissionIova) && aligned(queues.completionIova) ? queues : undefined;
  }

  private address(offset: number): number {
    return this.words[offset / 4] + this.words[offset / 4 + 1] * 2 ** 32;
  }
}
