/** Each step of the I/O loop by itself, a batch of them per call so that tinybench's own cost vanishes. */

import * as hdr from 'hdr-histogram-js';
import { Bench } from 'tinybench';
import { QueuePair } from '../../engine/index.js';
import { HISTOGRAM_LENGTH, latencyIndex } from '../../engine/stats/histogram.js';
import { stamp } from '../../engine/sys/clock.js';
import { AddressStream } from '../../engine/worker/addresses.js';
import { rehearsalPair } from '../../engine/worker/rehearsal.js';

export const BATCH = 1000;
const ENTRIES = 1024;
/** Takes every result, so that no step is optimised away. */
const sink = new Float64Array(1);

export interface OperationFigure {
  readonly name: string;
  readonly nsPerOperation: number;
  /** Half width of tinybench's confidence interval, in percent. */
  readonly marginPercent: number;
}

function latencies(): Float64Array {
  let x = 12345;
  return Float64Array.from({ length: BATCH }, () => {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    return 60_000 + (x % 50_000) + (x % 97 === 0 ? 900_000 : 0);
  });
}

function addCommandSteps(bench: Bench): void {
  const pair = new QueuePair(rehearsalPair(ENTRIES).memory);
  pair.prepareTransfers(1);
  const words = new Int32Array(5 * 32);
  bench.add('build a command (post)', () => {
    for (let i = 0; i < BATCH; i++) pair.postTransfer(2 | ((i & 31) << 16), i, 0, words, (i & 31) * 5);
  });
  bench.add('ring a doorbell (in memory)', () => {
    for (let i = 0; i < BATCH; i++) pair.ring();
  });
  const stream = new AddressStream({
    random: true,
    readPercent: 70,
    blockLbas: 8,
    startLba: 0,
    blocks: 2 ** 28,
    seed: 1,
  });
  bench.add('choose a random address and direction', () => {
    for (let i = 0; i < BATCH; i++) stream.next();
  });
}

function addReap(bench: Bench): void {
  const device = rehearsalPair(ENTRIES);
  const pair = new QueuePair(device.memory);
  bench.add('complete and reap (batches of 32)', () => {
    for (let done = 0; done < BATCH; done += 32) {
      device.complete(32);
      for (let cid = pair.reap(); cid >= 0; cid = pair.reap()) sink[0] += cid;
      pair.release();
    }
  });
  bench.add('poll in vain', () => {
    for (let i = 0; i < BATCH; i++) sink[0] += pair.reap();
  });
}

function addRecording(bench: Bench): void {
  const values = latencies();
  const counts = new Uint32Array(new SharedArrayBuffer(HISTOGRAM_LENGTH * 4));
  bench.add('record a latency (flat counts)', () => {
    for (let i = 0; i < BATCH; i++) counts[latencyIndex(values[i])]++;
  });
  const histogram = hdr.build({ numberOfSignificantValueDigits: 3, highestTrackableValue: 2 ** 37 });
  bench.add('record a latency (hdr-histogram-js)', () => {
    for (let i = 0; i < BATCH; i++) histogram.recordValue(values[i]);
  });
}

function addClocks(bench: Bench): void {
  const time = new Float64Array(1);
  bench.add('read the clock (as the loop does)', () => {
    for (let i = 0; i < BATCH; i++) {
      stamp(time);
      sink[0] += time[0];
    }
  });
  bench.add('read the clock (performance.now)', () => {
    for (let i = 0; i < BATCH; i++) sink[0] += performance.now();
  });
  bench.add('read the clock (hrtime.bigint)', () => {
    for (let i = 0; i < BATCH; i++) sink[0] += Number(process.hrtime.bigint() & 1n);
  });
}

/** Runs all of them, about half a second each. */
export async function measureOperations(): Promise<OperationFigure[]> {
  const bench = new Bench({ time: 400, warmupTime: 150 });
  addCommandSteps(bench);
  addReap(bench);
  addRecording(bench);
  addClocks(bench);
  await bench.run();
  return bench.tasks.map((task) => {
    const { result } = task;
    if (result.state !== 'completed') throw new Error(`${task.name} did not complete: ${result.state}`);
    return {
      name: task.name,
      nsPerOperation: (result.latency.mean * 1e6) / BATCH,
      marginPercent: result.latency.rme,
    };
  });
}
