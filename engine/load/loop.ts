/**
 * HOT: the loop. A turn takes what one lane has completed, at most BATCH of it, through stages that each go over the whole
 * batch: reap, fill, stamp the data, post, count the latencies and stamp the time, ring. Their state is in typed arrays and
 * locals; per I/O there is no object, no closure, no BigInt and no call out of JavaScript, per batch two clock reads.
 *
 * A completion gets the time after the reap that found it, a submission the time before the doorbell: no latency is shorter
 * than it was. What completes at or past `stopAtNs` is no part of the measurement and is counted apart.
 */
import { BATCH, IDLE, SLOT, SLOT_SHIFT } from '../path/path.js';
import { HISTOGRAM_LENGTH, latencyIndex } from '../stats/histogram.js';
import { COUNTS_LENGTH, LBAS_AT } from '../stats/operations.js';
import { stampNs } from '../sys/clock.js';
import { countAndStart } from './counting.js';
import { GAP_NS, Gaps } from './gaps.js';
import { Issued } from './issued.js';
import type { WorkerSpec } from './job.js';
import { BATCH_SLOTS, type Lane, startNs } from './lane.js';
import { lanesOf } from './lanes.js';
import { countLbas, noteLbas } from './moved-lbas.js';
import { ClosedLoop, type Pacer } from './pace/pacer.js';
import { Failures, TALLY } from './tally.js';
import type { Checks } from './verify/checks.js';
import type { Watch } from './watch/watch.js';
import type { Payload } from './workload/payload.js';
import { type Source, sourceOf } from './workload/sources.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const MOST = BATCH;
const batch = BATCH_SLOTS;
const UNUSED = IDLE;
const RECORD_SHIFT = SLOT_SHIFT;
const LENGTH = HISTOGRAM_LENGTH;
const { OPERATION, START_LOW, START_HIGH, NEXT_OPERATION } = SLOT;
const { COMPLETED, EMPTY_POLLS, BATCHES, LATE } = TALLY;
const stamp = stampNs;
const LONG_NS = GAP_NS;
const TWO_32 = 2 ** 32;
const TWO_MINUS_32 = 2 ** -32;

export class Loop {
  readonly lanes: readonly Lane[];
  readonly tally = new Float64Array(9);
  readonly failures = new Failures();
  /** Where latencies of the measurement are counted: the histograms of all operations, one after the other. */
  histograms: Uint32Array;
  /** Those of what completes late. */
  readonly late = new Uint32Array(COUNTS_LENGTH);
  /** When the measurement ends, ns of this thread's clock. Nothing is submitted after a batch that is found at or past it. */
  readonly stopAtNs = Float64Array.of(Number.POSITIVE_INFINITY);
  submitting = true;
  /** When completions were found last. */
  readonly reapedNs = new Float64Array(1);
  /** When the loop looked last, as far as that is known. */
  readonly lookedNs = Float64Array.of(Number.POSITIVE_INFINITY);
  /** Where it did not look for long. */
  readonly gaps = new Gaps();
  /** What is found may have been in flight over a gap. */
  private afterGap = false;
  readonly pacer: Pacer;
  /** When the last of them were rung for. */
  readonly submittedNs = new Float64Array(1);
  readonly source: Source;
  private readonly payload: Payload;
  readonly issued: Issued;
  /** `issued` has room for more. */
  private noting = true;
  /** I/Os have several lengths, whose blocks are counted. */
  private readonly varied: boolean;
  /** Of jobs that verify what they read; of those that want to know of single I/Os. */
  readonly checks: Checks | undefined;
  readonly watch: Watch | undefined;

  constructor(spec: WorkerSpec, histograms: Uint32Array) {
    ({ lanes: this.lanes, payload: this.payload, checks: this.checks, watch: this.watch } = lanesOf(spec));
    this.histograms = histograms;
    this.pacer = new ClosedLoop(spec.numberIos);
    this.issued = new Issued(spec.numjobs);
    this.source = sourceOf(spec);
    this.varied = spec.lengths !== undefined;
    for (const [i, { slots, base, queue }] of this.lanes.entries()) {
      this.source.prepare(slots);
      this.payload.prepare(queue.writeData, Math.imul(spec.seed, 0x85ebca6b) + i * spec.iodepth, base);
    }
  }

  /** Submits in every parked slot, as far as the pacer lets. */
  prime(): void {
    for (const lane of this.lanes)
      while (lane.parkedCount > 0 && !this.pacer.spent) this.submit(lane, lane.unpark());
  }

  /** I/Os without a completion, over all lanes. */
  outstanding(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.outstanding, 0);
  }

  /** `rounds` turns of every lane. */
  run(rounds: number): void {
    const lanes = this.lanes;
    for (let round = 0; round < rounds; round++) for (let i = 0; i < lanes.length; i++) this.turn(lanes[i]);
  }

  private turn(lane: Lane): void {
    const { queue } = lane;
    const found = queue.reap(batch, MOST);
    if (found === 0) {
      // What was found may have been no I/O, or parts of some.
      queue.release();
      this.tally[EMPTY_POLLS]++;
      return;
    }
    stamp(this.reapedNs);
    queue.release();
    this.tally[BATCHES]++;
    this.looked(this.reapedNs);
    if (this.reapedNs[0] >= this.stopAtNs[0]) this.submitting = false;
    const all = queue.failures === 0 && lane.parkedCount === 0 && this.sendsAll;
    if (all && this.pacer.takeAll(found)) this.again(lane, found);
    else this.settle(lane, this.account(lane, 0, found));
  }

  /** It looked at that time, and may not have for long before. */
  looked(atNs: Float64Array): void {
    if (atNs[0] - this.lookedNs[0] > LONG_NS) {
      this.gaps.note(this.lookedNs, atNs, this.outstanding());
      this.afterGap = true;
    }
    this.lookedNs[0] = atNs[0];
  }

  /** Whatever completes goes out again, and needs no look one by one. */
  protected get sendsAll(): boolean {
    return this.submitting === true && this.afterGap === false;
  }

  /** Of the batch, `done` slots are free. */
  protected settle(lane: Lane, done: number): void {
    lane.outstanding -= done;
    if (this.submitting === true) this.submit(lane, done);
    else lane.park(0, done);
  }

  /**
   * What most turns are: every slot of the batch goes out again. Latencies are counted after the next commands are posted, in
   * the pass that stamps these: what there is of both is touched once. No slot is parked, so all were awaited, but for one that
   * comes twice in the batch; then what was posted is taken back.
   */
  protected again(lane: Lane, found: number): void {
    const { queue, slots, base } = lane;
    if (base < 0) {
      this.pacer.giveBack(found);
      this.settle(lane, this.account(lane, 0, found));
      return;
    }
    this.write(lane, found);
    stamp(this.submittedNs);
    // By a clock that did not move, a slot that comes twice would not be told.
    if (this.submittedNs[0] <= this.reapedNs[0]) this.submittedNs[0] = this.reapedNs[0] + 1;
    if (this.varied === true) countLbas(this.histograms, lane, 0, found, 1);
    const { histograms, reapedNs, submittedNs } = this;
    const { operation } = this.source;
    let counted = countAndStart(histograms, operation, base, 0, found, reapedNs, submittedNs);
    while (counted < found && this.accountLong(slots, batch[counted] << RECORD_SHIFT)) {
      counted = countAndStart(histograms, operation, base, counted + 1, found, reapedNs, submittedNs);
    }
    this.tally[COMPLETED] += counted;
    if (counted === found) {
      if (this.varied === true) noteLbas(lane, found);
      queue.ring();
      return;
    }
    if (this.varied === true) countLbas(this.histograms, lane, counted, found, -1);
    queue.retract(batch, found);
    this.pacer.giveBack(found);
    for (let i = 0; i < counted; i++) slots[(batch[i] << RECORD_SHIFT) + START_HIGH] = UNUSED;
    this.settle(lane, this.account(lane, counted, found));
  }

  /** As `countAndStart`, for one latency that takes more than 31 bits or crosses a turn of 2^32; false where the slot was not awaited. */
  private accountLong(slots: Int32Array, record: number): boolean {
    const nowNs = this.reapedNs[0];
    if (slots[record + START_HIGH] === UNUSED || startNs(slots, record) > nowNs) return false;
    this.histograms[slots[record + OPERATION] * LENGTH + latencyIndex(nowNs - startNs(slots, record))]++;
    slots[record + OPERATION] = slots[record + NEXT_OPERATION];
    const high = (this.submittedNs[0] * TWO_MINUS_32) | 0;
    slots[record + START_LOW] = (this.submittedNs[0] - high * TWO_32) | 0;
    slots[record + START_HIGH] = high;
    return true;
  }

  /**
   * Counts a batch from the `first` on, one by one: with failures, late, or where not all of it goes out again. Returns how many
   * slots it has, without those that were not awaited.
   */
  protected account(lane: Lane, first: number, found: number): number {
    const { slots, batch } = lane;
    const { statuses, failures } = lane.queue;
    const late = this.reapedNs[0] >= this.stopAtNs[0];
    const histograms = late ? this.late : this.histograms;
    if (this.afterGap) this.afterGap = this.gaps.covers(this.reapedNs);
    let done = first;
    for (let i = first; i < found; i++) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      if (slots[record + START_HIGH] === UNUSED) {
        this.tally[TALLY.UNEXPECTED]++;
        continue;
      }
      if (failures > 0 && statuses[i] !== 0) {
        this.tally[TALLY.ERRORS]++;
        this.failures.count(slots, record, statuses[i], this.reapedNs);
      } else {
        const index = latencyIndex(this.reapedNs[0] - startNs(slots, record));
        histograms[slots[record + OPERATION] * LENGTH + index]++;
        if (this.varied) histograms[LBAS_AT + slots[record + OPERATION]] += lane.lbas[slot];
        this.completed(lane, slot, histograms);
        if (this.afterGap && !late) this.gaps.count(slots, record, this.reapedNs);
        this.tally[late ? LATE : COMPLETED]++;
      }
      slots[record + START_HIGH] = UNUSED;
      batch[done++] = slot;
    }
    return done;
  }

  /** Submits I/Os in the first `count` slots of the batch, as far as the pacer lets; the others are parked. */
  private submit(lane: Lane, count: number): void {
    const allowed = this.pacer.take(count);
    if (allowed < count) lane.park(allowed, count);
    if (allowed > 0) this.post(lane, allowed);
  }

  /** Submits I/Os in the first `count` slots of the batch. */
  protected post(lane: Lane, count: number): void {
    this.write(lane, count);
    stamp(this.submittedNs);
    this.start(lane.slots, count);
    if (this.varied === true) noteLbas(lane, count);
    lane.queue.ring();
    lane.outstanding += count;
  }

  /** For loops that count more of an I/O than its latency; only `account` calls it. */
  protected completed(_lane: Lane, _slot: number, _histograms: Uint32Array): void {}

  /** I/Os that were due by then and never went; none where none are ever due. */
  unsent(_atNs: number): number {
    return 0;
  }

  /** From the beginning of the schedule until then; 0 where there is none. */
  scheduledNs(_atNs: number): number {
    return 0;
  }

  /** What the next I/Os of the batch's first `count` slots are, into their records, their data and the queue. */
  private write(lane: Lane, count: number): void {
    const { queue, slots, base } = lane;
    const writing = this.source.fill(slots, batch, count, base);
    if (writing > 0) this.payload.stamp(slots, queue.writeData, this.source.writing(batch), writing, base);
    queue.post(batch, count);
    if (this.noting === true) this.noting = this.issued.note(lane, count);
  }

  private start(slots: Int32Array, count: number): void {
    const nowNs = this.submittedNs[0];
    const high = (nowNs * TWO_MINUS_32) | 0;
    const low = (nowNs - high * TWO_32) | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const record = batch[i] << RECORD_SHIFT;
      slots[record | START_LOW] = low;
      slots[record | START_HIGH] = high;
      slots[record | OPERATION] = slots[record | NEXT_OPERATION];
    }
  }

  /** Completions so far that named nothing outstanding, over all lanes. */
  unexpected(): number {
    let sum = this.tally[TALLY.UNEXPECTED];
    for (const { queue } of this.lanes) sum += queue.unexpected;
    return sum;
  }

  /** Gives all room of completion queues back: before a sleep. */
  releaseAll(): void {
    for (const { queue } of this.lanes) queue.releaseAll();
  }

  /** Ends the measurement at `atNs`, where it has not ended before: nothing more is submitted, and what completes is late. */
  end(atNs: number): void {
    this.submitting = false;
    if (atNs < this.stopAtNs[0]) this.stopAtNs[0] = atNs;
  }

  /**
   * Forgets what was counted so far: the ramp is over. What is outstanding counts as one of the `ios` to come. Unexpected
   * completions are kept, and failures where they ended the ramp.
   */
  reset(ios: number, keepFailures = false): void {
    const { tally } = this;
    const [unexpected, failed] = [tally[TALLY.UNEXPECTED], tally[TALLY.ERRORS]];
    this.histograms.fill(0);
    this.late.fill(0);
    this.gaps.reset();
    tally.fill(0);
    tally[TALLY.UNEXPECTED] = unexpected;
    if (keepFailures) tally[TALLY.ERRORS] = failed;
    else this.failures.clear();
    this.pacer.renew(Math.max(0, ios - this.outstanding()));
  }

  /** Submission time of the oldest outstanding I/O; Infinity where there is none. */
  oldestNs(): number {
    return Math.min(...this.lanes.map((lane) => lane.oldestNs()));
  }
}
