/**
 * HOT: the closed loop at fixed depth. A turn reaps what one lane has completed, counts it, and submits as many
 * I/Os again. No double passes from one function to another, because V8 boxes those it does not inline. Per I/O
 * there is no object, no closure, no BigInt and no call out of JavaScript; per batch two clock reads and two
 * doorbells. One timestamp serves a whole reap batch, and one a whole submit batch.
 */
import { NVM } from '../spec/index.js';
import { HISTOGRAM_LENGTH, latencyIndex, shortLatencyIndex } from '../stats/histogram.js';
import { stamp } from '../sys/clock.js';
import { AddressStream } from './addresses.js';
import { WRITE } from './control-block.js';
import type { WorkerSpec } from './job.js';
import { IDLE, Lane } from './lane.js';

const WORDS_PER_COMMAND = 5;
const NS_PER_MS = 1e6;
/** Below this a latency is counted with integers alone. */
const SHORT_NS = 2 ** 31;

/** Indices of `Loop.tally`: doubles, so that a long run does not overflow. */
export const TALLY = {
  READS: 0,
  WRITES: 1,
  EMPTY_POLLS: 2,
  BATCHES: 3,
  UNEXPECTED: 4,
  ERRORS: 5,
  SLEEPS: 6,
  /** Those of `ERRORS` that were writes. */
  WRITE_ERRORS: 7,
} as const;

const FAILURE_TALLIES: readonly number[] = [TALLY.ERRORS, TALLY.WRITE_ERRORS, TALLY.UNEXPECTED];

export class Loop {
  readonly lanes: readonly Lane[];
  readonly tally = new Float64Array(8);
  /** Read and write histogram, one after the other. */
  histograms: Uint32Array;
  /** No I/O is submitted after a batch that is seen at or past this time. */
  stopAtMs = Number.POSITIVE_INFINITY;
  submitting = true;
  /** When the last completion was seen. Also the time that the turn in progress works with. */
  readonly reapedMs = new Float64Array(1);
  private readonly submittedMs = new Float64Array(1);
  /** I/Os that may still be submitted. */
  readonly budget = new Float64Array(1);
  private readonly parts: number;
  private readonly partLbas: number;
  private readonly iodepth: number;
  /** Where the words of a slot's write are, from those of its read; 0 where they are the same. */
  private readonly writeWords: number;
  private readonly stream: AddressStream;
  /** One entry for each status and direction that failed. */
  readonly failures: { status: number; write: boolean; count: number; firstSlba: number }[] = [];

  constructor(spec: WorkerSpec, histograms: Uint32Array) {
    this.lanes = spec.lanes.map((lane) => new Lane(lane, spec.iodepth, spec.parts, spec.nsid));
    this.parts = spec.parts;
    this.partLbas = spec.partLbas;
    this.iodepth = spec.iodepth;
    this.writeWords = isMixed(spec.workload.readPercent) ? spec.iodepth * spec.parts * WORDS_PER_COMMAND : 0;
    this.stream = new AddressStream(spec.workload);
    this.histograms = histograms;
    this.budget[0] = spec.numberIos;
  }

  /** Gives every lane its full depth of I/Os, within the budget. */
  prime(): void {
    for (const lane of this.lanes) {
      const count = Math.min(this.iodepth, this.budget[0]);
      for (let slot = 0; slot < count; slot++) lane.completed[slot] = slot;
      this.submit(lane, count);
    }
  }

  /** I/Os without a completion, over all lanes. */
  outstanding(): number {
    let sum = 0;
    for (const lane of this.lanes) sum += lane.outstanding;
    return sum;
  }

  /** `rounds` turns of every lane. */
  run(rounds: number): void {
    const lanes = this.lanes;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < lanes.length; i++) this.turn(lanes[i]);
    }
  }

  private turn(lane: Lane): void {
    const pair = lane.pair;
    let cid = pair.reap();
    if (cid < 0) {
      this.tally[TALLY.EMPTY_POLLS]++;
      return;
    }
    stamp(this.reapedMs);
    let count = 0;
    do {
      const slot = this.parts === 1 ? cid : (cid / this.parts) | 0;
      if (cid >= lane.commands || lane.startedMs[slot] < 0 || (this.parts > 1 && lane.pending[cid] === 0)) {
        this.tally[TALLY.UNEXPECTED]++;
      } else {
        if (pair.status !== 0 && lane.failure[slot] === 0) lane.failure[slot] = pair.status;
        if (this.parts === 1 || lane.completePart(cid, slot)) {
          this.count(lane, slot);
          lane.completed[count++] = slot;
        }
      }
      cid = pair.reap();
    } while (cid >= 0);
    pair.release();
    this.tally[TALLY.BATCHES]++;
    if (this.reapedMs[0] >= this.stopAtMs) this.submitting = false;
    lane.outstanding -= count;
    if (this.submitting) this.submit(lane, count);
  }

  private count(lane: Lane, slot: number): void {
    const latencyNs = (this.reapedMs[0] - lane.startedMs[slot]) * NS_PER_MS;
    lane.startedMs[slot] = IDLE;
    if (lane.failure[slot] !== 0) {
      this.countFailure(lane, slot);
      return;
    }
    const direction = lane.direction[slot];
    const index = latencyNs < SHORT_NS ? shortLatencyIndex(latencyNs | 0) : latencyIndex(latencyNs);
    this.histograms[direction * HISTOGRAM_LENGTH + index]++;
    this.tally[direction]++;
  }

  /** Submits I/Os in the first `count` slots of `lane.completed`, as far as the budget goes. */
  private submit(lane: Lane, count: number): void {
    const allowed = Math.min(this.budget[0], count) | 0;
    if (allowed === 0) return;
    const { completed, startedMs } = lane;
    for (let i = 0; i < allowed; i++) this.post(lane, completed[i]);
    stamp(this.submittedMs);
    const now = this.submittedMs[0];
    for (let i = 0; i < allowed; i++) startedMs[completed[i]] = now;
    lane.pair.ring();
    lane.outstanding += allowed;
    this.budget[0] -= allowed;
  }

  private post(lane: Lane, slot: number): void {
    const stream = this.stream;
    stream.next();
    const { slbaLow, slbaHigh, direction } = stream;
    lane.direction[slot] = direction;
    lane.slbaLow[slot] = slbaLow;
    lane.slbaHigh[slot] = slbaHigh;
    const opcode = direction === WRITE ? NVM.WRITE : NVM.READ;
    const words = direction * this.writeWords;
    if (this.parts === 1) {
      const at = words + slot * WORDS_PER_COMMAND;
      lane.pair.postTransfer(opcode | (slot << 16), slbaLow, slbaHigh, lane.words, at);
    } else {
      this.postParts(lane, slot, opcode, words);
    }
  }

  private postParts(lane: Lane, slot: number, opcode: number, words: number): void {
    const { parts, partLbas } = this;
    lane.pendingParts[slot] = parts;
    let low = lane.slbaLow[slot] >>> 0;
    let high = lane.slbaHigh[slot];
    for (let part = 0; part < parts; part++) {
      const cid = slot * parts + part;
      const at = words + cid * WORDS_PER_COMMAND;
      lane.pair.postTransfer(opcode | (cid << 16), low | 0, high, lane.words, at);
      lane.pending[cid] = 1;
      low += partLbas;
      if (low >= 2 ** 32) {
        low -= 2 ** 32;
        high++;
      }
    }
  }

  private countFailure(lane: Lane, slot: number): void {
    const status = lane.failure[slot];
    const write = lane.direction[slot] === WRITE;
    lane.failure[slot] = 0;
    this.tally[TALLY.ERRORS]++;
    if (write) this.tally[TALLY.WRITE_ERRORS]++;
    const known = this.failures.find((f) => f.status === status && f.write === write);
    if (known) known.count++;
    else {
      const firstSlba = (lane.slbaLow[slot] >>> 0) + lane.slbaHigh[slot] * 2 ** 32;
      this.failures.push({ status, write, count: 1, firstSlba });
    }
  }

  /** Forgets what was counted so far: the ramp is over. Failures that ended it are kept. */
  reset(numberIos: number, keepFailures = false): void {
    const { tally } = this;
    const kept = keepFailures ? FAILURE_TALLIES.map((index) => tally[index]) : [];
    this.histograms.fill(0);
    tally.fill(0);
    for (const [i, count] of kept.entries()) tally[FAILURE_TALLIES[i]] = count;
    if (!keepFailures) this.failures.length = 0;
    this.budget[0] = Math.max(0, numberIos - this.outstanding());
  }

  /** Submission time of the oldest outstanding I/O; Infinity where there is none. */
  oldestMs(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const lane of this.lanes) {
      for (const started of lane.startedMs) if (started >= 0 && started < oldest) oldest = started;
    }
    return oldest;
  }
}

/** Reads and writes, whose data must not mix: what a read brought would be written. */
export function isMixed(readPercent: number): boolean {
  return readPercent > 0 && readPercent < 100;
}

/** Words of one command in `LaneSpec.words`. */
export const LANE_WORDS = WORDS_PER_COMMAND;
