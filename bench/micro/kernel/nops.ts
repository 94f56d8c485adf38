/** The loop on rings of the kernel whose commands do nothing: what nvbench and one call for each batch cost, and no device. */
import { probeAbilities } from '../../../engine/path/uring/abilities.js';
import { uringQueues } from '../../../engine/path/uring/queues.js';
import { closeRing, createRing } from '../../../engine/path/uring/ring.js';
import type { UringQueueSpec } from '../../../engine/path/uring/uring-queue.js';
import { threadCpuTimeNs } from '../../../engine/sys/cpu-time.js';
import { loopOn } from '../measured-loop.js';
import { medianOf } from '../passes.js';

const TURNS = 2000;

/** CPU time of one I/O of this thread, ns: the least of `slices`, and their median. */
export function measureNops(
  depth: number,
  slices: number,
  sliceNs: number,
): { minNs: number; medianNs: number } {
  const { flags } = probeAbilities('NOPs');
  const ring = createRing({ entries: depth, flags, target: 'NOPs' });
  const model: UringQueueSpec = {
    path: 'uring',
    iodepth: depth,
    ring,
    lbaShift: 9,
    success: 0,
    writesFrom: 0,
    writeBuffers: [],
    bsBytes: 4096,
    waitAddress: 0n,
  };
  const played = uringQueues.playQueue(model);
  const loop = loopOn({ depth, lanes: 1, readPercent: 100 }, [played.spec]);
  const figures: number[] = [];
  while (figures.length < slices) {
    const [fromNs, before] = [threadCpuTimeNs(), loop.counts().recorded];
    let usedNs = 0;
    while (usedNs < sliceNs) {
      for (let i = 0; i < TURNS; i++) loop.turn();
      usedNs = threadCpuTimeNs() - fromNs;
    }
    figures.push(usedNs / (loop.counts().recorded - before));
  }
  if (loop.counts().failures > 0) throw new Error('NOPs have failed');
  played.release();
  closeRing(ring);
  return { minNs: Math.min(...figures), medianNs: medianOf(figures) };
}
