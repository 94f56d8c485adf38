/**
 * `npm run bench:kernel`: what the kernel's path costs. NOPs first; with `--file PATH` nvbench and fio in turns on that file or
 * block device, which is read only: medians, and medians of the ratios of turns.
 */
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

async function measureNvbench(
  target: string,
  iodepth: number,
  seconds: number,
  completion: CompletionMode,
): Promise<KernelFigure> {
  const job = { iodepth, runtimeMs: seconds * 1000, completion, yieldWhenIdle: false };
  const { worker, latencies } = await measureReads(target, job);
  const { completed, elapsedNs, cpuTimeNs } = worker;
  const iops = (completed.read * 1e9) / elapsedNs;
  return { iops, p50Ns: percentileNs(latencies, 50), cpuNsPerIo: cpuTimeNs / completed.read };
}

interface Turn {
  readonly own: Readonly<Record<string, KernelFigure>>;
  readonly fio: KernelFigure;
}

async function takeTurns(file: string, depth: number, turns: number, seconds: number): Promise<Turn[]> {
  const found: Turn[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const own: Record<string, KernelFigure> = {};
    for (const way of WAYS) own[way] = await measureNvbench(`uring:${file}`, depth, seconds, way);
    found.push({ own, fio: await measureFio(file, depth, seconds, lastCpu()) });
  }
  return found;
}

function row(depth: number, way: string, turns: readonly Turn[]): (string | number)[] {
  const ratio = (of: (figure: KernelFigure) => number): string =>
    medianOf(turns.map(({ own, fio }) => of(own[way]) / of(fio))).toFixed(2);
  const own = (of: (figure: KernelFigure) => number): number =>
    medianOf(turns.map((turn) => of(turn.own[way])));
  const fio = (of: (figure: KernelFigure) => number): number => medianOf(turns.map((turn) => of(turn.fio)));
  const [iops, p50, cpu] = [
    (figure: KernelFigure) => figure.iops,
    (figure: KernelFigure) => figure.p50Ns,
    (figure: KernelFigure) => figure.cpuNsPerIo,
  ];
  const figures = [iops, p50, cpu].flatMap((of) => [own(of).toFixed(0), fio(of).toFixed(0), ratio(of)]);
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
