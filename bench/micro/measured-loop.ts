/**
 * The loop as the benchmarks see it, and its stages. All that `bench/micro` knows of the inside of `engine/worker` is
 * here: where the loop changes, this file does, and the interface of loop-child.ts stays.
 */

import { AddressStream } from '../../engine/load/addresses.js';
import { ControlBlock } from '../../engine/load/control-block.js';
import { chosenEntries } from '../../engine/load/geometry.js';
import type { LaneSpec, WorkerSpec, Workload } from '../../engine/load/job.js';
import { TALLY } from '../../engine/load/loop.js';
import { rehearse } from '../../engine/load/rehearsal.js';
import { Session } from '../../engine/load/session.js';
import { QueuePair } from '../../engine/path/pcie/queue-pair.js';
import { HISTOGRAM_LENGTH, shortLatencyIndex } from '../../engine/stats/histogram.js';
import { stamp } from '../../engine/sys/clock.js';
import { mapAnonymous } from '../../engine/sys/mapping.js';
import { type ExpectedCommands, MemoryDevice, type QueueMemory } from './memory-device.js';

const BS_BYTES = 4096;
const LBA_BYTES = 512;
const WORDS_PER_COMMAND = 5;
const SEED = 42;
/** The most that CAP.MQES can give. */
const MAX_QUEUE_ENTRIES = 65_536;

/** What is measured: `depth` outstanding 4 KiB I/Os on each lane, random over 1 TiB. */
export interface LoopShape {
  readonly depth: number;
  readonly lanes: number;
  /** 100 reads only; writes are the rest. */
  readonly readPercent: number;
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

function workloadOf(readPercent: number): Workload {
  const { blockLbas, blocks } = EXPECTED;
  return { random: true, readPercent, blockLbas, startLba: 0, blocks, seed: SEED };
}

/** The words of a lane's commands, with data buffers of their own for reads and writes. */
function laneWords(depth: number): Int32Array {
  const commands = 2 * depth;
  const { address } = mapAnonymous(commands * BS_BYTES, 'data of a memory device');
  const words = new BigInt64Array(1);
  const halves = new Int32Array(words.buffer);
  return Int32Array.from({ length: commands * WORDS_PER_COMMAND }, (_, i) => {
    words[0] = address + BigInt(Math.floor(i / WORDS_PER_COMMAND) * BS_BYTES);
    return [halves[0], halves[1], 0, 0, EXPECTED.blockLbas - 1][i % WORDS_PER_COMMAND];
  });
}

/** Makes the loop as a worker's thread does, rehearsal included, on the given queues. */
export function makeLoop({ depth, readPercent }: LoopShape, queues: readonly QueueMemory[]): MeasuredLoop {
  const control = new ControlBlock();
  const lanes: LaneSpec[] = queues.map((queue) => ({ queue, words: laneWords(depth) }));
  const spec: WorkerSpec = {
    index: 0,
    cpus: [],
    nsid: EXPECTED.nsid,
    iodepth: depth,
    parts: 1,
    partLbas: EXPECTED.blockLbas,
    lanes,
    workload: workloadOf(readPercent),
    rampTimeMs: 0,
    runtimeMs: Number.POSITIVE_INFINITY,
    numberIos: Number.POSITIVE_INFINITY,
    ioTimeoutMs: 10_000,
    maxErrors: 1,
    yieldWhenIdle: false,
    control: control.memory,
  };
  rehearse(spec);
  const { loop } = new Session(spec, control);
  loop.stopAtMs = Number.MAX_VALUE;
  loop.prime();
  return {
    turn: () => loop.run(1),
    counts: () => ({
      reads: loop.tally[TALLY.READS],
      writes: loop.tally[TALLY.WRITES],
      recorded: loop.histograms.reduce((sum, count) => sum + count, 0),
      failures: loop.tally[TALLY.ERRORS] + loop.tally[TALLY.UNEXPECTED],
    }),
  };
}

/** Takes what stages compute, so that nothing is optimised away. */
const sink = new Float64Array(1);

/** The stages that this build's loop consists of, in the order in which an I/O meets them. */
export function loopStages({ depth, readPercent }: LoopShape): LoopStage[] {
  return [
    reapStage(depth),
    recordStage(depth),
    addressStage(depth, readPercent),
    postStage(depth),
    clockStage(),
  ];
}

function reapStage(depth: number): LoopStage {
  const device = new MemoryDevice(queueEntries(depth), depth);
  const pair = new QueuePair(device.memory);
  const alone = new MemoryDevice(queueEntries(depth), depth);
  return {
    name: 'reap',
    run(rounds) {
      for (let round = 0; round < rounds; round++) {
        device.play();
        for (let cid = pair.reap(); cid >= 0; cid = pair.reap()) sink[0] += cid;
        pair.release();
      }
    },
    without(rounds) {
      for (let round = 0; round < rounds; round++) alone.play();
    },
  };
}

function recordStage(depth: number): LoopStage {
  const startedMs = Float64Array.from({ length: depth }, (_, slot) => slot * 0.0137);
  const counts = new Uint32Array(new SharedArrayBuffer(2 * HISTOGRAM_LENGTH * 4));
  const direction = new Uint8Array(depth);
  return {
    name: 'record',
    run(rounds) {
      for (let round = 0; round < rounds; round++) {
        const now = 2 + (round & 63) * 0.0011;
        for (let slot = 0; slot < depth; slot++) {
          const latencyNs = (now - startedMs[slot]) * 1e6;
          counts[direction[slot] * HISTOGRAM_LENGTH + shortLatencyIndex(latencyNs | 0)]++;
        }
      }
    },
  };
}

function addressStage(depth: number, readPercent: number): LoopStage {
  const stream = new AddressStream(workloadOf(readPercent));
  return {
    name: 'address',
    run(rounds) {
      for (let io = 0; io < rounds * depth; io++) stream.next();
    },
  };
}

function postStage(depth: number): LoopStage {
  const pair = new QueuePair(new MemoryDevice(queueEntries(depth), depth).memory);
  pair.prepareTransfers(EXPECTED.nsid);
  const words = laneWords(depth);
  return {
    name: 'post',
    run(rounds) {
      for (let round = 0; round < rounds; round++) {
        for (let slot = 0; slot < depth; slot++) {
          pair.postTransfer(2 | (slot << 16), round, 0, words, slot * WORDS_PER_COMMAND);
        }
        pair.ring();
      }
    },
  };
}

/** Two reads for each batch. */
function clockStage(): LoopStage {
  const time = new Float64Array(1);
  return {
    name: 'clock',
    run(rounds) {
      for (let round = 0; round < rounds; round++) {
        stamp(time);
        stamp(time);
      }
    },
  };
}
