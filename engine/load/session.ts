/** One worker's run around the hot loop: barrier, ramp, measurement, drain; every wait with a deadline. */
import type { IoQueue } from '../path/path.js';
import { OPERATIONS } from '../stats/operations.js';
import { yieldCpu } from '../sys/affinity.js';
import { nowNs, stampNs } from '../sys/clock.js';
import { EventWait } from '../sys/event-wait.js';
import { COUNTER, type ControlBlock, MOST_STUCK, STATE, STOP, WORD } from './control-block.js';
import type { StopReason, WorkerSpec } from './job.js';
import type { Loop } from './loop.js';
import { loopOf } from './loops.js';
import { TALLY } from './tally.js';
import { BacklogSource } from './verify/backlog-source.js';
import { WrittenPlaces } from './verify/places.js';
import { readBack } from './verify/read-back.js';
import type { ReadBack } from './verify/report.js';

const NS_PER_MS = 1e6;
/** Turns between two looks at the control block; fewer where the CPU is shared. */
const ROUNDS = 1024;
const ROUNDS_SHARED = 32;
/** Most find nothing where all completes between two slices. */
const ROUNDS_REHEARSED = 16;
/** The least between two looks for stuck I/O. */
const TIMEOUT_CHECK_NS = 50 * NS_PER_MS;
/** One stuck I/O does not make those beside it lost, and Abort may end it. */
const GRACE_NS = 1000 * NS_PER_MS;
/** Turns between two looks at the interrupts, and the longest sleep for one: a stop must be heeded soon. */
const ROUNDS_BEFORE_SLEEP = 1;
const ROUNDS_HYBRID = 16;
/** More than 32 bits: times early in a thread's life have fewer, and V8 compiles for what it has met. */
const LONG_NS = 2 ** 33;
const LONGEST_SLEEP_MS = 20;
/** Longer than any slice that is not waiting for something; a thread that yields may wait for the time slices of others. */
const PAUSE_NS = 10 * NS_PER_MS;

export interface SessionOutcome {
  readonly stopReason: StopReason;
  /** The measured time, on this thread's clock. */
  readonly measuredFromNs: number;
  readonly measuredToNs: number;
  /** When the last I/O had completed, or the worker gave up. */
  readonly drainedNs: number;
  readonly lostIos: number;
  /** I/Os that succeeded in the ramp. */
  readonly rampIos: number;
  /** Of jobs that read what they wrote. */
  readonly readBack?: ReadBack;
}

export interface SessionHooks {
  /** Called just before the measurement begins. */
  onMeasure(): void;
  /** Called as soon as it has ended, before the drain. */
  onMeasured(): void;
}

export class Session {
  readonly loop: Loop;
  private readonly spec: WorkerSpec;
  private readonly control: ControlBlock;
  /** Turns of each lane in a slice. */
  rounds: number;
  private readonly interrupts: EventWait | undefined;
  /** The only queue of this worker: it may know how to wait for its own completions. */
  private readonly sleeper: IoQueue | undefined;
  private readonly hybridSpinNs: number;
  /** The last sleep ended because its time was over. */
  private unwoken = false;
  /** When the last slice ended; when the next look for stuck I/O is due. */
  private readonly sliceEndNs = new Float64Array(1);
  private readonly nextCheckNs = new Float64Array(1);
  /** When the slice before the last ended. */
  private readonly beforeNs = new Float64Array(1);
  /** After a time-out: until when the other outstanding I/Os may complete. */
  private giveUpAtNs = Number.POSITIVE_INFINITY;
  private readonly measuredFromNs = new Float64Array(1).fill(Number.POSITIVE_INFINITY);
  private stopReason: StopReason | undefined;
  private abandoned = false;
  /** Of one kind from the beginning: V8 throws code away for a field that turns from a small integer into a double. */
  private readonly rampIos = new Float64Array(1);

  constructor(spec: WorkerSpec, control: ControlBlock) {
    this.spec = spec;
    this.control = control;
    this.loop = loopOf(spec, control.activeSet());
    this.interrupts = eventWaitOf(spec);
    this.sleeper = spec.lanes.length === 1 ? this.loop.lanes[0].queue : undefined;
    this.hybridSpinNs = spec.completion === 'hybrid' ? (spec.hybridSpinMs ?? 0) * NS_PER_MS : 0;
    this.rounds = roundsOf(spec);
  }

  /** Runs to the end. Blocks the thread. */
  run({ onMeasure, onMeasured }: SessionHooks): SessionOutcome {
    const { loop, spec, control } = this;
    if (spec.rampTimeMs === 0) onMeasure();
    const startNs = nowNs();
    loop.reapedNs[0] = startNs;
    loop.lookedNs[0] = startNs;
    control.setState(STATE.RAMP);
    // During the ramp the number of I/Os does not count: it must not end before the measurement begins.
    loop.pacer.renew(spec.rampTimeMs > 0 ? Number.POSITIVE_INFINITY : spec.numberIos);
    this.heedStop();
    if (loop.submitting) loop.prime();
    if (spec.rampTimeMs > 0) this.ramp(startNs, onMeasure);
    const measuredFromNs = spec.rampTimeMs > 0 ? nowNs() : startNs;
    this.measuredFromNs[0] = measuredFromNs;
    loop.watch?.begin(measuredFromNs);
    // What ended the ramp leaves nothing to measure.
    if (this.stopReason === undefined) loop.stopAtNs[0] = measuredFromNs + spec.runtimeMs * NS_PER_MS;
    // What the ramp counted may not be seen as measured.
    this.publish();
    control.setState(STATE.MEASURING);
    this.turnUntil(loop.stopAtNs[0]);
    const all = loop.pacer.spent && loop.outstanding() === 0 && loop.tally[TALLY.LATE] === 0;
    this.stopReason ??= all ? 'number_ios' : 'runtime';
    // Where the number of I/Os ended the job, its time ended with the last of them.
    loop.end(this.stopReason === 'number_ios' ? loop.reapedNs[0] : this.sliceEndNs[0]);
    onMeasured();
    this.drain();
    const measuredToNs = Math.max(loop.stopAtNs[0], measuredFromNs);
    const drainedNs = Math.max(loop.reapedNs[0], measuredToNs);
    const lostIos = loop.outstanding();
    const read = this.readBack();
    return {
      stopReason: this.stopReason,
      measuredFromNs,
      measuredToNs,
      drainedNs,
      lostIos,
      rampIos: this.rampIos[0],
      ...(read === undefined ? {} : { readBack: read }),
    };
  }

  private ramp(startNs: number, onMeasure: () => void): void {
    const { loop, spec } = this;
    this.turnUntil(startNs + spec.rampTimeMs * NS_PER_MS);
    onMeasure();
    // What completed while nobody looked is reaped by the ramp: its latency would not be the drive's.
    if (loop.outstanding() > 0) this.slice();
    this.shedSurplus();
    this.rampIos[0] = loop.tally[TALLY.COMPLETED];
    loop.reset(spec.numberIos, this.stopReason !== undefined);
    if (loop.submitting) loop.prime();
  }

  /** Turns until the time, a stop, a spent pacer with nothing outstanding, or a time-out. */
  private turnUntil(endNs: number): void {
    const { loop } = this;
    while (loop.submitting && this.stopReason === undefined) {
      this.slice();
      if (this.sliceEndNs[0] >= endNs) return;
      if (loop.pacer.spent && loop.outstanding() === 0) return;
    }
  }

  /** Where fewer I/Os are to be measured than are outstanding, the others belong to the ramp. */
  private shedSurplus(): void {
    const { loop, spec } = this;
    if (loop.outstanding() <= spec.numberIos) return;
    loop.pacer.renew(0);
    while (loop.outstanding() > spec.numberIos && this.stopReason === undefined) this.slice();
  }

  private drain(): void {
    const { loop } = this;
    this.control.setState(STATE.DRAINING);
    while (loop.outstanding() > 0 && !this.abandoned) this.slice();
  }

  /** After all else: what was written is read, where the job asks for it and the device answers. */
  private readBack(): ReadBack | undefined {
    const { loop, spec, control } = this;
    const { checks } = loop;
    if (checks?.written === undefined || spec.verification?.readBack !== true || this.abandoned)
      return undefined;
    const { source } = loop;
    const places =
      source instanceof BacklogSource
        ? source.rest()
        : new WrittenPlaces(checks.written, spec.bsBytes / spec.lbaBytes);
    return readBack(loop.lanes, checks, places, {
      ioTimeoutMs: spec.ioTimeoutMs,
      stopped: () => Atomics.load(control.words, WORD.STOP) >= STOP.ABANDON,
      idle: () => {
        if (spec.yieldWhenIdle) yieldCpu();
      },
    });
  }

  /** Some turns of the loop, then a look at everything that is not I/O. */
  slice(): void {
    const { loop, control } = this;
    const batches = loop.tally[TALLY.BATCHES];
    const sleeps = loop.tally[TALLY.SLEEPS];
    this.beforeNs[0] = this.sliceEndNs[0];
    loop.run(this.rounds);
    const found = loop.tally[TALLY.BATCHES] !== batches;
    if (this.unwoken === true) this.noteUnwoken(found);
    if (!found) this.idle();
    if (control.swapPending()) this.swap();
    stampNs(this.sliceEndNs);
    const slept = loop.tally[TALLY.SLEEPS] !== sleeps;
    if (!slept) this.notePause();
    this.noteGap(slept);
    this.publish();
    this.heedStop();
    if (this.sliceEndNs[0] >= this.nextCheckNs[0]) this.checkTimeout();
    if (loop.tally[TALLY.ERRORS] + loop.unexpected() >= this.spec.maxErrors) this.stop('errors');
    if (loop.checks?.failed === true) this.stop('verify');
  }

  /** Has the next slice meet what is seldom: a pause, and a look for stuck I/O. For rehearsals. */
  meetSeldom(): void {
    this.measuredFromNs[0] = Number.NEGATIVE_INFINITY;
    this.sliceEndNs[0] -= LONG_NS;
    this.loop.lookedNs[0] -= LONG_NS;
    this.nextCheckNs[0] = 0;
  }

  /** The first reason to stop before the job's own end counts. The measured time ends now. */
  private stop(reason: StopReason): void {
    this.stopReason ??= reason;
    this.loop.end(this.sliceEndNs[0]);
  }

  /** The kernel had other plans for this thread, or a host for its machine. Only what lies within the measured time counts. */
  private notePause(): void {
    const fromNs = Math.max(this.beforeNs[0], this.measuredFromNs[0]);
    const toNs = Math.min(this.sliceEndNs[0], this.loop.stopAtNs[0]);
    if (toNs - fromNs > PAUSE_NS) this.loop.tally[TALLY.PAUSED_NS] += toNs - fromNs;
  }

  /** Since the loop looked last. Of a sleep only what it takes beyond the longest that it is meant to. */
  private noteGap(slept: boolean): void {
    const { loop } = this;
    if (slept) loop.lookedNs[0] += LONGEST_SLEEP_MS * NS_PER_MS;
    loop.looked(this.sliceEndNs);
  }

  private publish(): void {
    const { loop } = this;
    const { counters } = this.control;
    counters[COUNTER.COMPLETED] = loop.tally[TALLY.COMPLETED];
    const toNs = Math.min(this.sliceEndNs[0], loop.stopAtNs[0]);
    counters[COUNTER.MEASURED_NS] = toNs - this.measuredFromNs[0];
    for (let i = 0; i < OPERATIONS.length; i++) counters[COUNTER.ERRORS + i] = loop.failures.errors[i];
  }

  /** Nothing had completed: sleep or yield, as the job says. */
  private idle(): void {
    if (this.interrupts === undefined) {
      if (this.spec.yieldWhenIdle) yieldCpu();
      return;
    }
    if (this.sliceEndNs[0] - this.loop.reapedNs[0] < this.hybridSpinNs) return;
    this.loop.tally[TALLY.SLEEPS]++;
    this.loop.releaseAll();
    if (this.sleeper?.sleep !== undefined) this.sleeper.sleep(LONGEST_SLEEP_MS);
    else this.unwoken = !this.interrupts.wait(LONGEST_SLEEP_MS);
  }

  /** What completes in a sleep is to end it. Where it came as the sleep ended, its interrupt is there by now. */
  private noteUnwoken(found: boolean): void {
    this.unwoken = false;
    if (found && !this.interrupts?.signalled()) this.loop.tally[TALLY.LOST_INTERRUPTS]++;
  }

  private swap(): void {
    this.loop.histograms = this.control.restingSet();
    Atomics.add(this.control.words, WORD.SWAP_DONE, 1);
  }

  private heedStop(): void {
    const stop = Atomics.load(this.control.words, WORD.STOP);
    if (stop === STOP.NONE) return;
    if (this.stopReason === undefined) stampNs(this.sliceEndNs);
    this.stop(stop === STOP.DEVICE_LOST ? 'device-lost' : 'interrupted');
    if (stop !== STOP.DRAIN) this.abandoned = true;
  }

  private checkTimeout(): void {
    const now = this.sliceEndNs[0];
    this.nextCheckNs[0] = now + TIMEOUT_CHECK_NS;
    if (now >= this.giveUpAtNs) this.abandoned = true;
    if (this.giveUpAtNs < Number.POSITIVE_INFINITY) return;
    // Of all I/O, now and to come, none is late before the oldest. So few looks need no compiled code to leave no garbage.
    const lateAtNs = Math.min(this.loop.oldestNs(), now) + this.spec.ioTimeoutMs * NS_PER_MS;
    if (now < lateAtNs) {
      this.nextCheckNs[0] = Math.max(lateAtNs, now + TIMEOUT_CHECK_NS);
      return;
    }
    this.stopReason = 'timeout';
    this.stop('timeout');
    this.giveUpAtNs = now + GRACE_NS;
    const stuck = this.loop.lanes.flatMap((each, lane) =>
      each.submittedBy(now - this.spec.ioTimeoutMs * NS_PER_MS).map((slot) => ({ lane, slot })),
    );
    this.control.tellStuck(stuck.slice(0, MOST_STUCK));
  }
}

function eventWaitOf(spec: WorkerSpec): EventWait | undefined {
  if ((spec.completion ?? 'poll') === 'poll') return undefined;
  return new EventWait(spec.lanes.flatMap(({ eventFd }) => (eventFd === undefined ? [] : [eventFd])));
}

function roundsOf(spec: WorkerSpec): number {
  if (spec.rehearsed) return ROUNDS_REHEARSED;
  if (spec.completion === 'interrupt') return ROUNDS_BEFORE_SLEEP;
  if (spec.completion === 'hybrid') return ROUNDS_HYBRID;
  // Of many lanes too, a slice takes far less than what counts as a gap.
  return spec.yieldWhenIdle ? ROUNDS_SHARED : Math.ceil(ROUNDS / spec.lanes.length);
}
