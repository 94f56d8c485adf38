/**
 * `npm run bench:compare -- --spdk BUILD`: nvbench and spdk_nvme_perf in turns against SPDK's own target, so that what the machine
 * does meets both alike. The target has one CPU and the initiator of the moment another.
 */
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { allowedCpus } from '../../../engine/index.js';
import { turnsOf } from '../against.js';
import { OWN_BUILD } from '../children.js';
import { MarkdownRows } from '../markdown-rows.js';
import { medianOf } from '../passes.js';
import { requireHugepages, spdkBuild } from './build.js';
import {
  type Initiator,
  keptDepth,
  nvbenchInitiator,
  perfInitiator,
  type RunFigures,
  type RunPlan,
} from './initiators.js';
import { startTarget } from './target.js';

const USAGE = `npm run bench:compare -- --spdk BUILD [--nvbench FOLDER] [--depth LIST] [--runs N] [--runtime S] [--ramp S]
                         [--target-cpu N] [--cpu N]
  --spdk        SPDK's folder, built with ./configure --with-vfio-user and make
  --nvbench     the build of nvbench (the folder that has dist); this one where left out
  --depth       1,32,128
  --runs        of each, for each depth: 5
  --runtime     seconds of one run: 3, after --ramp seconds: 1
  --target-cpu  CPU of the target; --cpu: of the initiators. The first two that this process may use
`;

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`--${name} ${text}: a whole number is wanted`);
}

function nvbenchProgram(folder: string): string {
  const cli = join(resolve(folder), 'dist/bench/cli.js');
  if (existsSync(cli)) return cli;
  throw new Error(
    `use nvbench in ${resolve(folder)}: it has no dist/bench/cli.js; npm ci && npm run build there`,
  );
}

type Sides = Readonly<Record<'own' | 'other', Initiator>>;

function line({ iops, meanNs, p50Ns }: RunFigures): string {
  return `${(iops / 1e6).toFixed(3)} M IOPS, mean ${meanNs.toFixed(0)} ns, p50 ${p50Ns.toFixed(0)} ns`;
}

/** The table's row of one depth. Each run is told as it ends. */
async function compareAtDepth(plan: RunPlan, sides: Sides, runs: number): Promise<string[]> {
  const { depth } = plan;
  const figures: Record<'own' | 'other', RunFigures[]> = { own: [], other: [] };
  for (const side of turnsOf(runs)) {
    const run = await sides[side](plan);
    figures[side].push(run);
    console.log(`depth ${depth}: ${side === 'own' ? 'nvbench       ' : 'spdk_nvme_perf'} ${line(run)}`);
  }
  const median = (side: 'own' | 'other', of: (run: RunFigures) => number): number =>
    medianOf(figures[side].map(of));
  const iops = { own: median('own', (run) => run.iops), other: median('other', (run) => run.iops) };
  const both = (of: (run: RunFigures) => number, digits: number): string[] => [
    median('own', of).toFixed(digits),
    median('other', of).toFixed(digits),
  ];
  return [
    String(depth),
    ...both((run) => run.iops / 1e6, 3),
    (iops.own / iops.other).toFixed(3),
    ...both((run) => run.p50Ns, 0),
    ...both(keptDepth, 2),
  ];
}

const { values } = parseArgs({
  options: {
    spdk: { type: 'string' },
    nvbench: { type: 'string', default: OWN_BUILD },
    depth: { type: 'string', default: '1,32,128' },
    runs: { type: 'string', default: '5' },
    runtime: { type: 'string', default: '3' },
    ramp: { type: 'string', default: '1' },
    'target-cpu': { type: 'string' },
    cpu: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (values.spdk === undefined) throw new Error(`--spdk BUILD is needed\n${USAGE}`);
  const { target: targetProgram, perf } = spdkBuild(values.spdk);
  const [first, second] = allowedCpus();
  const targetCpu = values['target-cpu'] === undefined ? first : whole('target-cpu', values['target-cpu']);
  const cpu = values.cpu === undefined ? second : whole('cpu', values.cpu);
  if (cpu === undefined || cpu === targetCpu) {
    throw new Error(
      'target and initiator need a CPU each: allow this process two, or give --target-cpu and --cpu',
    );
  }
  const depths = values.depth.split(',').map((depth) => whole('depth', depth));
  const runs = whole('runs', values.runs);
  const sides = { own: nvbenchInitiator(nvbenchProgram(values.nvbench)), other: perfInitiator(perf) };
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopped.abort(new Error(`stopped by ${signal}`)));
  }
  const plan = {
    cpu,
    rampS: whole('ramp', values.ramp),
    runtimeS: whole('runtime', values.runtime),
    signal: stopped.signal,
  };
  requireHugepages();
  console.log(
    `${cpus()[0]?.model}, ${cpus().length} CPUs, load ${loadavg()[0].toFixed(1)}, Node ${process.version}`,
  );
  const target = await startTarget(targetProgram, targetCpu);
  const rows: string[][] = [];
  try {
    for (const depth of depths) rows.push(await compareAtDepth({ ...plan, target, depth }, sides, runs));
  } finally {
    await target.stop();
  }
  console.log(
    `\nMedians of ${runs} runs each, 4 KiB random reads, null bdev; kept depth is IOPS x mean latency`,
  );
  const pair = (name: string): string[] => [`nvbench ${name}`, `perf ${name}`];
  const table = new MarkdownRows([
    'depth',
    ...pair('M IOPS'),
    'ratio',
    ...pair('p50 ns'),
    ...pair('kept depth'),
  ]);
  for (const row of rows) table.add(row);
}

if (values.help) process.stdout.write(USAGE);
else {
  await main().catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
}
