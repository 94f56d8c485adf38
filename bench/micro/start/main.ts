/** `npm run bench:start`: what a start of the program takes, beside a start of Node. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { OWN_BUILD } from '../children.js';
import { MarkdownRows } from '../markdown-rows.js';
import { measureStarts, type Start } from './measure.js';

const USAGE = `npm run bench:start -- [--turns N] [--against FOLDER]
  --turns    starts of each that count, 10 unless given
  --against  another build of the project, measured in the same turns
`;

const ONE_IO = `device: sim
jobs:
  - { name: one, rw: randread, bs: 4k, number_ios: 1 }
`;

/** The file that `npx nvbench` starts. */
function programOf(folder: string): string {
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: { nvbench: string };
  };
  return resolve(folder, bin.nvbench);
}

function startsOf(program: string, config: string, suffix: string): Start[] {
  const start = (name: string, ...args: string[]): Start => ({
    name: `${name}${suffix}`,
    args: [program, ...args],
  });
  return [
    start('--version', '--version'),
    start('completion of a command', '__complete', 'ru'),
    start('completion of an option', '__complete', 'run', 'x.yaml', '--for'),
    start('completion of a target', '__complete', 'identify', ''),
    start('--help', '--help'),
    start('baseline list', 'baseline', 'list', '--dir', join(tmpdir(), 'no-such-folder')),
    start('run --dry-run', 'run', config, '--dry-run'),
    start('run of one I/O', 'run', config),
  ];
}

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '10' },
    against: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function main(): void {
  const turns = Number(values.turns);
  if (!(Number.isInteger(turns) && turns > 0))
    throw new Error(`--turns ${values.turns}: give a whole number`);
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-start-'));
  try {
    const config = join(folder, 'one.yaml');
    writeFileSync(config, ONE_IO);
    const own = startsOf(programOf(OWN_BUILD), config, '');
    const { against } = values;
    const other = against === undefined ? [] : startsOf(programOf(resolve(against)), config, ' (other)');
    console.log(
      `${cpus()[0]?.model}, ${cpus().length} CPUs, load ${loadavg()[0].toFixed(1)}, Node ${process.version}, ${turns} turns`,
    );
    const rows = new MarkdownRows(['what', 'min ms', 'median ms', 'of Node, mins', 'of Node, medians']);
    for (const { name, minMs, medianMs, ratioOfMins, ratioOfMedians } of measureStarts(
      [...own, ...other],
      turns,
    ))
      rows.add([
        name,
        minMs.toFixed(0),
        medianMs.toFixed(0),
        ratioOfMins.toFixed(2),
        ratioOfMedians.toFixed(2),
      ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (values.help) process.stdout.write(USAGE);
else main();
