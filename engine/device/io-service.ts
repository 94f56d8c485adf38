/**
 * Fetching I/O commands, letting them wait their simulated time, completing them. HOT. The host may change its memory at
 * any time, so what is checked must be what is used: each word of an entry is read once, and nothing is copied.
 */
import { NVM, SQE, ZNS } from '../spec/command.js';
import { stampMs } from '../sys/clock.js';
import { SUCCESS } from './answers.js';
import { AssignedLbas, highOf, lowOf } from './assigned-lbas.js';
import { MAX_IN_FLIGHT, type SimConfig } from './config.js';
import { FAULT_DROP, FAULT_NONE, FAULT_STUCK, type Faults } from './faults.js';
import type { Health } from './health.js';
import { type IoCommands, UNSUPPORTED_CDW0 } from './io-commands.js';
import { LatencyModel, Random } from './latency.js';
import type { MediaTiming } from './media-timing.js';
import { PendingCommands } from './pending.js';
import type { PowerStates } from './power-states.js';
import type { CompletionQueue, SubmissionQueue } from './queues.js';
import type { Recorder } from './record/recorder.js';
import { WRONG_COMPLETION, WrongCompletions } from './wrong-completions.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const { CDW0 } = SQE;
const OK = SUCCESS;
const { READ, WRITE } = NVM;
const { ZONE_APPEND } = ZNS;
const UNSUPPORTED = UNSUPPORTED_CDW0;
const WORDS_SHIFT = 4;
const NOW = 0;
const DUE = 1;

const isAppend = (cdw0: number): boolean => (cdw0 & 0xff) === ZONE_APPEND;

/** A read or write, neither fused nor with SGLs. */
const isTransfer = (cdw0: number): boolean => {
  const asked = cdw0 & (UNSUPPORTED | 0xff);
  return asked === READ || asked === WRITE;
};

export class IoService {
  readonly pending: PendingCommands;
  /** It takes fewer commands at once than there may be: their order is the arbiter's to say. */
  readonly limited: boolean;
  /** Set by a fault: the controller neither fetches nor completes. */
  stopped = false;
  private readonly commands: IoCommands;
  private readonly health: Health;
  private readonly faults: Faults;
  private readonly wrong = new WrongCompletions();
  private readonly assigned = new AssignedLbas();
  private readonly readModel: LatencyModel;
  private readonly writeModel: LatencyModel;
  private readonly random: Random;
  private readonly intervalMs: number;
  private readonly timing: MediaTiming | undefined;
  private readonly recorder: Recorder | undefined;
  private readonly power: PowerStates | undefined;
  /** Commands wait: by what they take, since faults are in force, or so that they can be recorded. */
  private timed: boolean;
  /** When the serial server of the IOPS limit is free again. */
  private readonly freeMs = new Float64Array(1);
  /** The time of this batch, and the due time of a command; in an array, since doubles handed on are garbage. */
  private readonly timesMs = new Float64Array(2);
  private readonly onFault: (action: number, qid: number) => void;

  constructor(
    config: SimConfig,
    commands: IoCommands,
    health: Health,
    onFault: (action: number, qid: number) => void,
    faults: Faults,
    timing?: MediaTiming,
    recorder?: Recorder,
    power?: PowerStates,
  ) {
    this.commands = commands;
    this.health = health;
    this.onFault = onFault;
    this.faults = faults;
    this.readModel = new LatencyModel(config.readLatency);
    this.writeModel = new LatencyModel(config.writeLatency);
    this.random = new Random(config.seed);
    this.intervalMs = config.iops > 0 ? 1000 / config.iops : 0;
    this.timing = timing;
    this.recorder = recorder;
    this.power = power;
    const { readModel, writeModel, intervalMs } = this;
    const waits = [timing, recorder, power].some((part) => part !== undefined);
    const takesTime = waits || !readModel.none || !writeModel.none || intervalMs > 0;
    this.timed = takesTime || faults.active;
    // one flag, since it is looked at for each batch
    faults.onChange = (active) => {
      this.timed = takesTime || active;
      if (!active) commands.wrong = undefined;
      commands.faults = faults.media.active ? faults.media : undefined;
    };
    faults.onChange(faults.active);
    // faults may come at any time; the kernel gives no memory for what is never touched
    this.pending = new PendingCommands(config.commandsAtOnce);
    this.limited = config.commandsAtOnce < MAX_IN_FLIGHT;
  }

  reset(): void {
    const { pending, recorder } = this;
    if (recorder !== undefined) {
      for (let i = 0; i < pending.size; i++) recorder.abandon(pending.placeAt(i));
      recorder.publish();
    }
    pending.clear();
    this.assigned.clear();
    this.wrong.clear();
    this.stopped = false;
    this.freeMs[0] = 0;
    this.timing?.reset();
  }

  /** Commands that may be taken now. */
  room(): number {
    return this.pending.capacity - this.pending.size;
  }

  /** Fetches up to `count` commands, for which the completion queue has room; returns how many. */
  fetch(queue: SubmissionQueue, count: number): number {
    if (this.timed) return this.fetchTimed(queue, Math.min(count, this.room()));
    const { commands } = this;
    const { entries, completion, qid } = queue;
    const { arrays, shift, mask } = queue.memory;
    const bare = commands.bareNow();
    const { nsid } = commands;
    let head = queue.head;
    for (let i = 0; i < count; i++) {
      const ring = arrays[head >>> shift];
      const at = (head & mask) << WORDS_SHIFT;
      const cdw0 = ring[at + CDW0] | 0;
      const status =
        bare !== undefined && isTransfer(cdw0)
          ? bare.execute(nsid, cdw0, ring, at)
          : commands.execute(cdw0, ring, at);
      if (status !== OK) this.health.countError(qid, cdw0 >>> 16, status, ring, at);
      head = head + 1 === entries ? 0 : head + 1;
      if (isAppend(cdw0) && status === OK) {
        const lba = this.commands.assignedLba[0];
        completion.post(lowOf(lba), head, qid, cdw0 >>> 16, status, highOf(lba));
      } else completion.post(0, head, qid, cdw0 >>> 16, status);
    }
    queue.head = head;
    return count;
  }

  /** Posts every completion whose time has come; returns how many. */
  completeDue(queues: readonly (SubmissionQueue | undefined)[]): number {
    const { pending, recorder } = this;
    if (pending.size === 0) return 0;
    stampMs(this.timesMs);
    let done = 0;
    while (pending.firstIsDue(this.timesMs, NOW)) {
      const queue = queues[pending.firstQid()]!;
      const { completion } = queue;
      const status = pending.firstStatus();
      completion.reserved--;
      if (completion.memory.reachable()) {
        if (status < WRONG_COMPLETION) this.post(completion, queue, pending.firstCid(), status);
        else if (!this.wrong.post(completion, queue.head, queue.qid, pending.firstCid(), status)) {
          completion.reserved++;
          break;
        }
      }
      if (recorder !== undefined)
        recorder.complete(pending.firstPlace(), this.timesMs, NOW, status & ~WRONG_COMPLETION);
      pending.pop();
      done++;
    }
    if (recorder !== undefined) recorder.publish();
    return done;
  }

  private post(
    completion: CompletionQueue,
    { head, qid }: SubmissionQueue,
    cid: number,
    status: number,
  ): void {
    if (this.assigned.none || status !== SUCCESS) completion.post(0, head, qid, cid, status);
    else {
      const lba = this.assigned.take(qid, cid);
      completion.post(lowOf(lba), head, qid, cid, status, highOf(lba));
    }
  }

  /** Ends a command before its time, with a status; false where it does not wait here. */
  endEarly(qid: number, cid: number, status: number): boolean {
    const index = this.pending.indexOf(qid, cid);
    if (index < 0) return false;
    this.end(index, status);
    return true;
  }

  /** The same for some command of a queue, whose CID it returns; -1 where it has none. */
  endOneOf(qid: number, status: number): number {
    const index = this.pending.indexOfOneOf(qid);
    if (index < 0) return -1;
    const cid = this.pending.cidAt(index);
    this.end(index, status);
    return cid;
  }

  /** Commands of the queue that wait are never completed. */
  stall(qid: number): void {
    const { pending, recorder } = this;
    for (let index = pending.indexOfOneOf(qid); index >= 0; index = pending.indexOfOneOf(qid)) {
      recorder?.abandon(pending.placeAt(index));
      pending.removeAt(index);
    }
    recorder?.publish();
  }

  private end(index: number, status: number): void {
    const { pending, recorder, timesMs } = this;
    if (recorder !== undefined) {
      stampMs(timesMs);
      recorder.complete(pending.placeAt(index), timesMs, NOW, status);
      recorder.publish();
    }
    pending.removeAt(index);
  }

  private fetchTimed(queue: SubmissionQueue, count: number): number {
    const { entries, completion, qid } = queue;
    const { arrays, shift, mask } = queue.memory;
    const { faults, recorder } = this;
    const faulty = faults.active;
    // read after the doorbell, so that no command ends before its latency is over
    stampMs(this.timesMs);
    for (let i = 0; i < count; i++) {
      const ring = arrays[queue.head >>> shift];
      const at = (queue.head & mask) << WORDS_SHIFT;
      queue.head = queue.head + 1 === entries ? 0 : queue.head + 1;
      const action = faulty ? faults.judge(ring, at, qid) : FAULT_NONE;
      if (action !== FAULT_NONE) {
        if (recorder !== undefined) recorder.unanswered(this.timesMs, NOW, ring, at, qid);
        if (action === FAULT_DROP) continue;
        this.stop(action, qid);
        return i + 1;
      }
      const cdw0 = ring[at + SQE.CDW0] | 0;
      let status = this.execute(cdw0, ring, at, qid);
      if (isAppend(cdw0) && status === SUCCESS)
        this.assigned.keep(qid, cdw0 >>> 16, this.commands.assignedLba[0]);
      else if (!this.assigned.none) this.assigned.forget(qid, cdw0 >>> 16);
      const place =
        recorder === undefined ? 0 : recorder.arrive(this.timesMs, NOW, cdw0, ring, at, qid, status);
      if (recorder !== undefined && status === SUCCESS && isAppend(cdw0))
        recorder.appended(place, this.commands.assignedLba);
      if (faulty && faults.completion !== undefined) {
        this.wrong.mark(qid, cdw0 >>> 16, faults.completion);
        status |= WRONG_COMPLETION;
      }
      this.setDue(cdw0 & 0xff);
      this.pending.push(this.timesMs, DUE, qid, cdw0 >>> 16, status, place);
      completion.reserved++;
    }
    return count;
  }

  private execute(cdw0: number, ring: Uint32Array, at: number, qid: number): number {
    const { faults, commands } = this;
    let status = SUCCESS;
    if (commands.faults !== undefined) commands.faults.qid = qid;
    if (faults.active) {
      commands.wrong = faults.wrong;
      status = faults.status;
    }
    if (status === SUCCESS) status = commands.execute(cdw0, ring, at);
    if (status !== SUCCESS) this.health.countError(qid, cdw0 >>> 16, status, ring, at);
    return status;
  }

  private setDue(opcode: number): void {
    const { timesMs } = this;
    const model = opcode === NVM.READ || opcode === NVM.COMPARE ? this.readModel : this.writeModel;
    timesMs[DUE] = timesMs[NOW];
    if (!model.none) model.addTo(timesMs, DUE, this.random);
    if (this.intervalMs > 0) {
      const free = Math.max(this.freeMs[0], timesMs[NOW]) + this.intervalMs;
      this.freeMs[0] = free;
      timesMs[DUE] = Math.max(timesMs[DUE], free);
    }
    if (this.timing !== undefined) this.timing.delay(timesMs, NOW, DUE);
    if (this.power !== undefined) this.power.delay(timesMs, NOW, DUE);
    if (this.faults.active) {
      timesMs[DUE] += this.faults.delayMs;
      this.faults.throttles.delay(timesMs, NOW, DUE);
    }
  }

  private stop(action: number, qid: number): void {
    this.stopped = action !== FAULT_STUCK;
    this.onFault(action, qid);
  }
}
