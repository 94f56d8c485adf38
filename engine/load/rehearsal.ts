/**
 * Runs the loop against memory instead of a device before the measurement, so that V8 has compiled it by then. A
 * slow drive at depth 1 completes too few I/Os in any ramp for that, and uncompiled code leaves garbage behind.
 */

import type { QueuePairMemory } from '../path/pcie/queue-pair.js';
import { CQ_ENTRY_BYTES, SQ_ENTRY_BYTES } from '../spec/index.js';
import { nowMs } from '../sys/clock.js';
import { mapAnonymous, unmap } from '../sys/mapping.js';
import { ControlBlock } from './control-block.js';
import type { WorkerSpec } from './job.js';
import { Session } from './session.js';

const MAX_MS = 150;
const MAX_IOS = 100_000;
const PAGE_BYTES = 4096;

/** A queue pair in plain memory, whose other side the caller plays. */
export interface RehearsalPair {
  readonly memory: QueuePairMemory;
  /** Completes commands 0 to `count` - 1 with success. */
  complete(count: number): void;
  /** Unmaps it: nothing may use the queue pair afterwards. */
  release(): void;
}

export function rehearsalPair(entries: number): RehearsalPair {
  const sqBytes = entries * SQ_ENTRY_BYTES;
  const cqBytes = entries * CQ_ENTRY_BYTES;
  const lengthBytes = Math.ceil((sqBytes + cqBytes + 8) / PAGE_BYTES) * PAGE_BYTES;
  const mapping = mapAnonymous(lengthBytes, 'rehearsal queue pair');
  const { address, buffer } = mapping;
  const doorbells = address + BigInt(sqBytes + cqBytes);
  const cq = new Int32Array(buffer, sqBytes, cqBytes / 4);
  let head = 0;
  let phase = 1;
  return {
    memory: {
      qid: 0,
      entries,
      sqAddress: address,
      cqAddress: address + BigInt(sqBytes),
      sqTailDoorbell: doorbells,
      cqHeadDoorbell: doorbells + 4n,
    },
    complete(count) {
      for (let cid = 0; cid < count; cid++) {
        cq[head * 4 + 3] = cid | (phase << 16);
        head++;
        if (head === entries) {
          head = 0;
          phase ^= 1;
        }
      }
    },
    release: () => unmap(mapping),
  };
}

/** Rehearses a worker's job for a moment. Touches neither its device nor its control block. */
export function rehearse(spec: WorkerSpec): void {
  const pairs = spec.lanes.map(({ queue }) => rehearsalPair(queue.entries));
  const lanes = spec.lanes.map((lane, i) => ({ ...lane, queue: pairs[i].memory }));
  const rehearsed = { ...spec, lanes, numberIos: MAX_IOS, yieldWhenIdle: false, completion: 'poll' as const };
  const control = new ControlBlock();
  const session = new Session(rehearsed, control);
  const { loop } = session;
  const endMs = nowMs() + MAX_MS;
  loop.prime();
  while (loop.outstanding() > 0 && nowMs() < endMs) {
    for (const [i, { complete }] of pairs.entries()) complete(loop.lanes[i].outstanding * spec.parts);
    // V8 compiles a field that never changed as a constant, and again when it changes: so all of them change here.
    control.requestSwap();
    loop.stopAtMs = nowMs() + MAX_MS;
    session.slice();
  }
  loop.submitting = false;
  loop.reset(0);
  for (const { release } of pairs) release();
}
