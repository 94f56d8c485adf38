/**
 * One measurement of the loop against queues in plain memory, in a process of its own: V8 compiles for what it has seen, and
 * here it has seen one job, as in a worker's thread. The device's side is played on the same thread and its cost, measured
 * apart in turns, is subtracted. What a worker does once in many turns (control block, time-outs) is not in it.
 *
 * Other builds of the project run this file to compare themselves with it. So its command line and its output stay as they
 * are; they may grow.
 *
 *   node dist/bench/micro/loop-child.js [--what loop|stages] [--depth N] [--lanes N] [--read-percent N] [--cpu-ms N]
 *     [--slowest N] [--logged] [--log-folder FOLDER]
 *
 * 4 KiB I/Os, random over 1 TiB, `depth` outstanding on each of `lanes` queue pairs (32, 1), `read-percent` reads (100).
 * `cpu-ms` is the CPU time to measure for, after a warm-up (800). One line of JSON on stdout; all times are CPU time of the
 * thread in ns for each I/O, the smallest of many passes of some milliseconds and their median:
 *
 *   loop    { format: 1, what: "loop", depth, lanes, readPercent, nsPerIo, medianNsPerIo, deviceNsPerIo, ios, writes,
 *             garbageCollections, passes, node, v8 }
 *           `deviceNsPerIo` is what was subtracted; `ios` and `writes` are all that completed, warm-up included;
 *           `garbageCollections` those within the measured time.
 *   stages  { format: 1, what: "stages", depth, lanes, readPercent, stages: [{ name, nsPerIo, medianNsPerIo }], node, v8 }
 *           Each stage by itself, as this build's loop has them: names differ between builds. Their sum is not the loop's
 *           cost, since work of one overlaps with that of the next. `lanes` is always 1.
 *
 * With `--log-folder FOLDER`, where V8 writes the logs of deopt/log.ts, the measured window in them is written there.
 *
 * Exit code 1 and a message on stderr where the loop did not do what it must: every command is checked before and after.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { type LogSizes, logSizes } from './deopt/log.js';
import { writeWindow } from './deopt/window.js';
import {
  EXPECTED,
  type LoopShape,
  loopStages,
  type MeasuredLoop,
  makeLoop,
  queueEntries,
} from './measured-loop.js';
import { MemoryDevice } from './memory-device.js';
import { timePasses } from './passes.js';

export interface LoopReading extends LoopShape {
  readonly format: 1;
  readonly what: 'loop';
  readonly nsPerIo: number;
  readonly medianNsPerIo: number;
  readonly deviceNsPerIo: number;
  readonly ios: number;
  readonly writes: number;
  readonly garbageCollections: number;
  readonly passes: number;
  readonly node: string;
  readonly v8: string;
}

export interface StageReading {
  readonly name: string;
  readonly nsPerIo: number;
  readonly medianNsPerIo: number;
}

export interface StagesReading extends LoopShape {
  readonly format: 1;
  readonly what: 'stages';
  readonly stages: readonly StageReading[];
  readonly node: string;
  readonly v8: string;
}

/** Turns in which a loop must have taken every completion, whatever the bound of its batches. */
const MOST_TURNS = 4096;

function devicesOf({ depth, lanes }: LoopShape): MemoryDevice[] {
  return Array.from({ length: lanes }, () => new MemoryDevice(queueEntries(depth), depth));
}

/** The device completes everything, and the loop turns until everything is posted again. */
function playRounds(
  loop: MeasuredLoop,
  devices: readonly MemoryDevice[],
  depth: number,
  rounds: number,
): void {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < devices.length; i++) devices[i].play();
    let turns = 0;
    do {
      if (++turns > MOST_TURNS) throw new Error(`commands are missing after ${MOST_TURNS} turns of the loop`);
      loop.turn();
    } while (!allPosted(devices, depth));
  }
}

function playAlone(devices: readonly MemoryDevice[], depth: number, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < devices.length; i++) devices[i].play();
    for (let i = 0; i < devices.length; i++) devices[i].repost();
    if (!allPosted(devices, depth)) throw new Error('the device alone lost count');
  }
}

function allPosted(devices: readonly MemoryDevice[], depth: number): boolean {
  for (let i = 0; i < devices.length; i++) if (devices[i].posted() !== depth) return false;
  return true;
}

async function measureLoop(shape: LoopShape, cpuMs: number, logFolder?: string): Promise<LoopReading> {
  const { depth, lanes, readPercent } = shape;
  const devices = devicesOf(shape);
  const alone = devicesOf(shape);
  const loop = makeLoop(
    shape,
    devices.map(({ memory }) => memory),
  );
  for (const device of devices) device.check(EXPECTED);
  for (const device of alone) device.repost();
  const collections: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) collections.push(startTime);
  });
  observer.observe({ entryTypes: ['gc'] });
  let rounds = 0;
  let measuredFrom = 0;
  let logFrom: LogSizes = {};
  const times = timePasses(
    (count) => {
      rounds += count;
      playRounds(loop, devices, depth, count);
    },
    (count) => playAlone(alone, depth, count),
    cpuMs,
    () => {
      if (logFolder !== undefined) logFrom = logSizes(logFolder);
      measuredFrom = performance.now();
    },
  );
  const measuredTo = performance.now();
  if (logFolder !== undefined) {
    const to = logSizes(logFolder);
    const marks = [
      { atMs: 0, sizes: logFrom },
      { atMs: measuredTo - measuredFrom, sizes: to },
    ];
    writeWindow(logFolder, { marks, logs: Object.keys(to) });
  }
  for (const device of devices) device.check(EXPECTED);
  const { reads, writes, recorded, failures } = loop.counts();
  const ios = rounds * depth * lanes;
  const share = (100 * reads) / ios;
  if (reads + writes !== ios || recorded !== ios || failures !== 0 || Math.abs(share - readPercent) > 1) {
    throw new Error(
      `${ios} I/Os were completed, ${readPercent} % reads; the loop counted ${reads} reads, ${writes} writes, ` +
        `${recorded} latencies, ${failures} failures`,
    );
  }
  // Collections are told of on the event loop.
  await new Promise((resolve) => setTimeout(resolve, 1));
  const { node, v8 } = process.versions;
  return {
    format: 1,
    what: 'loop',
    depth,
    lanes,
    readPercent,
    nsPerIo: times.minNs / (depth * lanes),
    medianNsPerIo: times.medianNs / (depth * lanes),
    deviceNsPerIo: times.withoutNs / (depth * lanes),
    ios,
    writes,
    garbageCollections: collections.filter((at) => at >= measuredFrom && at <= measuredTo).length,
    passes: times.passes,
    node,
    v8,
  };
}

function measureStages(shape: LoopShape, cpuMs: number): StagesReading {
  const stages = loopStages(shape).map((stage) => {
    const { minNs, medianNs } = timePasses(
      (rounds) => stage.run(rounds),
      stage.without && ((rounds) => stage.without?.(rounds)),
      cpuMs / 4,
    );
    return { name: stage.name, nsPerIo: minNs / shape.depth, medianNsPerIo: medianNs / shape.depth };
  });
  const { node, v8 } = process.versions;
  return { format: 1, what: 'stages', ...shape, stages, node, v8 };
}

function whole(name: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new Error(`--${name} ${text}: a whole number from ${from} to ${to} is wanted`);
}

const { values } = parseArgs({
  options: {
    what: { type: 'string', default: 'loop' },
    depth: { type: 'string', default: '32' },
    lanes: { type: 'string', default: '1' },
    'read-percent': { type: 'string', default: '100' },
    slowest: { type: 'string', default: '0' },
    logged: { type: 'boolean', default: false },
    'cpu-ms': { type: 'string', default: '800' },
    'log-folder': { type: 'string' },
  },
});
const stagesWanted = values.what === 'stages';
if (!stagesWanted && values.what !== 'loop')
  throw new Error(`--what ${values.what}: loop or stages is wanted`);
const shape: LoopShape = {
  depth: whole('depth', values.depth, 1, 4096),
  lanes: stagesWanted ? 1 : whole('lanes', values.lanes, 1, 64),
  readPercent: whole('read-percent', values['read-percent'], 0, 100),
  slowest: whole('slowest', values.slowest, 0, 1000),
  logged: values.logged,
};
const cpuMs = whole('cpu-ms', values['cpu-ms'], 20, 600_000);
console.log(
  JSON.stringify(
    stagesWanted ? measureStages(shape, cpuMs) : await measureLoop(shape, cpuMs, values['log-folder']),
  ),
);
