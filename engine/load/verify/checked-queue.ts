/**
 * HOT: a queue that looks at each block that its reads bring, and keeps what its writes leave. It does so where the room of
 * completions is given back: the loop has taken their time by then, and has not yet made other commands of their slots.
 */
import { type IoQueue, SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { NVM, ZNS } from '../../spec/index.js';
import { HEADER } from './block.js';
import type { Checks } from './checks.js';
import { type BadKind, type Expected, isOfWrites, kindOf } from './kinds.js';
import { noteOthers } from './one-write.js';
import { playRead } from './played-read.js';
import { ReadFloors } from './read-floors.js';
import type { Written } from './written.js';

const RECORD_SHIFT = SLOT_SHIFT;
const { OPCODE, SLBA_LOW, SLBA_HIGH, LBAS } = SLOT;
const { SLBA_LOW: FIRST_LOW, SLBA_HIGH: FIRST_HIGH, GENERATION, SEED } = HEADER;
const { READ, WRITE, FLUSH } = NVM;
const RESET = ZNS.ZONE_MANAGEMENT_SEND;
const TWO_32 = 2 ** 32;

/** What is outstanding in a slot. */
const NOTHING = 0;
const READING = 1;
const WRITING = 2;
const FLUSHING = 3;

export class CheckedQueue implements IoQueue {
  readonly writeData: readonly Int32Array[];
  readonly readData: readonly Int32Array[];
  readonly sleep?: (timeoutMs: number) => void;
  readonly blockedThreads?: () => readonly (number | undefined)[];
  private readonly inner: IoQueue;
  private readonly slots: Slots;
  private readonly checks: Checks;
  private readonly outstanding: Uint8Array;
  /** Of each slot: the generation of its write, or the one that its read is to find. */
  private readonly generations: Uint32Array;
  /** Its slots in the journal of the worker begin at this one. */
  private readonly journalAt: number;
  /** Of jobs that write. */
  private readonly floors: ReadFloors | undefined;
  /** What the last reap found. */
  private batch: Uint16Array = new Uint16Array(0);
  private found = 0;

  /** The `lane`th of the worker, with `depth` slots, whose I/Os have at most `lbas` logical blocks. */
  constructor(inner: IoQueue, slots: Slots, checks: Checks, lane: number, depth: number, lbas: number) {
    this.inner = inner;
    this.slots = slots;
    this.checks = checks;
    this.writeData = inner.writeData;
    this.readData = inner.readData;
    this.journalAt = lane * depth;
    this.outstanding = new Uint8Array(depth);
    this.generations = new Uint32Array(depth);
    this.floors = checks.written && new ReadFloors(checks.written, depth, lbas);
    if (inner.sleep !== undefined) this.sleep = (timeoutMs) => inner.sleep?.(timeoutMs);
    if (inner.blockedThreads !== undefined) this.blockedThreads = () => inner.blockedThreads?.() ?? [];
  }

  get failures(): number {
    return this.inner.failures;
  }

  get statuses(): Uint16Array {
    return this.inner.statuses;
  }

  get unexpected(): number {
    return this.inner.unexpected;
  }

  reap(into: Uint16Array, most: number): number {
    this.batch = into;
    this.found = this.inner.reap(into, most);
    return this.found;
  }

  post(batch: Uint16Array, count: number): void {
    const { slots, outstanding, generations, checks } = this;
    const { written } = checks;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const opcode = slots[record | OPCODE];
      outstanding[slot] = opcode === WRITE ? WRITING : opcode === READ ? READING : NOTHING;
      if (opcode === READ) {
        if (written !== undefined)
          this.floors?.note(slot, this.firstUnit(written, record), this.units(written, record));
        else generations[slot] = checks.nextInOrder();
        if (checks.rehearsed) this.play(slot, record);
      } else if (opcode === WRITE && written !== undefined) {
        generations[slot] = this.writeData[slot][GENERATION];
        written.send(this.firstUnit(written, record), this.units(written, record), generations[slot]);
        checks.journal?.send(this.journalAt + slot, generations[slot]);
      } else if (opcode === FLUSH) {
        outstanding[slot] = FLUSHING;
        checks.journal?.flush(this.journalAt + slot);
      } else if (opcode === RESET && written !== undefined) written.reset(this.firstUnit(written, record));
    }
    this.inner.post(batch, count);
  }

  /** Writes that were never sent leave it open what is there. */
  retract(batch: Uint16Array, count: number): void {
    for (let i = 0; i < count; i++) {
      if (this.outstanding[batch[i]] === WRITING) this.endWrite(batch[i], true);
      else if (this.outstanding[batch[i]] === FLUSHING)
        this.checks.journal?.flushed(this.journalAt + batch[i], true);
      this.outstanding[batch[i]] = NOTHING;
    }
    this.inner.retract(batch, count);
  }

  ring(): void {
    this.inner.ring();
  }

  release(): void {
    this.inner.release();
    if (this.found > 0) this.look();
  }

  releaseAll(): void {
    this.inner.releaseAll();
  }

  private look(): void {
    const { batch, outstanding, inner } = this;
    const count = this.found;
    this.found = 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const was = outstanding[slot];
      outstanding[slot] = NOTHING;
      const failed = inner.failures > 0 && inner.statuses[i] !== 0;
      if (was === WRITING) this.endWrite(slot, failed);
      else if (was === READING && !failed) this.check(slot);
      else if (was === FLUSHING) this.checks.journal?.flushed(this.journalAt + slot, failed);
    }
  }

  private endWrite(slot: number, failed: boolean): void {
    const { written } = this.checks;
    if (written === undefined) return;
    const record = slot << RECORD_SHIFT;
    const first = this.firstUnit(written, record);
    written.complete(first, this.units(written, record), this.generations[slot], failed);
    this.checks.journal?.end(this.journalAt + slot, failed);
  }

  private lbaOf(record: number): number {
    return (this.slots[record | SLBA_LOW] >>> 0) + this.slots[record | SLBA_HIGH] * TWO_32;
  }

  private firstUnit(written: Written, record: number): number {
    return written.unitOf(this.lbaOf(record));
  }

  private units({ unitLbas }: Written, record: number): number {
    return unitLbas === 1 ? this.slots[record | LBAS] : Math.ceil(this.slots[record | LBAS] / unitLbas);
  }

  /** Each block that a read brought. */
  private check(slot: number): void {
    const { checks, slots } = this;
    const { content, findings, written } = checks;
    const lbaWords = content.lbaWords | 0;
    const words = this.readData[slot];
    const record = slot << RECORD_SHIFT;
    const lbas = slots[record | LBAS];
    if (written !== undefined)
      this.floors?.forgetReset(slot, this.firstUnit(written, record), this.units(written, record));
    const inOrder = written === undefined && this.generations[slot] !== 0;
    let low = slots[record | SLBA_LOW];
    let high = slots[record | SLBA_HIGH];
    let good = 0;
    let unknown = 0;
    for (let i = 0; i < lbas; i = (i + 1) | 0) {
      const at = Math.imul(i, lbaWords);
      if (!this.isKnown(slot, i)) unknown++;
      else if (this.isRight(slot, record, i, words, at, low, high)) {
        good++;
        if (inOrder) checks.countRun(words, at);
      }
      low = (low + 1) | 0;
      if (low === 0) high = (high + 1) | 0;
    }
    findings.good[0] += good;
    findings.unknown[0] += unknown;
    if (good + unknown < lbas) this.noteBad(slot, record);
    else if (checks.oneWrite === true && unknown === 0)
      noteOthers(checks, words, lbas, slots[record | SLBA_LOW], slots[record | SLBA_HIGH]);
  }

  /** Whether it is known what the `i`th block of a read should be. */
  private isKnown(slot: number, i: number): boolean {
    return this.floors === undefined || this.floors.at(slot, i) !== 0;
  }

  /** The oldest write that the `i`th block of a read may be of. */
  private floorOf(slot: number, i: number): number {
    return this.floors === undefined ? 0 : this.floors.at(slot, i);
  }

  private isRight(
    slot: number,
    record: number,
    i: number,
    words: Int32Array,
    at: number,
    low: number,
    high: number,
  ): boolean {
    const { checks } = this;
    if (words[at | FIRST_LOW] !== low || words[at | FIRST_HIGH] !== high) return false;
    if (!checks.content.isWhole(words, at)) return false;
    const generation = words[at | GENERATION] >>> 0;
    const { written } = checks;
    if (checks.anyWrite === true) return checks.isOfRun(words, at);
    if (written === undefined) {
      const expected = this.generations[slot];
      if (expected === 0) return true;
      if (checks.wrote !== undefined && !checks.isOfRun(words, at)) return false;
      return generation === expected && words[at | SEED] === checks.seed;
    }
    if (words[at | SEED] !== checks.seed || !checks.isOfRun(words, at)) return false;
    const floor = this.floorOf(slot, i);
    const last =
      written.last[
        this.firstUnit(written, record) + (written.unitLbas === 1 ? i : Math.floor(i / written.unitLbas))
      ];
    // Generations go round.
    return (generation - floor) >>> 0 <= (last - floor) >>> 0;
  }

  /** The write that the `i`th block of a read should be of, and whether no other will do. */
  private expectedAt(
    slot: number,
    record: number,
    i: number,
  ): { readonly writer: Expected; readonly sure: boolean } {
    const { written, seed, runLow, runHigh } = this.checks;
    if (written === undefined) {
      const generation = this.generations[slot];
      if (generation === 0) return { writer: undefined, sure: false };
      return { writer: { generation, seed, ...this.checks.runOfOthers() }, sure: true };
    }
    const unit = this.firstUnit(written, record) + Math.floor(i / written.unitLbas);
    const generation = written.last[unit];
    const sure = this.floorOf(slot, i) === generation;
    return { writer: { generation, seed, runLow, runHigh }, sure };
  }

  /** Beside writes of the same block a read may bring parts of each: only drives promise otherwise (AWUN), files do not. */
  private isOfWrites(
    slot: number,
    i: number,
    words: Int32Array,
    at: number,
    low: number,
    high: number,
    last: Expected,
  ): boolean {
    const { written, content } = this.checks;
    if (written === undefined || last === undefined) return false;
    return isOfWrites(content, words, at, low, high, this.floorOf(slot, i), last);
  }

  /** The odd case: some block is not right. */
  private noteBad(slot: number, record: number): void {
    const { checks, slots, readData } = this;
    const { content, findings } = checks;
    const words = readData[slot];
    const lbas = slots[record | LBAS];
    /** Writes of which some block is there. */
    const present = new Set<number>();
    const bad: { kind: BadKind; at: number; low: number; high: number; writer: Expected; sure: boolean }[] =
      [];
    let low = slots[record | SLBA_LOW];
    let high = slots[record | SLBA_HIGH];
    for (let i = 0; i < lbas; i++) {
      const at = i * content.lbaWords;
      if (this.isKnown(slot, i)) {
        const { writer, sure } = this.expectedAt(slot, record, i);
        if (this.isRight(slot, record, i, words, at, low, high)) {
          if (writer !== undefined && sure) present.add(writer.generation);
        } else if (!sure && this.isOfWrites(slot, i, words, at, low, high, writer)) findings.unknown[0]++;
        else bad.push({ kind: kindOf(content, words, at, low, high, writer), at, low, high, writer, sure });
      }
      low = (low + 1) | 0;
      if (low === 0) high = (high + 1) | 0;
    }
    for (const { kind, at, low, high, writer, sure } of bad) {
      // A part of the write is there, and what was there before.
      const part = sure && writer !== undefined && present.has(writer.generation);
      const torn = part && (kind === 'stale' || kind === 'unwritten');
      if (this.mayBeMissing(slot, kind)) continue;
      findings.note(torn ? 'torn' : kind, words, at, low, high, writer, checks.readingBack);
    }
  }

  /** Counts a block whose write need not be there: it was not acknowledged, or by no flush covered. What is there must be whole all the same. */
  private mayBeMissing(slot: number, kind: BadKind): boolean {
    const { wrote, findings } = this.checks;
    if (wrote === undefined || kind === 'corrupt' || kind === 'misdirected') return false;
    const standing = wrote.standingOf(this.generations[slot]);
    if (standing !== 'kept') findings[standing === 'open' ? 'unknown' : 'unflushed'][0]++;
    return standing !== 'kept';
  }

  /** For rehearsals, whose device brings nothing: what a read is to find. */
  private play(slot: number, record: number): void {
    playRead(this.checks, this.readData[slot], this.slots, record, (i) => {
      const { writer } = this.expectedAt(slot, record, i);
      return writer?.generation ?? (this.generations[slot] || 1);
    });
  }
}
