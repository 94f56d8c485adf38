/** What a worker drives its queues by: its lanes, what its writes carry, and what looks at its data and at single I/Os. */
import type { WorkerSpec } from './job.js';
import { Lane } from './lane.js';
import { CheckedQueue } from './verify/checked-queue.js';
import { Checks } from './verify/checks.js';
import { VerifiedBlocks } from './verify/verified-blocks.js';
import { type Watch, watchOf } from './watch/watch.js';
import type { Payload } from './workload/payload.js';
import { payloadOf } from './workload/payloads.js';

export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly payload: Payload;
  readonly checks: Checks | undefined;
  readonly watch: Watch | undefined;
}

export function lanesOf(spec: WorkerSpec): Lanes {
  const { verification } = spec;
  const checks = verification === undefined ? undefined : new Checks(spec, verification);
  const lanes = checks === undefined ? spec.lanes.map((lane) => new Lane(lane)) : checkedLanes(spec, checks);
  const payload = checks === undefined ? payloadOf(spec) : new VerifiedBlocks(checks);
  return { lanes, payload, checks, watch: watchOf(spec, lanes) };
}

function checkedLanes({ lanes, bsBytes, lbaBytes }: WorkerSpec, checks: Checks): Lane[] {
  const mostLbas = bsBytes / lbaBytes;
  return lanes.map(
    (lane, index) =>
      new Lane(lane, (queue, slots) => new CheckedQueue(queue, slots, checks, index, lane.iodepth, mostLbas)),
  );
}
