/**
 * What the loop itself takes, measured once a job on each worker's thread: the loop that the rehearsal has had compiled, on the
 * queues that it played, whose commands complete in no time. What a device and its link take is not among it.
 */
import { BATCH, type PlayedQueue, SLOT } from '../path/path.js';
import { stampNs } from '../sys/clock.js';
import type { Calibration } from './job.js';
import { Loop } from './loop.js';
import type { Session } from './session.js';
import { TALLY } from './tally.js';
import { WatchedLoop } from './watched-loop.js';

export interface Rehearsed {
  readonly session: Session;
  readonly played: readonly Pick<PlayedQueue, 'complete'>[];
  /** Before each slice: gives back what its I/Os take beside the queues. */
  refresh(): void;
}

/** Slices of a measurement, of which the median counts, and rounds of measurements, of which it does too. A few ms in all. */
const SLICES = 48;
const ROUNDS = 5;
/** Until nothing is left of what came before; queues that complete by themselves always find something. */
const MOST_SLICES_TO_SETTLE = 64;
/** Turns of a slice, to tell what a turn takes from what a slice does. */
const MANY_TURNS = 64;
/** Of slots beyond these the same holds as of these. */
const MOST_BATCHES = 16;
/** A look ends where the ring does: what is there may take more than one. */
const TURNS_MORE = 2;
const CLOCK_READINGS = 64;

const at = new Float64Array(1);

/** One reading, the average of some. */
function clockNs(): number {
  stampNs(at);
  const [fromNs] = at;
  for (let i = 0; i < CLOCK_READINGS; i++) stampNs(at);
  return (at[0] - fromNs) / CLOCK_READINGS;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

/** What a slice takes, how much is found in it and how often nothing, and how long after a reap the doorbell is rung. */
interface Slice {
  readonly ns: number;
  readonly ios: number;
  readonly emptyPolls: number;
  readonly turnaroundNs: number;
}

/** Slices of so many turns of each lane; before each of them `batches` of every lane complete. */
function slices({ session, played, refresh }: Rehearsed, turns: number, batches: number): Slice {
  const { tally, lanes, reapedNs, submittedNs } = session.loop;
  const tookNs: number[] = [];
  const turnaroundNs: number[] = [];
  session.rounds = turns;
  const [iosBefore, emptyBefore] = [tally[TALLY.COMPLETED], tally[TALLY.EMPTY_POLLS]];
  for (let i = 0; i < SLICES; i++) {
    refresh();
    if (batches > 0)
      for (const [lane, { complete }] of played.entries())
        complete(Math.min(lanes[lane].outstanding, batches * BATCH));
    stampNs(at);
    const [fromNs] = at;
    session.slice();
    stampNs(at);
    tookNs.push(at[0] - fromNs);
    turnaroundNs.push(submittedNs[0] - reapedNs[0]);
  }
  return {
    ns: median(tookNs),
    ios: (tally[TALLY.COMPLETED] - iosBefore) / SLICES,
    emptyPolls: (tally[TALLY.EMPTY_POLLS] - emptyBefore) / SLICES,
    turnaroundNs: median(turnaroundNs),
  };
}

/** Whether nothing completes any more unless it is played. */
function settles({ session, refresh }: Rehearsed): boolean {
  const { tally } = session.loop;
  for (let i = 0; i < MOST_SLICES_TO_SETTLE; i++) {
    const batches = tally[TALLY.BATCHES];
    refresh();
    session.slice();
    if (tally[TALLY.BATCHES] === batches) return true;
  }
  return false;
}

function measure(rehearsed: Rehearsed, batches: number): Calibration {
  const { loop } = rehearsed.session;
  const one = slices(rehearsed, 1, 0);
  const many = slices(rehearsed, MANY_TURNS, 0);
  const moreNs = many.ns - one.ns;
  let [nsPerIo, { turnaroundNs }] = [moreNs / (many.ios - one.ios), many];
  if (batches > 0) {
    const found = slices(rehearsed, batches + TURNS_MORE, batches);
    const emptyNs = moreNs / (many.emptyPolls - one.emptyPolls);
    const besideNs = one.ns + emptyNs * (found.emptyPolls - one.emptyPolls);
    [nsPerIo, { turnaroundNs }] = [(found.ns - besideNs) / found.ios, found];
  }
  const latencyNs = loop.outstanding() * nsPerIo - turnaroundNs;
  return { nsPerIo, latencyNs, clockNs: clockNs() };
}

/**
 * Measures the loop of a session that was rehearsed, from outside of its turns. Undefined where that gives no time: no I/O goes,
 * or another thread had the CPU in nearly every slice.
 */
export function calibrate(rehearsed: Rehearsed): Calibration | undefined {
  const { loop } = rehearsed.session;
  loop.pacer.renew(Number.POSITIVE_INFINITY);
  loop.prime();
  const deepest = Math.max(...loop.lanes.map(({ slots }) => slots.length / SLOT.WORDS));
  const batches = settles(rehearsed) ? Math.min(MOST_BATCHES, Math.ceil(deepest / BATCH)) : 0;
  const rounds = Array.from({ length: ROUNDS }, () => measure(rehearsed, batches));
  const over = (of: (round: Calibration) => number | undefined): number =>
    median(rounds.map((round) => of(round) ?? 0));
  const [nsPerIo, latencyNs] = [over((round) => round.nsPerIo), over((round) => round.latencyNs)];
  if (!(nsPerIo > 0 && nsPerIo < Number.POSITIVE_INFINITY)) return undefined;
  const closed = loop.constructor === Loop || loop.constructor === WatchedLoop;
  return {
    nsPerIo,
    clockNs: over((round) => round.clockNs),
    ...(closed && latencyNs > 0 ? { latencyNs } : {}),
  };
}
