/**
 * A thread of its own for heap.test.ts: slices of a session whose I/Os do not complete, after the rehearsal. Tells by how much
 * the heap grew in each of some windows.
 */
import { getHeapStatistics } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { rehearse } from '../../../engine/load/rehearsal.js';
import { Session } from '../../../engine/load/session.js';
import { nowMs } from '../../../engine/sys/clock.js';
import { playedSpec } from './specs.js';

const WINDOWS = 5;
const WINDOW_MS = 600;
const SLICES_BETWEEN_LOOKS = 1000;

const { spec, control } = playedSpec({ iodepth: 16 });
rehearse(spec);
const session = new Session(spec, control);
session.loop.prime();

function growthBytes(): number {
  const before = getHeapStatistics().used_heap_size;
  for (const until = nowMs() + WINDOW_MS; nowMs() < until; )
    for (let slice = 0; slice < SLICES_BETWEEN_LOOKS; slice++) session.slice();
  return getHeapStatistics().used_heap_size - before;
}

parentPort?.postMessage(Array.from({ length: WINDOWS }, growthBytes));
