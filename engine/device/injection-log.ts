/**
 * What the controller did wrong because it was told to, one after the other: a ring in shared memory with one writer, the
 * device thread, whose latest entries others read at any time, also after that thread has ended.
 */
import { NVM, SQE, ZNS } from '../spec/command.js';
import { nowNs, toMonotonicNs } from '../sys/clock.js';
import { FAULT_KINDS, type FaultKind } from './config.js';

/** Of the latest injections; what is older is only counted. */
export const INJECTIONS_KEPT = 4096;

const HEAD_BYTES = 64;
const WORDS = 6;
const FAULT = 0;
const KIND = 1;
const OPCODE = 2;
const QID = 3;
const CID = 4;
const NSID = 5;
const NO_ADDRESS = -1;
/** In place of an opcode where there is no command. */
const NO_COMMAND = 0x100;
const LOG_BYTES = HEAD_BYTES + INJECTIONS_KEPT * (8 + 8 + WORDS * 4);

export interface Injection {
  /** Counts all injections since the controller was made, from 1. */
  readonly sequence: number;
  /** CLOCK_MONOTONIC of the host that plays the controller, when the command was fetched, or else when it happened. */
  readonly timeNs: number;
  /** The number of the fault. */
  readonly fault: number;
  readonly kind: FaultKind;
  /** These are undefined where it was not for a command. */
  readonly opcode: number | undefined;
  /** Of the submission queue; 0 is the admin queue. */
  readonly qid: number | undefined;
  readonly cid: number | undefined;
  readonly nsid: number | undefined;
  /** Undefined where the command has none. */
  readonly slba: number | undefined;
}

export interface InjectionsRead {
  /** All that there were. */
  readonly total: number;
  /** The oldest first. */
  readonly injections: readonly Injection[];
}

const ADDRESSED: ReadonlySet<number> = new Set([
  NVM.READ,
  NVM.WRITE,
  NVM.WRITE_UNCORRECTABLE,
  NVM.COMPARE,
  NVM.WRITE_ZEROES,
  NVM.VERIFY,
]);

/** Whether a command of the NVM command set has an SLBA. */
export const isAddressed = (opcode: number): boolean => ADDRESSED.has(opcode);

/** Whether a command names a block: the first of its own, or the first of the zone that it appends to. */
export const namesBlock = (opcode: number): boolean => isAddressed(opcode) || opcode === ZNS.ZONE_APPEND;

/** Either end; each thread makes its own over the same buffer. */
export class InjectionLog {
  readonly buffer: SharedArrayBuffer;
  private readonly total: BigInt64Array;
  private readonly timesNs: Float64Array;
  private readonly slbas: Float64Array;
  private readonly words: Uint32Array;
  /** From the clock of this thread to CLOCK_MONOTONIC. */
  private readonly offsetNs = toMonotonicNs();

  constructor(buffer = new SharedArrayBuffer(LOG_BYTES)) {
    this.buffer = buffer;
    this.total = new BigInt64Array(buffer, 0, 1);
    this.timesNs = new Float64Array(buffer, HEAD_BYTES, INJECTIONS_KEPT);
    this.slbas = new Float64Array(buffer, HEAD_BYTES + INJECTIONS_KEPT * 8, INJECTIONS_KEPT);
    const wordsAt = HEAD_BYTES + INJECTIONS_KEPT * 16;
    this.words = new Uint32Array(buffer, wordsAt, INJECTIONS_KEPT * WORDS);
  }

  /** Of the command at `at`, as it is now, should its host have changed it since. */
  note(fault: number, kind: FaultKind, qid: number, commands: Uint32Array, at: number): void {
    const cdw0 = commands[at + SQE.CDW0];
    const opcode = cdw0 & 0xff;
    const addressed = qid !== 0 && namesBlock(opcode);
    const slba = addressed ? commands[at + SQE.CDW10] + commands[at + SQE.CDW11] * 2 ** 32 : NO_ADDRESS;
    const word = this.begin(fault, kind, opcode, slba);
    this.words[word + QID] = qid;
    this.words[word + CID] = cdw0 >>> 16;
    this.words[word + NSID] = commands[at + SQE.NSID];
    Atomics.add(this.total, 0, 1n);
  }

  /** Of what came by itself, without a command. */
  noteAlone(fault: number, kind: FaultKind): void {
    this.begin(fault, kind, NO_COMMAND, NO_ADDRESS);
    Atomics.add(this.total, 0, 1n);
  }

  /** The next entry, which the caller completes and counts; its first word. */
  private begin(fault: number, kind: FaultKind, opcode: number, slba: number): number {
    const slot = Number(this.total[0] % BigInt(INJECTIONS_KEPT));
    this.timesNs[slot] = nowNs() + this.offsetNs;
    this.slbas[slot] = slba;
    const word = slot * WORDS;
    this.words[word + FAULT] = fault;
    this.words[word + KIND] = FAULT_KINDS.indexOf(kind);
    this.words[word + OPCODE] = opcode;
    return word;
  }

  /** Those after the first `since` that are still kept. */
  read(since = 0): InjectionsRead {
    const total = Number(Atomics.load(this.total, 0));
    const first = Math.max(since, total - INJECTIONS_KEPT);
    const read: Injection[] = [];
    for (let index = first; index < total; index++) read.push(this.at(index));
    // Meanwhile the writer may have come round; the entry after the last it counts may be half written.
    const after = Number(Atomics.load(this.total, 0));
    const intact = after - INJECTIONS_KEPT + (after === total && total <= INJECTIONS_KEPT ? 0 : 1);
    return { total, injections: read.filter(({ sequence }) => sequence > intact) };
  }

  private at(index: number): Injection {
    const slot = index % INJECTIONS_KEPT;
    const word = (of: number): number => this.words[slot * WORDS + of];
    const slba = this.slbas[slot];
    const ofCommand = (value: number): number | undefined =>
      word(OPCODE) === NO_COMMAND ? undefined : value;
    return {
      sequence: index + 1,
      timeNs: this.timesNs[slot],
      fault: word(FAULT),
      kind: FAULT_KINDS[word(KIND)],
      opcode: ofCommand(word(OPCODE)),
      qid: ofCommand(word(QID)),
      cid: ofCommand(word(CID)),
      nsid: ofCommand(word(NSID)),
      slba: slba === NO_ADDRESS ? undefined : slba,
    };
  }
}
