/**
 * `npm run bench:kernel`: what the kernel's path costs. NOPs first; with `--file PATH` nvbench and fio in turns on that file or
 * block device, which is read only: medians, and medians of the ratios of turns.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { CompletionMode } from '../../../engine/path/path.js';
import { percentileNs } from '../../../engine/stats/percentiles.js';
import { lastCpu, measureReads } from '../closed-loop.js';
import { MarkdownRows } from '../markdown-rows.js';
import { medianOf } from '../passes.js';
import { type KernelFigure, measureFio } from './fio.js';
import { measureNops } from './nops.js';

const SLICES = 21;
const SLICE_NS = 50e6;
const WAYS: readonly CompletionMode[] = ['interrupt', 'poll'];
const FIO = 'fio';
const RUNS = [...WAYS, FIO] as const;

async function measureNvbench(
  target: string,
  iodepth: number,
  seconds: number,
  completion: CompletionMode,
): Promise<KernelFigure> {
  // Blocks of their own in each turn, as fio's: what was read a moment ago is in a cache of whoever serves the disk.
  const seed = randomInt(2 ** 32);
  const job = { iodepth, runtimeMs: seconds * 1000, completion, yieldWhenIdle: false, seed };
  const { worker, latencies } = await measureReads(target, job);
  const { completed, elapsedNs, cpuTimeNs } = worker;
  const iops = (completed.read * 1e9) / elapsedNs;
  return { iops, p50Ns: percentileNs(latencies, 50), cpuNsPerIo: cpuTimeNs / completed.read };
}

/** What each of RUNS measured. */
type Turn = ReadonlyMap<string, KernelFigure>;

async function takeTurns(file: string, depth: number, turns: number, seconds: number): Promise<Turn[]> {
  const found: Turn[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const figures = new Map<string, KernelFigure>();
    // Whoever goes first in one turn goes last in the next: a disk that is given so much in a while favours a place.
    for (const way of rotated(RUNS, turn))
      figures.set(
        way,
        way === FIO
          ? await measureFio(file, depth, seconds, lastCpu())
          : await measureNvbench(`uring:${file}`, depth, seconds, way),
      );
    found.push(figures);
  }
  return found;
}

const rotated = <T>(all: readonly T[], by: number): readonly T[] => [
  ...all.slice(by % all.length),
  ...all.slice(0, by % all.length),
];

function row(depth: number, way: string, turns: readonly Turn[]): (string | number)[] {
  const median = (run: string, of: (figure: KernelFigure) => number): number =>
    medianOf(turns.map((turn) => of(turn.get(run) as KernelFigure)));
  const ratio = (of: (figure: KernelFigure) => number): string =>
    medianOf(
      turns.map((turn) => of(turn.get(way) as KernelFigure) / of(turn.get(FIO) as KernelFigure)),
    ).toFixed(2);
  const [iops, p50, cpu] = [
    (figure: KernelFigure) => figure.iops,
    (figure: KernelFigure) => figure.p50Ns,
    (figure: KernelFigure) => figure.cpuNsPerIo,
  ];
  const figures = [iops, p50, cpu].flatMap((of) => [
    median(way, of).toFixed(0),
    median(FIO, of).toFixed(0),
    ratio(of),
  ]);
  return [depth, way, ...figures];
}

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    depth: { type: 'string', default: '1,32,128' },
    turns: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
  },
});
const depths = values.depth.split(',').map(Number);
const nops = new MarkdownRows(['depth', 'min ns', 'median ns']);
for (const depth of depths) {
  const { minNs, medianNs } = measureNops(depth, SLICES, SLICE_NS);
  nops.add([depth, minNs.toFixed(0), medianNs.toFixed(0)]);
}
if (values.file !== undefined) {
  const each = (name: string): string[] => [`nvbench ${name}`, `fio ${name}`, 'ratio'];
  const rows = new MarkdownRows([
    'depth',
    'completion',
    ...each('IOPS'),
    ...each('p50 ns'),
    ...each('CPU ns'),
  ]);
  for (const depth of depths) {
    const turns = await takeTurns(values.file, depth, Number(values.turns), Number(values.seconds));
    for (const way of WAYS) rows.add(row(depth, way, turns));
  }
}
