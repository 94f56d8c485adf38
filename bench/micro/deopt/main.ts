/**
 * `npm run bench:deopt`: tells when V8 throws compiled code of the loop away while it measures, on the Node that runs this. The
 * loop against memory, process by process, and runs on the software controller with their workers' threads, each with V8's own
 * log (`--log-deopt`). Exit code 1 where the loop's code was deoptimised in a measured window.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { childArguments, childProgram, OWN_BUILD } from '../children.js';
import { endOf, lastLines, runToEnd } from '../process.js';
import { logOptions } from './log.js';
import { type Found, readWindow, type WindowFindings } from './window.js';

const USAGE = `npm run bench:deopt -- [--cpu-ms N] [--runtime S] [--only memory|controller] [--keep]
  --cpu-ms   CPU time of each measurement against memory: 500
  --runtime  seconds of each run on the software controller, after 1 s of ramp: 2
  --keep     leave V8's logs where they are, and tell where
For another Node: NODE dist/bench/micro/deopt/main.js
`;

interface Case {
  readonly name: string;
  /** The program and its arguments, given the folder for the logs. */
  command(folder: string): string[];
}

function memoryCases(cpuMs: number): Case[] {
  const shapes = [1, 32, 128].flatMap((depth) =>
    [100, 70].map((readPercent) => ({ depth, readPercent, lanes: 1 })),
  );
  return [...shapes, { depth: 32, readPercent: 70, lanes: 4 }].map((shape) => ({
    name: `memory, depth ${shape.depth}, ${shape.readPercent} % reads, lanes ${shape.lanes}`,
    command: (folder) => [
      childProgram(OWN_BUILD),
      ...childArguments({ ...shape, what: 'loop', cpuMs }),
      '--log-folder',
      folder,
    ],
  }));
}

/** On an instant device nearly every poll finds something, on one of 80 us nearly none. */
const CONTROLLER_JOBS: readonly { name: string; device: string; job: object }[] = [
  {
    name: 'instant, depth 1, reads',
    device: 'sim:?media=null&latency=none&write_latency=none',
    job: { rw: 'randread', iodepth: 1 },
  },
  {
    name: 'instant, depth 32, 70/30',
    device: 'sim:?media=null&latency=none&write_latency=none',
    job: { rw: 'randrw', rwmixread: 70, iodepth: 32 },
  },
  {
    name: '80 us, depth 8, 70/30, 4 queue pairs',
    device: 'sim:?latency=80us',
    job: { rw: 'randrw', rwmixread: 70, iodepth: 8, queue_pairs: 4 },
  },
  {
    name: '80 us, depth 32, sequential writes',
    device: 'sim:?latency=80us',
    job: { rw: 'write', iodepth: 32 },
  },
];

function controllerCases(runtimeS: number): Case[] {
  const program = fileURLToPath(new URL('./run-child.js', import.meta.url));
  return CONTROLLER_JOBS.map(({ name, device, job }) => ({
    name: `controller, ${name}`,
    command: (folder) => {
      const config = join(folder, 'run.json');
      const jobs = [{ name: 'deopt', bs: '4k', ramp_time: '1s', runtime: `${runtimeS}s`, ...job }];
      writeFileSync(config, JSON.stringify({ device, allow_writes: true, jobs }));
      return [program, folder, config];
    },
  }));
}

async function find({ name, command }: Case, keep: boolean): Promise<WindowFindings> {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-deopt-'));
  try {
    const ended = await runToEnd(process.execPath, [...logOptions(folder), ...command(folder)]);
    if (ended.code !== 0) throw new Error(`${name}: ${endOf(ended)}:\n${lastLines(ended.stderr)}`);
    if (keep) console.log(`logs of ${name}: ${folder}`);
    return readWindow(folder);
  } finally {
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

function describe({ at, kind, reason, fromMs, toMs }: Found): string {
  const when = `between ${(fromMs / 1000).toFixed(1)} and ${(toMs / 1000).toFixed(1)} s`;
  return `    ${at.replace(/^file:\/\//, '').replace(OWN_BUILD, '') || 'somewhere'}: ${reason} (${kind}), ${when}`;
}

/** Prints what was found; true where the loop was deoptimised. */
function tell(name: string, { loop, others, before }: WindowFindings): boolean {
  const deopts = loop.filter(({ tierUp }) => !tierUp);
  const tierUps = loop.filter(({ tierUp }) => tierUp);
  const verdict = deopts.length === 0 ? 'stays compiled' : `deoptimised ${deopts.length} times`;
  console.log(`${name}: ${verdict} (${before} times before the window, ${others.length} beside the loop)`);
  for (const deopt of deopts) console.log(describe(deopt));
  if (tierUps.length > 0)
    console.log(`  moved to faster code within the window, so the warm-up was too short:`);
  for (const deopt of tierUps) console.log(describe(deopt));
  if (others.length > 0) console.log('  beside the loop:');
  for (const deopt of others) console.log(describe(deopt));
  return deopts.length > 0;
}

const { values } = parseArgs({
  options: {
    'cpu-ms': { type: 'string', default: '500' },
    runtime: { type: 'string', default: '2' },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const { only } = values;
  if (only !== undefined && only !== 'memory' && only !== 'controller') {
    throw new Error(`--only ${only}: memory or controller is wanted`);
  }
  const cases = [
    ...(only === 'controller' ? [] : memoryCases(Number(values['cpu-ms']))),
    ...(only === 'memory' ? [] : controllerCases(Number(values.runtime))),
  ];
  console.log(`Node ${process.version}, V8 ${process.versions.v8}`);
  let found = 0;
  for (const one of cases) if (tell(one.name, await find(one, values.keep))) found++;
  console.log(
    found === 0 ? 'The loop stays compiled.' : `The loop is deoptimised in ${found} of ${cases.length}.`,
  );
  process.exitCode = found === 0 ? 0 : 1;
}

if (values.help) process.stdout.write(USAGE);
else {
  await main().catch((error: Error) => {
    console.error(error.message);
    process.exit(2);
  });
}
