/**
 * What the device thread does when a pass over the doorbells found nothing.
 *
 * It spins first, because a host that just got a completion submits within a microsecond. Then it gives the CPU
 * away on every pass (sched_yield: no delay on a CPU of its own). After 10 ms without work and with nothing
 * outstanding it sleeps, 50 us at first and twice as long each time up to 1 ms: the first command after a pause
 * waits for the rest of that sleep, at most 1 ms, and the next one waits for nothing. Bring-up is quick, because
 * each admin command restarts the 10 ms. While anything is outstanding it never sleeps, so that due times hold, but for a few
 * microseconds in a job of a moment.
 * Longer pauses have longer sleeps, a thousandth of them and at most 16 ms, so that a controller that is served for days costs less
 * than a hundredth of a CPU: nobody can tell a thread of a doorbell that another process has mapped. One that is not enabled
 * has no doorbells, and all else that a host does wakes it: then it sleeps up to 1 s.
 */
import { yieldCpu } from '../sys/affinity.js';
import { nowMs } from '../sys/clock.js';
import type { ConfigurationWrites } from './configuration-writes.js';
import type { ControlLines } from './control.js';

const SPIN_PASSES = 20_000;
/** With two CPUs a pause of the host is bridged, about 20 us; a yield may cost a time slice of somebody else's. */
const SPIN_PASSES_TWO_CPUS = 2_000;
/** On the CPU that the host runs on too, a spinning device only keeps its host from submitting. */
const SPIN_PASSES_ONE_CPU = 64;
/** V8 has compiled none of them. */
const SPIN_PASSES_BRIEFLY = 4;
/** It may share its host's CPU for all its life, and though it yields Linux lets it run on until the next tick. */
const SLEEP_BRIEFLY_MS = 0.005;
const CLOCK_EVERY_PASSES = 64;
const SLEEP_AFTER_MS = 10;
const FIRST_SLEEP_MS = 0.05;
const LONGEST_SLEEP_MS = 1;
/** Of a pause that is long. */
const SLEPT_AT_ONCE = 0.001;
const LONGEST_SLEEP_OF_ALL_MS = 16;
const LONGEST_SLEEP_WITHOUT_DOORBELLS_MS = 1000;

/** How long to look for work before the CPU is given away, and how long it is given away before sleeping. */
export interface Patience {
  readonly spinPasses: number;
  readonly sleepAfterMs: number;
  /** How long to sleep while commands wait for their time; 0: never. */
  readonly napMs: number;
}

export class IdlePolicy {
  private readonly control: ControlLines;
  private readonly configurationWrites: ConfigurationWrites;
  private readonly spinPasses: number;
  private readonly sleepAfterMs: number;
  private readonly napMs: number;
  private readonly now: () => number;
  private emptyPasses = 0;
  private idleSinceMs = 0;
  private sleepMs = 0;

  /** `now` in ms, for tests. */
  constructor(
    control: ControlLines,
    configurationWrites: ConfigurationWrites,
    patience: Patience,
    now: () => number = nowMs,
  ) {
    this.control = control;
    this.configurationWrites = configurationWrites;
    this.spinPasses = patience.spinPasses;
    this.sleepAfterMs = patience.sleepAfterMs;
    this.napMs = patience.napMs;
    this.now = now;
  }

  worked(): void {
    this.emptyPasses = 0;
    this.sleepMs = 0;
  }

  /** After an empty pass. `outstanding`: commands wait for their time; `rung`: doorbells, or the time, may bring work. */
  rest(outstanding: boolean, rung: boolean): void {
    const passes = ++this.emptyPasses;
    if (passes < this.spinPasses) return;
    if (passes === this.spinPasses) this.idleSinceMs = this.now();
    if (this.sleepMs === 0) {
      if (outstanding && this.napMs > 0) this.control.sleep(this.control.wakeCount(), this.napMs);
      else yieldCpu();
      if (outstanding || passes % CLOCK_EVERY_PASSES !== 0) return;
      if (this.now() - this.idleSinceMs < this.sleepAfterMs) return;
      this.sleepMs = FIRST_SLEEP_MS;
    }
    if (outstanding) return;
    const wakes = this.control.wakeCount();
    // what a wake announces is looked at before sleeping; the caller's next pass sees anything later
    if (this.control.stopAsked() || this.control.resetAsked() || this.control.dmaChanged()) return;
    if (this.configurationWrites.pending() || this.control.ordersWait()) return;
    this.control.sleep(wakes, this.sleepMs);
    this.sleepMs = Math.min(this.sleepMs * 2, this.longestSleepMs(rung));
  }

  private longestSleepMs(rung: boolean): number {
    if (!rung) return LONGEST_SLEEP_WITHOUT_DOORBELLS_MS;
    const share = (this.now() - this.idleSinceMs) * SLEPT_AT_ONCE;
    return Math.min(Math.max(share, LONGEST_SLEEP_MS), LONGEST_SLEEP_OF_ALL_MS);
  }
}

/** With so many CPUs for the process; `briefly` as of SimThreadData. */
export function patienceOn(cpus: number, briefly = false): Patience {
  if (briefly)
    return { spinPasses: SPIN_PASSES_BRIEFLY, sleepAfterMs: SLEEP_AFTER_MS, napMs: SLEEP_BRIEFLY_MS };
  const spinPasses = cpus === 1 ? SPIN_PASSES_ONE_CPU : cpus === 2 ? SPIN_PASSES_TWO_CPUS : SPIN_PASSES;
  return { spinPasses, sleepAfterMs: SLEEP_AFTER_MS, napMs: 0 };
}
