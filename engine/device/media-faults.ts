/** Faults of what blocks hold rather than of single commands: older data, writes that a loss of power takes, a die that is gone. */
import { SUCCESS, UNRECOVERED_READ, WRITE_FAULT } from './answers.js';
import { BlockSet } from './block-set.js';
import type { FaultSpec, SimConfig } from './config.js';
import type { DataPointer } from './data-pointer.js';
import type { InjectionLog } from './injection-log.js';
import type { Random } from './latency.js';
import type { Media } from './media.js';
import type { MediaTiming } from './media-timing.js';
import { OldBlocks } from './old-blocks.js';
import { WriteCache } from './write-cache.js';

type StaleSpec = Extract<FaultSpec, { kind: 'stale' }>;
type CutSpec = Extract<FaultSpec, { kind: 'powercut' }>;

const WARN_RELIABILITY = 1 << 2;
const WARN_READ_ONLY = 1 << 3;
/** Of a drive that does not say otherwise. */
const CACHE_BYTES = 16 * 2 ** 20;

interface StaleReads {
  readonly id: number;
  readonly spec: StaleSpec;
  readonly old: OldBlocks;
  readonly random: Random;
}

export interface MediaFaultParts {
  readonly media: Media;
  readonly data: DataPointer;
  readonly timing: MediaTiming | undefined;
  readonly log: InjectionLog;
  readonly config: SimConfig;
  /** The volatile write cache is enabled. */
  cacheIsOn(): boolean;
}

export class MediaFaults {
  /** There are any: who carries out commands asks nothing else where there are none. */
  active = false;
  /** The queue of the command that is carried out. */
  qid = 0;
  private readonly parts: MediaFaultParts;
  private stale: readonly StaleReads[] = [];
  private cuts: readonly { readonly id: number; readonly cache: WriteCache }[] = [];
  private deadDieId = 0;
  /** What lay on it and was not written again. */
  private readonly gone = new BlockSet();
  private readonly hitsById = new Map<number, number>();

  constructor(parts: MediaFaultParts) {
    this.parts = parts;
  }

  /** How often that one has hit beyond what its commands tell. */
  hits(id: number): number {
    return this.hitsById.get(id) ?? 0;
  }

  /** The first block that a dead die took; undefined for none. */
  firstGone(): number | undefined {
    return this.gone.first();
  }

  addStale(id: number, spec: StaleSpec, random: Random): void {
    const { lbaBytes } = this.parts.config;
    this.stale = [
      ...this.stale,
      { id, spec, random, old: new OldBlocks(spec.firstLba, spec.lastLba, lbaBytes) },
    ];
    this.changed();
  }

  addCut(id: number, { cacheBytes = CACHE_BYTES }: CutSpec): void {
    this.cuts = [...this.cuts, { id, cache: new WriteCache(cacheBytes, this.parts.config.lbaBytes) }];
    this.changed();
  }

  remove(id: number): void {
    this.stale = this.stale.filter((each) => each.id !== id);
    this.cuts = this.cuts.filter((each) => each.id !== id);
    this.changed();
  }

  /** For good: what lay on the die is lost. False where there is no such die. */
  failDie(id: number, die: number): boolean {
    const { timing } = this.parts;
    if (timing?.failDie(die, (slba, lbas) => this.gone.mark(slba, lbas)) !== true) return false;
    this.deadDieId = id;
    this.changed();
    return true;
  }

  /** What a read of these blocks, or another command to them, ends with before it is carried out. */
  statusOf(reads: boolean, slba: number, lbas: number, commands: Uint32Array, at: number): number {
    if (reads) return this.isLost(slba, lbas, commands, at) ? UNRECOVERED_READ : SUCCESS;
    return this.refusesWrite(commands, at) ? WRITE_FAULT : SUCCESS;
  }

  /** Some of these blocks were on the die. */
  isLost(slba: number, lbas: number, commands: Uint32Array, at: number): boolean {
    if (this.gone.count === 0 || !this.gone.has(slba, lbas)) return false;
    this.note(this.deadDieId, 'deaddie', this.qid, commands, at);
    return true;
  }

  /** What is left of the flash has no room for what is written. */
  refusesWrite(commands: Uint32Array, at: number): boolean {
    if (this.deadDieId === 0 || this.parts.timing?.isWornOut() !== true) return false;
    this.note(this.deadDieId, 'deaddie', this.qid, commands, at);
    return true;
  }

  /** These blocks are about to be written; `forced`: the media has them when the command is over. */
  writing(slba: number, lbas: number, forced: boolean, commands: Uint32Array, at: number): void {
    const { media } = this.parts;
    if (this.gone.count > 0) this.gone.forget(slba, lbas);
    if (!media.movesData) return;
    for (const { old } of this.stale) old.keep(media, slba, lbas);
    if (this.cuts.length === 0) return;
    const through = forced || !this.parts.cacheIsOn();
    for (const { cache } of this.cuts)
      if (through) cache.force(slba, lbas);
      else cache.add(media, slba, lbas, commands, at, this.qid);
  }

  /** These blocks were read into the host's memory. */
  wasRead(slba: number, lbas: number, commands: Uint32Array, at: number): void {
    for (const { id, spec, old, random } of this.stale) {
      if (this.hits(id) === spec.times || !old.has(slba, lbas)) continue;
      if (spec.probability !== undefined && (random.next() >>> 0) / 2 ** 32 >= spec.probability) continue;
      this.note(id, 'stale', this.qid, commands, at);
      old.deliver(this.parts.data, slba, lbas);
    }
  }

  deallocated(slba: number, lbas: number): void {
    if (this.gone.count > 0) this.gone.forget(slba, lbas);
  }

  /** All blocks read as zeroes. */
  cleared(): void {
    this.gone.clear();
    this.flushed();
  }

  /** Bits of SMART's critical warning: reliability where a die is gone, read-only where that leaves no room. */
  warning(): number {
    if (this.deadDieId === 0) return 0;
    return WARN_RELIABILITY | (this.parts.timing?.isWornOut() === true ? WARN_READ_ONLY : 0);
  }

  flushed(): void {
    for (const { cache } of this.cuts) cache.flush();
  }

  /** The power is gone: what that one's cache holds is lost, each write a hit. */
  cutPower(id: number): void {
    const { media } = this.parts;
    this.cuts
      .find((each) => each.id === id)
      ?.cache.drop(media, (command, qid) => this.note(id, 'powercut', qid, command, 0));
    this.flushed();
  }

  private note(
    id: number,
    kind: 'stale' | 'powercut' | 'deaddie',
    qid: number,
    commands: Uint32Array,
    at: number,
  ): void {
    this.hitsById.set(id, this.hits(id) + 1);
    this.parts.log.note(id, kind, qid, commands, at);
  }

  private changed(): void {
    this.active = this.stale.length > 0 || this.cuts.length > 0 || this.deadDieId !== 0;
  }
}
