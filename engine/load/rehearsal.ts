/**
 * Runs the loop against memory instead of a device before the measurement, so that V8 has compiled it by then. A
 * slow drive at depth 1 completes too few I/Os in any ramp for that, and uncompiled code leaves garbage behind.
 */
import { setFlagsFromString } from 'node:v8';
import { queuePath } from '../path/queues.js';
import { withRecords } from '../path/records.js';
import { latencyIndex } from '../stats/histogram.js';
import { nowNs } from '../sys/clock.js';
import { threadCpuTimeNs } from '../sys/cpu-time.js';
import { isBatched } from './batched-loop.js';
import { isBrief } from './brief.js';
import { calibrate } from './calibration.js';
import { ControlBlock } from './control-block.js';
import type { Calibration, WorkerSpec } from './job.js';
import { rehearsalRing } from './replay/trace-ring.js';
import { Session } from './session.js';
import { TALLY } from './tally.js';
import { newJournal } from './verify/journal.js';
import { LogRing, ringOf } from './watch/log-ring.js';
import { rehearsalZones } from './zoned/stand.js';

const NS_PER_SECOND = 1e9;
/** V8 compiles what has run through some hundred KiB of bytecode: what is called once a slice in so many of them. */
const ENOUGH_SLICES = 6000;
/** For what is called once an I/O and is not part of its caller. */
const ENOUGH_IOS = 20_000;
/** Of a brief job: all that it calls has run, and nothing of it waits to be compiled. */
const BRIEF_SLICES = 48;
/** Long queues complete many I/Os a slice; large writes take long. */
const MOST_IOS = 500_000;
const MOST_CPU_NS = 150e6;
const MOST_NS = 1e9;
/** Slices between what a slice seldom meets. */
const SLICES_BETWEEN_SWAPS = 16;
/** Long before and after a look for stuck I/O, to which what is old seems stuck. */
const SLICE_OF_OLD_IOS = 8;
/** A batch: full at first, which is rehearsed too, and emptied in every slice after the first ones. */
const RING_RECORDS = 32;
const SLICES_UNTAKEN = 40;

/** What V8 puts into one compiled function at most, in bytes of bytecode: a turn with its stages takes more than V8's 920. */
const INLINED_BYTES = 4000;

/**
 * Rehearses a worker's job for a moment. Touches neither its device nor its control block. Compiling waits for no other
 * thread meanwhile, so that it is done at the end also where other threads have no CPU; and the loop of the rehearsal itself,
 * into which V8 would put all that it calls a second time, is not compiled while it runs (on-stack replacement). Returns what the
 * loop takes by itself; undefined of a brief job, and where that could not be measured.
 */
export function rehearse(spec: WorkerSpec): Calibration | undefined {
  if (isBrief(spec)) {
    withRecords(() => play(spec, BRIEF_SLICES, 0));
    return undefined;
  }
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${INLINED_BYTES}`);
  setFlagsFromString('--no-concurrent-recompilation');
  setFlagsFromString('--no-use-osr');
  try {
    return withRecords(() => play(spec, ENOUGH_SLICES, ENOUGH_IOS));
  } finally {
    setFlagsFromString('--concurrent-recompilation');
    setFlagsFromString('--use-osr');
  }
}

/** Of few I/Os nothing is compiled, and of blocks that are verified the rehearsal makes up what reads bring, within the loop. */
const isCalibrated = (spec: WorkerSpec): boolean => !isBrief(spec) && spec.verification === undefined;

function play(spec: WorkerSpec, enoughSlices: number, enoughIos: number): Calibration | undefined {
  const played = spec.lanes.map((lane) => queuePath(lane.path).playQueue(lane));
  const lanes = played.map((queue) => queue.spec);
  const ring = spec.logRing && ringOf(RING_RECORDS);
  const written = ring && new LogRing(ring);
  const trace = spec.traceFirst && rehearsalRing(spec.traceFirst);
  const rehearsed: WorkerSpec = {
    ...spec,
    lanes,
    numberIos: Number.POSITIVE_INFINITY,
    // Of a loop that sends in its turns nothing is outstanding yet when the first I/O is completed.
    maxErrors: Number.POSITIVE_INFINITY,
    yieldWhenIdle: false,
    completion: 'poll',
    rehearsed: true,
    ...(ring === undefined ? {} : { logRing: ring }),
    ...(spec.zones === undefined ? {} : { zones: rehearsalZones(spec, spec.zones) }),
    ...(trace === undefined ? {} : { traceRing: trace.memory }),
    ...(spec.journal === undefined ? {} : { journal: newJournal(spec.iodepth * spec.queuePairs) }),
    // Everything is due at once, and no pause is worth a look.
    ...(spec.thinkTimeMs ? { thinkTimeMs: 1e-6 } : {}),
    // Whoever plays a queue knows of the first slots only, and has them all go out again.
    ...(isBatched(spec) ? { iodepthLow: spec.iodepth - 1, iodepthBatchCompleteMin: 1 } : {}),
    ...(spec.rateIops === undefined ? {} : { rateIops: NS_PER_SECOND }),
  };
  const control = new ControlBlock();
  const session = new Session(rehearsed, control);
  const { loop } = session;
  const [endNs, endCpuNs] = [nowNs() + MOST_NS, threadCpuTimeNs() + MOST_CPU_NS];
  loop.watch?.begin(nowNs());
  loop.prime();
  // Of an open loop nothing is outstanding before the first slice.
  for (let slices = 0; slices === 0 || loop.outstanding() > 0; slices++) {
    if (slices % SLICES_BETWEEN_SWAPS === 0) {
      if (slices >= enoughSlices && loop.tally[TALLY.COMPLETED] > enoughIos) break;
      if (loop.tally[TALLY.COMPLETED] > MOST_IOS || threadCpuTimeNs() > endCpuNs || nowNs() > endNs) break;
      control.requestSwap();
      loop.source.endPass();
      session.meetSeldom();
    } else loop.gaps.close();
    if (slices % SLICES_BETWEEN_SWAPS === SLICE_OF_OLD_IOS) {
      for (const lane of loop.lanes) lane.ageOutstanding();
      latencyIndex(slices);
    }
    if (slices > SLICES_UNTAKEN) written?.take(written.ready().length);
    trace?.refill();
    // Batches of any number, even and odd.
    const left = slices % 4 === 0 ? 0 : slices % 5;
    for (const [i, { complete }] of played.entries()) complete(Math.max(1, loop.lanes[i].outstanding - left));
    // V8 compiles a field that never changed as a constant, and again when it changes.
    loop.stopAtNs[0] = nowNs() + MOST_NS;
    session.slice();
  }
  const refresh = (): void => {
    written?.take(written.ready().length);
    trace?.refill();
  };
  const calibration = isCalibrated(spec) ? calibrate({ session, played, refresh }) : undefined;
  loop.end(0);
  for (const [i, { complete }] of played.entries()) complete(loop.lanes[i].outstanding);
  session.slice();
  loop.reset(0);
  for (const { release } of played) release();
  return calibration;
}
