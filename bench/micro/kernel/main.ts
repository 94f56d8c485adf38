/**
 * `npm run bench:kernel`: what the kernel's path costs. NOPs first; with `--file PATH` nvbench and fio in turns on that file or
 * block device, which is read only: medians, and medians of the ratios of turns.
 */
import { parseArgs } from 'node:util';
import { allowedCpus } from '../../../engine/index.js';
import { prepareJob, WorkerPool } from '../../../engine/load/index.js';
import type { CompletionMode } from '../../../engine/path/path.js';
import { countsOf } from '../../../engine/stats/operations.js';
import { percentileNs } from '../../../engine/stats/percentiles.js';
import { closeDevices, openDevice } from '../../run/devices.js';
import { MarkdownRows } from '../markdown-rows.js';
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
  cpu: number,
): Promise<KernelFigure> {
  const device = await openDevice(target, {});
  try {
    const prepared = await prepareJob(device.drive, device.namespace, {
      bsBytes: 4096,
      iodepth,
      numjobs: 1,
      queuePairs: 1,
      random: true,
      readPercent: 100,
      offsetBytes: 0,
      sizeBytes: device.namespace.sizeBytes,
      rampTimeMs: 1000,
      runtimeMs: seconds * 1000,
      numberIos: Number.POSITIVE_INFINITY,
      ioTimeoutMs: 10_000,
      maxErrors: 1,
      seed: 1,
      split: false,
      completion,
      cpus: [[cpu]],
      yieldWhenIdle: false,
    });
    const pool = await WorkerPool.spawn(prepared.workers, prepared.controls);
    pool.start();
    const { results, counts } = await pool.join();
    await pool.terminate();
    await prepared.release();
    const [{ completed, elapsedNs, cpuTimeNs }] = results;
    const p50Ns = percentileNs(countsOf(counts, 'read'), 50);
    return { iops: (completed.read * 1e9) / elapsedNs, p50Ns, cpuNsPerIo: cpuTimeNs / completed.read };
  } finally {
    await closeDevices([device]);
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

interface Turn {
  readonly own: Readonly<Record<string, KernelFigure>>;
  readonly fio: KernelFigure;
}

async function takeTurns(
  file: string,
  depth: number,
  turns: number,
  seconds: number,
  cpu: number,
): Promise<Turn[]> {
  const found: Turn[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const own: Record<string, KernelFigure> = {};
    for (const way of WAYS) own[way] = await measureNvbench(`uring:${file}`, depth, seconds, way, cpu);
    found.push({ own, fio: await measureFio(file, depth, seconds, cpu) });
  }
  return found;
}

function row(depth: number, way: string, turns: readonly Turn[]): (string | number)[] {
  const ratio = (of: (figure: KernelFigure) => number): string =>
    median(turns.map(({ own, fio }) => of(own[way]) / of(fio))).toFixed(2);
  const own = (of: (figure: KernelFigure) => number): number =>
    median(turns.map((turn) => of(turn.own[way])));
  const fio = (of: (figure: KernelFigure) => number): number => median(turns.map((turn) => of(turn.fio)));
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
  const cpu = allowedCpus().at(-1) ?? 0;
  const each = (name: string): string[] => [`nvbench ${name}`, `fio ${name}`, 'ratio'];
  const rows = new MarkdownRows([
    'depth',
    'completion',
    ...each('IOPS'),
    ...each('p50 ns'),
    ...each('CPU ns'),
  ]);
  for (const depth of depths) {
    const turns = await takeTurns(values.file, depth, Number(values.turns), Number(values.seconds), cpu);
    for (const way of WAYS) rows.add(row(depth, way, turns));
  }
}
