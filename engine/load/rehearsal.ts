/**
 * Runs the loop against memory instead of a device before the measurement, so that V8 has compiled it by then. A
 * slow drive at depth 1 completes too few I/Os in any ramp for that, and uncompiled code leaves garbage behind.
 */
import { setFlagsFromString } from 'node:v8';
import { queuePath } from '../path/queues.js';
import { nowNs } from '../sys/clock.js';
import { ControlBlock } from './control-block.js';
import type { WorkerSpec } from './job.js';
import { Session } from './session.js';
import { LogRing, ringOf } from './watch/log-ring.js';

const NS_PER_SECOND = 1e9;
const MAX_NS = 150e6;
const MAX_IOS = 100_000;
/** A batch: full at first, which is rehearsed too, and emptied in every round after the first ones. */
const RING_RECORDS = 32;
const ROUNDS_UNTAKEN = 40;

/** What V8 puts into one compiled function at most, in bytes of bytecode: a turn with its stages takes more than V8's 920. */
const INLINED_BYTES = 4000;

/** Rehearses a worker's job for a moment. Touches neither its device nor its control block. */
export function rehearse(spec: WorkerSpec): void {
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${INLINED_BYTES}`);
  const played = spec.lanes.map((lane) => queuePath(lane.path).playQueue(lane));
  const lanes = played.map((queue) => queue.spec);
  const ring = spec.logRing && ringOf(RING_RECORDS);
  const written = ring && new LogRing(ring);
  const rehearsed: WorkerSpec = {
    ...spec,
    lanes,
    numberIos: MAX_IOS,
    yieldWhenIdle: false,
    completion: 'poll',
    rehearsed: true,
    ...(ring === undefined ? {} : { logRing: ring }),
    // Everything is due at once, and no pause is worth a look.
    ...(spec.thinkTimeMs ? { thinkTimeMs: 1e-6 } : {}),
    ...(spec.rateIops === undefined ? {} : { rateIops: NS_PER_SECOND }),
  };
  const control = new ControlBlock();
  const session = new Session(rehearsed, control);
  const { loop } = session;
  const endNs = nowNs() + MAX_NS;
  loop.watch?.begin(nowNs());
  loop.prime();
  let rounds = 0;
  do {
    if (written !== undefined && rounds++ > ROUNDS_UNTAKEN) written.take(written.ready().length);
    for (const [i, { complete }] of played.entries()) complete(loop.lanes[i].outstanding);
    // V8 compiles a field that never changed as a constant, and again when it changes: so all of them change here.
    control.requestSwap();
    loop.stopAtNs[0] = nowNs() + MAX_NS;
    loop.source.endPass();
    session.slice();
  } while (loop.outstanding() > 0 && nowNs() < endNs);
  loop.end(0);
  for (const [i, { complete }] of played.entries()) complete(loop.lanes[i].outstanding);
  session.slice();
  loop.reset(0);
  for (const { release } of played) release();
}
