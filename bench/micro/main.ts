/**
 * `npm run bench`: what an I/O costs the thread that does it, whole and by stages, and what the whole loop reaches against
 * the software controller. With `--against FOLDER` the same of another build, in turns, and the ratios.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Figure, measureInTurns } from './against.js';
import { measureBeside } from './beside.js';
import { type ChildTask, childProgram, OWN_BUILD } from './children.js';
import { measureLoop } from './closed-loop.js';
import { MarkdownRows } from './markdown-rows.js';

const USAGE = `npm run bench -- [--against FOLDER] [--what LIST] [--depth LIST] [--lanes LIST] [--read-percent LIST]
                 [--processes N] [--cpu-ms N]
  --against       another build of the project (the folder that has dist), measured in turns with this one
  --what          loop,stages,controller,beside: the loop against memory, its stages, the loop against the software controller,
                  and what the main thread does beside it
  --depth         1,8,32,128
  --lanes         queue pairs of the thread: 1,4
  --read-percent  100,70
  --processes     of each build for each figure: 3, with --against 6
  --cpu-ms        CPU time of one process's measurement: 800
`;
const PARTS = ['loop', 'stages', 'controller', 'beside'];
const BESIDE_MS = 500;
const RUN_MS = 2000;

function list(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.every((value) => Number.isInteger(value) && value >= 0)) return values;
  throw new Error(`${text}: whole numbers with commas between are wanted`);
}

const HEAD = ['depth', 'lanes', 'read %', 'of', 'min ns', 'median ns'];
const HEAD_AGAINST = [...HEAD, 'other min', 'other median', 'ratio of mins', 'ratio of medians'];

function row({ depth, lanes, readPercent }: ChildTask, { name, own, other }: Figure): (string | number)[] {
  const cells = [depth, lanes, readPercent, name, own.minNs.toFixed(1), own.medianNs.toFixed(1)];
  if (other === undefined) return cells;
  const ratios = [own.minNs / other.minNs, own.medianNs / other.medianNs].map((ratio) => ratio.toFixed(3));
  return [...cells, other.minNs.toFixed(1), other.medianNs.toFixed(1), ...ratios];
}

async function printController(depths: readonly number[]): Promise<void> {
  const rows = new MarkdownRows(['depth', 'M IOPS', 'ns per I/O', 'p50 ns', 'mean batch', 'GCs']);
  for (const depth of depths) {
    const { iops, nsPerIo, p50Ns, meanBatch, garbageCollections } = await measureLoop(depth, RUN_MS);
    const figures = [(iops / 1e6).toFixed(2), nsPerIo.toFixed(1), p50Ns, meanBatch.toFixed(1)];
    rows.add([depth, ...figures, garbageCollections]);
  }
}

async function printBeside(): Promise<void> {
  const rows = new MarkdownRows(['what', 'median us', 'margin %', 'samples']);
  for (const { name, medianUs, marginPercent, samples } of await measureBeside(BESIDE_MS))
    rows.add([name, medianUs.toFixed(1), marginPercent.toFixed(1), samples]);
}

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    what: { type: 'string' },
    depth: { type: 'string', default: '1,8,32,128' },
    lanes: { type: 'string', default: '1,4' },
    'read-percent': { type: 'string', default: '100,70' },
    processes: { type: 'string' },
    'cpu-ms': { type: 'string', default: '800' },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const { against } = values;
  const parts = (values.what ?? (against === undefined ? PARTS.join() : 'loop,stages')).split(',');
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new Error(`--what ${unknown}: choose of ${PARTS.join()}`);
  const own = childProgram(OWN_BUILD);
  const other = against === undefined ? undefined : childProgram(against);
  const [processes] = list(values.processes ?? (other === undefined ? '3' : '6'));
  const [cpuMs] = list(values['cpu-ms']);
  const depths = list(values.depth);
  const tasks = (what: 'loop' | 'stages', lanes: readonly number[]): ChildTask[] =>
    lanes.flatMap((lane) =>
      list(values['read-percent']).flatMap((readPercent) =>
        depths.map((depth) => ({ what, depth, lanes: lane, readPercent, cpuMs })),
      ),
    );
  console.log(
    `${cpus()[0]?.model}, ${cpus().length} CPUs, load ${loadavg()[0].toFixed(1)}, Node ${process.version}`,
  );
  for (const [what, lanes] of [
    ['loop', list(values.lanes)],
    ['stages', [1]],
  ] as const) {
    if (!parts.includes(what)) continue;
    const title = what === 'loop' ? 'The loop against queues in memory' : 'Its stages, each by itself';
    console.log(`\n${title}: CPU time of its thread for each I/O, of ${processes} processes`);
    const rows = new MarkdownRows(other === undefined ? HEAD : HEAD_AGAINST);
    for (const task of tasks(what, lanes)) {
      const figures = await measureInTurns(task, own, other, processes);
      for (const figure of figures) rows.add(row(task, figure));
    }
  }
  if (parts.includes('controller')) {
    console.log('\nThe loop against the software controller without media and latency, a thread each:');
    await printController(depths);
  }
  if (parts.includes('beside')) {
    console.log('\nWhat the main thread does beside it, wall time:');
    await printBeside();
  }
}

if (values.help) process.stdout.write(USAGE);
else await main();
