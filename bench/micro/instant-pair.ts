/** A queue pair whose other side is played by the benchmark itself, on the same thread. */
import { QueuePair, type QueuePairMemory } from '../../engine/index.js';
import { mapAnonymous } from '../../engine/sys/mapping.js';

export interface InstantPair {
  readonly memory: QueuePairMemory;
  readonly pair: QueuePair;
  /** Completes `count` commands with identifiers from 0 on, with success. */
  complete(count: number): void;
}

/** A pair of `entries` entries. */
export function instantPair(entries: number): InstantPair {
  const sqBytes = entries * 64;
  const mapping = mapAnonymous(Math.ceil((sqBytes + entries * 16 + 8) / 4096) * 4096);
  const cqAt = mapping.address + BigInt(sqBytes);
  const doorbells = cqAt + BigInt(entries * 16);
  const memory: QueuePairMemory = {
    qid: 1,
    entries,
    sqAddress: mapping.address,
    cqAddress: cqAt,
    sqTailDoorbell: doorbells,
    cqHeadDoorbell: doorbells + 4n,
  };
  const cq = new Int32Array(mapping.buffer, sqBytes, entries * 4);
  let head = 0;
  let phase = 1;
  return {
    memory,
    pair: new QueuePair(memory),
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
  };
}
