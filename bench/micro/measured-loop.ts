/**
 * The loop as the benchmarks see it, and its stages. All that `bench/micro` knows of the inside of `engine/load` is
 * here: where the loop changes, this file does, and the interface of loop-child.ts stays.
 */

import { ControlBlock } from '../../engine/load/control-block.js';
import type { WorkerSpec } from '../../engine/load/job.js';
import { Lane } from '../../engine/load/lane.js';
import { rehearse } from '../../engine/load/rehearsal.js';
import { Session } from '../../engine/load/session.js';
import { TALLY } from '../../engine/load/tally.js';
import { HEAD, newRing, TAIL } from '../../engine/load/watch/log-ring.js';
import { StampedBlocks } from '../../engine/load/workload/payload.js';
import { RegionSource } from '../../engine/load/workload/source.js';
import { BATCH, type QueueSpec, SLOT } from '../../engine/path/path.js';
import { chosenEntries } from '../../engine/path/pcie/queue-plan.js';
import type { PcieQueueSpec } from '../../engine/path/pcie/transfer-queue.js';
import { HISTOGRAM_LENGTH, shortLatencyIndex } from '../../engine/stats/histogram.js';
import { countsOf, OPERATIONS } from '../../engine/stats/operations.js';
import { totalCountOf } from '../../engine/stats/percentiles.js';
import { stampNs } from '../../engine/sys/clock.js';
import { mapAnonymous } from '../../engine/sys/mapping.js';
import { type ExpectedCommands, MemoryDevice, type QueueMemory } from './memory-device.js';

const BS_BYTES = 4096;
const LBA_BYTES = 512;
const SEED = 42;
/** The most that CAP.MQES can give. */
const MAX_QUEUE_ENTRIES = 65_536;

/** What is measured: `depth` outstanding 4 KiB I/Os on each lane, random over 1 TiB. */
export interface LoopShape {
  readonly depth: number;
  readonly lanes: number;
  /** 100 reads only; writes are the rest. */
  readonly readPercent: number;
  /** How many of the slowest I/Os are kept. */
  readonly slowest?: number;
  /** Each I/O leaves a record, which is taken at no cost. */
  readonly logged?: boolean;
}

export interface LoopCounts {
  readonly reads: number;
  readonly writes: number;
  /** Latencies in the histograms. */
  readonly recorded: number;
  /** Failed I/Os, and completions that named no outstanding one. */
  readonly failures: number;
}

/** A worker's loop with all that it does for a job, primed to its depth. */
export interface MeasuredLoop {
  /** One turn of every lane: takes completions, counts them, submits again. It need not take all of them. */
  turn(): void;
  /** Since the loop was made. */
  counts(): LoopCounts;
}

/** A part of the loop by itself. `run` does it for `rounds` batches of `depth` I/Os; `without` is what is not its own. */
export interface LoopStage {
  readonly name: string;
  run(rounds: number): void;
  without?(rounds: number): void;
}

export const EXPECTED: ExpectedCommands = { nsid: 1, blockLbas: BS_BYTES / LBA_BYTES, blocks: 2 ** 28 };

/** Entries that the product gives the queues of a job of that depth. */
export function queueEntries(depth: number): number {
  return chosenEntries(depth, MAX_QUEUE_ENTRIES);
}

/** A queue's specification, with data buffers of its own for reads and for writes as far as the job has them. */
function laneOf(queue: QueueMemory, { depth, readPercent }: LoopShape): PcieQueueSpec {
  const [reads, writes] = [readPercent > 0 ? depth : 0, readPercent < 100 ? depth : 0];
  const { address } = mapAnonymous((reads + writes) * BS_BYTES, 'data of a memory device');
  const buffers = Array.from({ length: reads + writes }, (_, i) => address + BigInt(i * BS_BYTES));
  const pointers = buffers.flatMap((at) => {
    const [low, high] = new Int32Array(BigInt64Array.of(at).buffer);
    return [low, high, 0, 0, EXPECTED.blockLbas - 1];
  });
  return {
    path: 'pcie',
    iodepth: depth,
    queue,
    nsid: EXPECTED.nsid,
    sizeLbas: EXPECTED.blocks * EXPECTED.blockLbas,
    parts: 1,
    partLbas: EXPECTED.blockLbas,
    pointers: Int32Array.from(pointers),
    writeBuffers: buffers.slice(reads),
    bsBytes: BS_BYTES,
    lbaBytes: LBA_BYTES,
    pageBytes: BS_BYTES,
  };
}

function workerOf(shape: LoopShape, lanes: readonly QueueSpec[], control: ControlBlock): WorkerSpec {
  const { blockLbas, blocks } = EXPECTED;
  return {
    index: 0,
    cpus: [],
    bsBytes: BS_BYTES,
    iodepth: shape.depth,
    numjobs: 1,
    queuePairs: lanes.length,
    random: true,
    readPercent: shape.readPercent,
    ...(shape.slowest === undefined ? {} : { slowest: shape.slowest }),
    ...(shape.logged ? { logRing: newRing(1) } : {}),
    offsetBytes: 0,
    sizeBytes: blocks * BS_BYTES,
    region: { startLba: 0, blockLbas, blocks },
    lbaBytes: LBA_BYTES,
    lanes,
    rampTimeMs: 0,
    runtimeMs: Number.POSITIVE_INFINITY,
    numberIos: Number.POSITIVE_INFINITY,
    ioTimeoutMs: 10_000,
    maxErrors: 1,
    seed: SEED,
    split: false,
    yieldWhenIdle: false,
    control: control.memory,
  };
}

/** As `loopOn`, on queues of the NVMe driver in memory. */
export function makeLoop(shape: LoopShape, queues: readonly QueueMemory[]): MeasuredLoop {
  return loopOn(
    shape,
    queues.map((queue) => laneOf(queue, shape)),
  );
}

/** Makes the loop as a worker's thread does, rehearsal included, on queues of any path. */
export function loopOn(shape: LoopShape, lanes: readonly QueueSpec[]): MeasuredLoop {
  const control = new ControlBlock();
  const spec = workerOf(shape, lanes, control);
  const { loop } = new Session(spec, control);
  rehearse(spec);
  loop.stopAtNs[0] = Number.MAX_VALUE;
  loop.watch?.begin(0);
  loop.prime();
  const marks = spec.logRing === undefined ? undefined : new Int32Array(spec.logRing, 0, 2);
  return {
    turn: () => {
      if (marks !== undefined) marks[TAIL] = marks[HEAD];
      loop.run(1);
    },
    counts: () => {
      const [reads, writes] = OPERATIONS.map((name) => totalCountOf(countsOf(loop.histograms, name)));
      const failures = loop.tally[TALLY.ERRORS] + loop.unexpected();
      return { reads, writes, recorded: loop.tally[TALLY.COMPLETED], failures };
    },
  };
}

/** Takes what stages compute, so that nothing is optimised away. */
const sink = new Float64Array(1);

/** The stages that this build's loop consists of, in the order in which an I/O meets them. */
export function loopStages(shape: LoopShape): LoopStage[] {
  return [
    reapStage(shape),
    accountStage(shape),
    fillStage(shape),
    ...(shape.readPercent < 100 ? [payloadStage(shape)] : []),
    postStage(shape),
    clockStage(shape),
  ];
}

/** A lane whose batch is full, as after a reap. */
function fullLane(shape: LoopShape, device: MemoryDevice): Lane {
  const lane = new Lane(laneOf(device.memory, shape));
  sourceOf(shape).prepare(lane.slots);
  for (let i = 0; i < lane.batch.length; i++) lane.batch[i] = i % shape.depth;
  return lane;
}

const deviceOf = ({ depth }: LoopShape): MemoryDevice => new MemoryDevice(queueEntries(depth), depth);

function sourceOf({ readPercent }: LoopShape): RegionSource {
  const { blockLbas, blocks } = EXPECTED;
  return new RegionSource({
    startLba: 0,
    blockLbas,
    blocks,
    random: true,
    readPercent,
    seed: SEED,
    lbaBytes: LBA_BYTES,
  });
}

/** Runs `batch` for `depth` I/Os, in as many batches as the loop takes for them. */
function inBatches(depth: number, rounds: number, batch: (count: number) => void): void {
  for (let round = 0; round < rounds; round++) {
    for (let left = depth; left > 0; left -= BATCH) batch(Math.min(left, BATCH));
  }
}

function reapStage(shape: LoopShape): LoopStage {
  const device = deviceOf(shape);
  const { queue, batch } = fullLane(shape, device);
  const alone = deviceOf(shape);
  return {
    name: 'reap',
    run(rounds) {
      for (let round = 0; round < rounds; round++) {
        device.play();
        for (let left = shape.depth; left > 0; left -= BATCH) {
          sink[0] += queue.reap(batch, BATCH);
          queue.release();
        }
      }
    },
    without(rounds) {
      for (let round = 0; round < rounds; round++) alone.play();
    },
  };
}

function accountStage(shape: LoopShape): LoopStage {
  const { slots, batch } = fullLane(shape, deviceOf(shape));
  const counts = new Uint32Array(new SharedArrayBuffer(OPERATIONS.length * HISTOGRAM_LENGTH * 4));
  for (let slot = 0; slot < shape.depth; slot++) slots[slot * SLOT.WORDS + SLOT.START_LOW] = slot * 13_700;
  let now = 4e6;
  return {
    name: 'account and start',
    run: (rounds) =>
      inBatches(shape.depth, rounds, (count) => {
        now = 4e6 + (now & 4095) + 11;
        for (let i = 0; i < count; i++) {
          const record = batch[i] * SLOT.WORDS;
          const latencyNs = (now - slots[record + SLOT.START_LOW]) | 0;
          slots[record + SLOT.START_LOW] = batch[i] * 13_700;
          slots[record + SLOT.START_HIGH] = 0;
          counts[slots[record + SLOT.OPERATION] * HISTOGRAM_LENGTH + shortLatencyIndex(latencyNs)]++;
        }
      }),
  };
}

function fillStage(shape: LoopShape): LoopStage {
  const { slots, batch } = fullLane(shape, deviceOf(shape));
  const source = sourceOf(shape);
  return {
    name: 'fill',
    run: (rounds) => inBatches(shape.depth, rounds, (count) => source.fill(slots, batch, count)),
  };
}

/** For each I/O, of which only the writes are stamped. */
function payloadStage(shape: LoopShape): LoopStage {
  const { slots, base, batch, queue } = fullLane(shape, deviceOf(shape));
  const source = sourceOf(shape);
  const payload = new StampedBlocks(LBA_BYTES, SEED, true);
  payload.prepare(queue.writeData, SEED, base);
  return {
    name: 'payload',
    run: (rounds) =>
      inBatches(shape.depth, rounds, (count) => {
        const writing = source.fill(slots, batch, count, base);
        payload.stamp(slots, queue.writeData, source.writing(batch), writing, base);
      }),
    without: (rounds) => inBatches(shape.depth, rounds, (count) => source.fill(slots, batch, count, base)),
  };
}

function postStage(shape: LoopShape): LoopStage {
  const { queue, batch } = fullLane(shape, deviceOf(shape));
  return {
    name: 'post',
    run: (rounds) =>
      inBatches(shape.depth, rounds, (count) => {
        queue.post(batch, count);
        queue.ring();
      }),
  };
}

/** Two reads for each batch. */
function clockStage({ depth }: LoopShape): LoopStage {
  const time = new Float64Array(1);
  return {
    name: 'clock',
    run: (rounds) =>
      inBatches(depth, rounds, () => {
        stampNs(time);
        stampNs(time);
      }),
  };
}
