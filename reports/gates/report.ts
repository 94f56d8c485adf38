/** What becomes of gates. */
import type { Difference } from '../compare/comparability.js';
import type { LeftOut } from '../compare/history.js';
import type { Assumption } from '../compare/spread.js';
import type { Gate } from './parse.js';

/** How often a gate would end each way, as shares of what was tried. */
export interface Outcome {
  /** Of every I/O, as a share: of the results as they are, or of the baseline where the gate is against one. */
  readonly slowdown: number;
  readonly pass: number;
  readonly fail: number;
  readonly inconclusive: number;
}

export type GateVerdict = 'pass' | 'fail' | 'inconclusive' | 'invalid';

/** A gate on one job, operation and device. */
export interface GateCheck {
  readonly job?: string;
  readonly role?: number;
  /** What the place of that role is called where the result describes no device there. */
  readonly place?: string;
  readonly direction?: string;
  readonly verdict: GateVerdict;
  /** The figure, or new / base where the gate is against a baseline. */
  readonly value?: number;
  /** Between which it lies, at the confidence. Absent where that would rest on an assumption, and of what is counted. */
  readonly interval?: readonly [low: number, high: number];
  /** What decides: it lies below the lower, and above the upper one, no more often than 1 - confidence each. */
  readonly limits?: readonly [low: number, high: number];
  /** What the limits take for granted of how runs differ; absent where the runs show it. */
  readonly assumed?: Assumption;
  /** So many times wider limits are for the order in which the runs ran; absent where it shows nothing. */
  readonly orderFactor?: number;
  /** Runs of the sides that took turns are held against those beside them, which they are like. */
  readonly inTurns?: true;
  /** What it rests on, or why it is not a pass. */
  readonly reason: string;
  /** Of the self-test: what would become of it. */
  readonly outcomes?: readonly Outcome[];
}

export interface JudgedGate {
  readonly gate: Gate;
  /** The worst of its checks. */
  readonly verdict: GateVerdict;
  readonly checks: readonly GateCheck[];
}

export interface GateReport {
  readonly result: string;
  readonly baseline?: string;
  /** Names of the stored results that told how runs differ, and of those that did not; absent where none were given. */
  readonly history?: { readonly used: readonly string[]; readonly leftOut: readonly LeftOut[] };
  readonly confidence: number;
  /** The worst of its gates; `invalid` where there are none. */
  readonly verdict: GateVerdict;
  readonly gates: readonly JudgedGate[];
  /** Between result and baseline. */
  readonly differences: readonly Difference[];
}
