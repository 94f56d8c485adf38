/**
 * Makes a record of each command, on the thread of the controller. HOT. A command that is fetched takes a place in a table, and
 * goes to the ring once its completion is posted, or once it is known that none will be.
 */
import { DSM, NVM, SQE, ZNS } from '../../spec/command.js';
import { COMMAND_FLAG, COMMAND_RECORD } from '../../spec/command-record.js';
import { stampMs, toMonotonicNs } from '../../sys/clock.js';
import { HELD, SUCCESS } from '../answers.js';
import type { DataPointer } from '../data-pointer.js';
import { namesBlock } from '../injection-log.js';
import { HEAD, NO_ROOM, ringParts, TAIL } from './ring.js';
import { xxh32 } from './xxh32.js';

const { WORDS, SEQUENCE, ARRIVAL, COMPLETION, SLBA, BLOCKS, NSID, HASH, STATUS_QUEUE, CID_OPCODE_FLAGS } =
  COMMAND_RECORD;
const { ADDRESSED, HASHED, FURTHER_RANGE } = COMMAND_FLAG;
const FLAGS_SHIFT = 24;
const TWO_32 = 2 ** 32;
const NS_PER_MS = 1e6;
/** Beside the commands in flight: the further ranges of those that have several. */
const FURTHER = 4096;
const NONE = -1;

/** Whether the data of blocks lies in the host's memory, and is what the blocks hold where the command succeeds. */
const movesBlocks = (opcode: number): boolean =>
  opcode === NVM.READ || opcode === NVM.WRITE || opcode === NVM.COMPARE || opcode === ZNS.ZONE_APPEND;

export class Recorder {
  private readonly data: DataPointer;
  private readonly movesData: boolean;
  private readonly marks: Int32Array;
  private readonly numbers: Float64Array;
  private readonly ring: Int32Array;
  private readonly mask: number;
  private head: number;
  /** As last looked at. */
  private tail: number;
  /** Commands in flight, a record each; `next`: the place of a further range of the same command. */
  private readonly table: Int32Array;
  private readonly next: Int32Array;
  private readonly free: Int32Array;
  private freeCount: number;
  /** Commands so far, and a number on its way to two words: doubles that are handed on are garbage. */
  private readonly counted = new Float64Array(1);
  private readonly wide = new Float64Array(1);
  private readonly adminMs = new Float64Array(1);
  /** From the clock of this thread to CLOCK_MONOTONIC. */
  private readonly offsetNs = toMonotonicNs();

  /** `data` has what the command executed last was about; `mostInFlight` of `arrive`. */
  constructor(ring: SharedArrayBuffer, data: DataPointer, movesData: boolean, mostInFlight: number) {
    const { marks, numbers, words } = ringParts(ring);
    this.data = data;
    this.movesData = movesData;
    this.marks = marks;
    this.numbers = numbers;
    this.ring = words;
    this.mask = words.length / WORDS - 1;
    this.head = marks[HEAD];
    this.tail = marks[TAIL];
    const places = mostInFlight + FURTHER;
    this.table = new Int32Array(places * WORDS);
    this.next = new Int32Array(places).fill(NONE);
    this.free = Int32Array.from({ length: places }, (_, i) => places - 1 - i);
    this.freeCount = places;
  }

  /**
   * An I/O command that was fetched at `timesMs[index]` and carried out just now, with a status; its place, for `complete`.
   * `cdw0` as it was carried out; all else as it is now, should its host have changed it since.
   */
  arrive(
    timesMs: Float64Array,
    index: number,
    cdw0: number,
    commands: Uint32Array,
    at: number,
    qid: number,
    status: number,
  ): number {
    const place = this.begin(timesMs, index, cdw0, commands, at, qid, status);
    const opcode = cdw0 & 0xff;
    if (opcode === NVM.DATASET_MANAGEMENT) {
      if (status === SUCCESS) this.noteRanges(place, commands, at);
    } else if (namesBlock(opcode)) this.noteBlocks(place, opcode, commands, at, status);
    return place;
  }

  /** That one has appended, from this block on. */
  appended(place: number, lba: Float64Array): void {
    this.wide[0] = lba[0];
    this.putWide(place * WORDS + SLBA);
  }

  /** An I/O command that will have no completion: its fetching was all. */
  unanswered(timesMs: Float64Array, index: number, commands: Uint32Array, at: number, qid: number): void {
    const place = this.begin(timesMs, index, commands[at + SQE.CDW0] | 0, commands, at, qid, 0);
    const opcode = commands[at + SQE.CDW0] & 0xff;
    if (namesBlock(opcode)) this.noteBlocks(place, opcode, commands, at, HELD);
    this.abandon(place);
    this.publish();
  }

  /** The completion of the command is posted at `timesMs[index]`, with that status (of 15 bits). `publish` follows. */
  complete(place: number, timesMs: Float64Array, index: number, status: number): void {
    for (let each = place; each !== NONE; each = this.end(each)) {
      const record = each * WORDS;
      this.wide[0] = Math.round(timesMs[index] * NS_PER_MS + this.offsetNs);
      this.putWide(record + COMPLETION);
      this.table[record + STATUS_QUEUE] = (this.table[record + STATUS_QUEUE] & ~0xffff) | status;
    }
  }

  /** It will never have a completion. `publish` follows. */
  abandon(place: number): void {
    for (let each = place; each !== NONE; each = this.end(each));
  }

  /** Hands over what was completed. */
  publish(): void {
    Atomics.store(this.marks, HEAD, this.head);
  }

  /** Before an admin command is carried out, then after it; HELD where it has no completion then. */
  adminArrives(): void {
    stampMs(this.adminMs);
  }

  admin(command: Uint32Array, status: number): void {
    const { adminMs } = this;
    const place = this.begin(adminMs, 0, command[SQE.CDW0] | 0, command, 0, 0, 0);
    stampMs(adminMs);
    if (status === HELD) this.abandon(place);
    else this.complete(place, adminMs, 0, status);
    this.publish();
  }

  private begin(
    timesMs: Float64Array,
    index: number,
    cdw0: number,
    commands: Uint32Array,
    at: number,
    qid: number,
    status: number,
  ): number {
    const { table, counted, wide } = this;
    const place = this.free[--this.freeCount];
    const record = place * WORDS;
    wide[0] = ++counted[0];
    this.putWide(record + SEQUENCE);
    wide[0] = Math.round(timesMs[index] * NS_PER_MS + this.offsetNs);
    this.putWide(record + ARRIVAL);
    for (let word = COMPLETION; word <= HASH; word++) table[record + word] = 0;
    table[record + NSID] = commands[at + SQE.NSID];
    table[record + STATUS_QUEUE] = status | (qid << 16);
    table[record + CID_OPCODE_FLAGS] = (cdw0 >>> 16) | ((cdw0 & 0xff) << 16);
    table[record + COMMAND_RECORD.CDW10] = commands[at + SQE.CDW10];
    table[record + COMMAND_RECORD.CDW11] = commands[at + SQE.CDW11];
    table[record + COMMAND_RECORD.CDW12] = commands[at + SQE.CDW12];
    return place;
  }

  private noteBlocks(place: number, opcode: number, commands: Uint32Array, at: number, status: number): void {
    const { table } = this;
    const record = place * WORDS;
    table[record + SLBA] = commands[at + SQE.CDW10];
    table[record + SLBA + 1] = commands[at + SQE.CDW11];
    table[record + BLOCKS] = (commands[at + SQE.CDW12] & 0xffff) + 1;
    let flags = ADDRESSED;
    if (status === SUCCESS && this.movesData && movesBlocks(opcode)) {
      const hash = xxh32(this.data);
      if (hash !== undefined) {
        table[record + HASH] = hash;
        flags |= HASHED;
      }
    }
    table[record + CID_OPCODE_FLAGS] |= flags << FLAGS_SHIFT;
  }

  /** Of Dataset Management: a record for each range. */
  private noteRanges(place: number, commands: Uint32Array, at: number): void {
    const { table, data, next } = this;
    const count = (commands[at + SQE.CDW10] & 0xff) + 1;
    let last = place;
    for (let range = 0; range < count; range++) {
      if (range > 0) {
        if (this.freeCount === 0) {
          this.numbers[NO_ROOM] += count - range;
          return;
        }
        const further = this.free[--this.freeCount];
        table.copyWithin(further * WORDS, place * WORDS, (place + 1) * WORDS);
        next[last] = further;
        last = further;
      }
      const word = range * (DSM.RANGE_BYTES / 4);
      const record = last * WORDS;
      table[record + SLBA] = data.wordAt(word + DSM.RANGE_SLBA_LOW);
      table[record + SLBA + 1] = data.wordAt(word + DSM.RANGE_SLBA_HIGH);
      table[record + BLOCKS] = data.wordAt(word + DSM.RANGE_LBAS);
      table[record + CID_OPCODE_FLAGS] |= (range > 0 ? ADDRESSED | FURTHER_RANGE : ADDRESSED) << FLAGS_SHIFT;
    }
  }

  /** To the ring, or where that is full to the number of those that are lost. What else there is of the command, or NONE. */
  private end(place: number): number {
    const { ring, table, next } = this;
    const from = place * WORDS;
    if (((this.head - this.tail) | 0) > this.mask) this.tail = Atomics.load(this.marks, TAIL);
    if (((this.head - this.tail) | 0) > this.mask) this.numbers[NO_ROOM]++;
    else {
      const to = (this.head & this.mask) * WORDS;
      for (let word = 0; word < WORDS; word++) ring[to + word] = table[from + word];
      this.head = (this.head + 1) | 0;
    }
    this.free[this.freeCount++] = place;
    const further = next[place];
    next[place] = NONE;
    return further;
  }

  /** `wide[0]` into two words. */
  private putWide(word: number): void {
    const value = this.wide[0];
    const high = Math.floor(value / TWO_32);
    this.table[word] = value - high * TWO_32;
    this.table[word + 1] = high;
  }
}
