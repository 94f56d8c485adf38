/** What a worker drives its queues by: its lanes, what its writes carry and, of jobs with `verification`, what looks at its data. */
import type { WorkerSpec } from './job.js';
import { Lane } from './lane.js';
import { CheckedQueue } from './verify/checked-queue.js';
import { Checks } from './verify/checks.js';
import { VerifiedBlocks } from './verify/verified-blocks.js';
import { isNear } from './workload/addresses.js';
import { type Payload, StampedBlocks } from './workload/payload.js';

export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly payload: Payload;
  readonly checks: Checks | undefined;
}

export function lanesOf(spec: WorkerSpec): Lanes {
  const { verification, lbaBytes, seed, region, lengths, runMs = 0 } = spec;
  if (verification !== undefined) {
    const checks = new Checks(spec, verification);
    const payload = new VerifiedBlocks(checks.content, seed, runMs);
    return { lanes: checkedLanes(spec, checks), payload, checks };
  }
  const payload = new StampedBlocks(lbaBytes, seed, isNear(region), lengths !== undefined);
  return { lanes: spec.lanes.map((lane) => new Lane(lane)), payload, checks: undefined };
}

function checkedLanes({ lanes, bsBytes, lbaBytes }: WorkerSpec, checks: Checks): Lane[] {
  const mostLbas = bsBytes / lbaBytes;
  return lanes.map(
    (lane) =>
      new Lane(lane, (queue, slots) => new CheckedQueue(queue, slots, checks, lane.iodepth, mostLbas)),
  );
}
