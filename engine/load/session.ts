/** One worker's run around the hot loop: barrier, ramp, measurement, drain; every wait with a deadline. */
import { yieldCpu } from '../sys/affinity.js';
import { nowMs, stamp } from '../sys/clock.js';
import { EventWait } from '../sys/event-wait.js';
import { COUNTER, type ControlBlock, STATE, STOP, WORD } from './control-block.js';
import type { StopReason, WorkerSpec } from './job.js';
import { Loop, TALLY } from './loop.js';

/** Turns between two looks at the control block; fewer where the CPU is shared. */
const ROUNDS = 1024;
const ROUNDS_SHARED = 32;
const TIMEOUT_CHECK_MS = 50;
/** One stuck I/O does not make those beside it lost. */
const GRACE_MS = 500;
/** Turns between two looks at the interrupts, and the longest sleep for one: a stop must be heeded soon. */
const ROUNDS_BEFORE_SLEEP = 1;
const ROUNDS_HYBRID = 16;
const LONGEST_SLEEP_MS = 20;

export interface SessionOutcome {
  readonly stopReason: StopReason;
  readonly measuredFromMs: number;
  readonly endedMs: number;
  readonly lostIos: number;
}

export class Session {
  readonly loop: Loop;
  private readonly spec: WorkerSpec;
  private readonly control: ControlBlock;
  private readonly rounds: number;
  private readonly interrupts: EventWait | undefined;
  private readonly hybridSpinMs: number;
  /** When the last slice ended; when the next look for stuck I/O is due. */
  private readonly sliceEndMs = new Float64Array(1);
  private readonly nextCheckMs = new Float64Array(1);
  /** After a time-out: until when the other outstanding I/Os may complete. */
  private giveUpAtMs = Number.POSITIVE_INFINITY;
  private readonly measuredFromMs = new Float64Array(1).fill(Number.POSITIVE_INFINITY);
  private stopReason: StopReason | undefined;
  private abandoned = false;

  constructor(spec: WorkerSpec, control: ControlBlock) {
    this.spec = spec;
    this.control = control;
    this.loop = new Loop(spec, control.activeSet());
    this.interrupts = eventWaitOf(spec);
    this.hybridSpinMs = spec.hybridSpinMs ?? 0;
    this.rounds = roundsOf(spec);
  }

  /** Runs to the end; `onMeasure` is called just before the measurement begins. Blocks the thread. */
  run(onMeasure: () => void): SessionOutcome {
    const { loop, spec, control } = this;
    if (spec.rampTimeMs === 0) onMeasure();
    const startMs = nowMs();
    loop.reapedMs[0] = startMs;
    control.setState(STATE.RAMP);
    // During the ramp the budget does not count: it must not end before the measurement begins.
    loop.budget[0] = spec.rampTimeMs > 0 ? Number.POSITIVE_INFINITY : spec.numberIos;
    this.heedStop();
    if (loop.submitting) loop.prime();
    if (spec.rampTimeMs > 0) this.ramp(startMs, onMeasure);
    const measuredFromMs = spec.rampTimeMs > 0 ? nowMs() : startMs;
    this.measuredFromMs[0] = measuredFromMs;
    // What the ramp counted may not be seen as measured.
    this.publish();
    control.setState(STATE.MEASURING);
    loop.stopAtMs = measuredFromMs + spec.runtimeMs;
    this.turnUntil(loop.stopAtMs);
    this.stopReason ??= loop.budget[0] === 0 ? 'number_ios' : 'runtime';
    this.drain();
    const endedMs = Math.max(loop.reapedMs[0], measuredFromMs);
    return { stopReason: this.stopReason, measuredFromMs, endedMs, lostIos: loop.outstanding() };
  }

  private ramp(startMs: number, onMeasure: () => void): void {
    const { loop, spec } = this;
    this.turnUntil(startMs + spec.rampTimeMs);
    onMeasure();
    // What completed while nobody looked is reaped by the ramp: its latency would not be the drive's.
    if (loop.outstanding() > 0) this.slice();
    this.shedSurplus();
    loop.reset(spec.numberIos, this.stopReason !== undefined);
    // With nothing outstanding no completion would ever lead to a submission.
    if (loop.submitting && loop.outstanding() === 0) loop.prime();
  }

  /** Turns until the time, a stop, an empty budget with nothing outstanding, or a time-out. */
  private turnUntil(endMs: number): void {
    const { loop } = this;
    while (loop.submitting && this.stopReason === undefined) {
      this.slice();
      if (this.sliceEndMs[0] >= endMs) return;
      if (loop.budget[0] === 0 && loop.outstanding() === 0) return;
    }
  }

  /** Where fewer I/Os are to be measured than are outstanding, the others belong to the ramp. */
  private shedSurplus(): void {
    const { loop, spec } = this;
    if (loop.outstanding() <= spec.numberIos) return;
    loop.budget[0] = 0;
    while (loop.outstanding() > spec.numberIos && this.stopReason === undefined) this.slice();
  }

  private drain(): void {
    this.loop.submitting = false;
    this.control.setState(STATE.DRAINING);
    while (this.loop.outstanding() > 0 && !this.abandoned) this.slice();
  }

  /** Some turns of the loop, then a look at everything that is not I/O. */
  slice(): void {
    const { loop, control } = this;
    const batches = loop.tally[TALLY.BATCHES];
    loop.run(this.rounds);
    if (loop.tally[TALLY.BATCHES] === batches) this.idle();
    if (control.swapPending()) this.swap();
    stamp(this.sliceEndMs);
    this.publish();
    this.heedStop();
    if (this.sliceEndMs[0] >= this.nextCheckMs[0]) this.checkTimeout();
    if (loop.tally[TALLY.ERRORS] + loop.tally[TALLY.UNEXPECTED] >= this.spec.maxErrors) {
      this.stopReason ??= 'errors';
      loop.submitting = false;
    }
  }

  private publish(): void {
    const { tally } = this.loop;
    const { counters } = this.control;
    counters[COUNTER.COMPLETED] = tally[TALLY.READS] + tally[TALLY.WRITES];
    counters[COUNTER.ERRORS] = tally[TALLY.ERRORS];
    counters[COUNTER.WRITE_ERRORS] = tally[TALLY.WRITE_ERRORS];
    counters[COUNTER.MEASURED_MS] = this.sliceEndMs[0] - this.measuredFromMs[0];
  }

  /** Nothing had completed: sleep or yield, as the job says. */
  private idle(): void {
    if (this.interrupts === undefined) {
      if (this.spec.yieldWhenIdle) yieldCpu();
      return;
    }
    if (this.sliceEndMs[0] - this.loop.reapedMs[0] < this.hybridSpinMs) return;
    this.loop.tally[TALLY.SLEEPS]++;
    this.interrupts.wait(LONGEST_SLEEP_MS);
  }

  private swap(): void {
    this.loop.histograms = this.control.restingSet();
    Atomics.add(this.control.words, WORD.SWAP_DONE, 1);
  }

  private heedStop(): void {
    const stop = Atomics.load(this.control.words, WORD.STOP);
    if (stop === STOP.NONE) return;
    this.loop.submitting = false;
    this.stopReason ??= stop === STOP.DEVICE_LOST ? 'device-lost' : 'interrupted';
    if (stop !== STOP.DRAIN) this.abandoned = true;
  }

  private checkTimeout(): void {
    const now = this.sliceEndMs[0];
    this.nextCheckMs[0] = now + TIMEOUT_CHECK_MS;
    if (now >= this.giveUpAtMs) this.abandoned = true;
    if (this.stopReason === 'timeout' || now - this.loop.oldestMs() < this.spec.ioTimeoutMs) return;
    this.stopReason = 'timeout';
    this.loop.submitting = false;
    this.giveUpAtMs = now + GRACE_MS;
  }
}

function eventWaitOf(spec: WorkerSpec): EventWait | undefined {
  if ((spec.completion ?? 'poll') === 'poll') return undefined;
  return new EventWait(spec.lanes.flatMap(({ eventFd }) => (eventFd === undefined ? [] : [eventFd])));
}

function roundsOf(spec: WorkerSpec): number {
  if (spec.completion === 'interrupt') return ROUNDS_BEFORE_SLEEP;
  if (spec.completion === 'hybrid') return ROUNDS_HYBRID;
  return spec.yieldWhenIdle ? ROUNDS_SHARED : ROUNDS;
}
