/**
 * The power states of a drive (NVMe base 2.0, 8.15): which one it is in, and what that makes of the time of an I/O command. In a state
 * that is not operational it does no I/O: the next command has it wake up first. What it did while nothing came is worked out when
 * something comes, so it needs no clock of its own. HOT where there are any.
 */
import { FEATURE } from '../spec/command.js';
import type { PowerStateSpec } from './config.js';
import type { Features } from './features.js';
import { TRANSITION_BYTES } from './initial-transitions.js';

const NS_PER_MS = 1e6;
const NONE = -1;

export class PowerStates {
  /** How often an I/O command found it asleep. */
  private wakeups = 0;
  private readonly states: readonly PowerStateSpec[];
  private readonly features: Features;
  /** The operational state that was the last one. */
  private operational = 0;
  /** A state that is not operational, which the host has set; NONE for none. */
  private set = NONE;
  private setAtMs = 0;
  /** When its last I/O command is over, and when it is awake for the next. */
  private idleSinceMs: number;
  private awakeAtMs = 0;
  /** Since when it is in the state found last. */
  private enteredMs = 0;

  /** At least one state, of which the first is operational. */
  constructor(states: readonly PowerStateSpec[], features: Features, nowMs: number) {
    this.states = states;
    this.features = features;
    this.idleSinceMs = nowMs;
  }

  /** After a reset of the controller. */
  reset(nowMs: number): void {
    this.operational = 0;
    this.set = NONE;
    this.idleSinceMs = nowMs;
    this.awakeAtMs = 0;
  }

  /** Set Features 02h, which was taken. */
  choose(state: number, nowMs: number): void {
    const idles = this.states[state].idles;
    this.set = idles ? state : NONE;
    this.setAtMs = nowMs;
    if (!idles) this.operational = state;
  }

  /** The one that it is in. */
  current(nowMs: number): number {
    if (nowMs < this.idleSinceMs || nowMs < this.awakeAtMs) return this.operational;
    return this.find(nowMs);
  }

  truth(nowMs: number): { readonly state: number; readonly wakeups: number } {
    return { state: this.current(nowMs), wakeups: this.wakeups };
  }

  /** Puts the due time of an I/O command off: until it is awake, and longer in a state that does less. `now` is when it came. */
  delay(timesMs: Float64Array, now: number, due: number): void {
    const at = timesMs[now];
    if (at >= this.idleSinceMs && at >= this.awakeAtMs) {
      const state = this.find(at);
      if (this.states[state].idles) this.wake(state, at);
    }
    const start = Math.max(at, this.awakeAtMs);
    const over = start + (timesMs[due] - at) * this.states[this.operational].slower;
    timesMs[due] = over;
    if (over > this.idleSinceMs) this.idleSinceMs = over;
  }

  private wake(state: number, at: number): void {
    const { entryNs, exitNs } = this.states[state];
    const entered = Math.max(at, this.enteredMs + entryNs / NS_PER_MS);
    this.awakeAtMs = entered + exitNs / NS_PER_MS + this.states[this.operational].entryNs / NS_PER_MS;
    this.set = NONE;
    this.wakeups++;
  }

  /** The state that it has come to by then, from when it became idle; sets `enteredMs`. */
  private find(nowMs: number): number {
    let state = this.set === NONE ? this.operational : this.set;
    this.enteredMs = this.set === NONE ? this.idleSinceMs : this.setAtMs;
    if ((this.features.value(FEATURE.AUTONOMOUS_POWER_STATES) & 1) === 0) return state;
    const table = this.features.transitions;
    // each transition goes further down, or the table is a circle
    for (let steps = 0; steps < this.states.length; steps++) {
      const at = state * TRANSITION_BYTES;
      const idleMs = table[at + 1] | (table[at + 2] << 8) | (table[at + 3] << 16);
      const next = table[at] >>> 3;
      const leavesMs = Math.max(this.enteredMs, this.idleSinceMs) + idleMs;
      if (idleMs === 0 || next >= this.states.length || !this.states[next].idles || leavesMs > nowMs) break;
      this.enteredMs = leavesMs;
      state = next;
    }
    return state;
  }
}
