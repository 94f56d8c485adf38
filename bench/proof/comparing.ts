/**
 * Shows that `nvbench compare` and `nvbench ab` hold what they say: pairs of equal runs are called worse no more often than the
 * confidence allows, and runs with 5 % more latency are found. `npm run proof:comparing -- --help`.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../../reports/compare/index.js';
import { printCoverage } from './coverage.js';
import { printChangesOf, printHistories } from './history.js';
import { groupPairs, livePairs, measurePools, type RunPools } from './live.js';
import { tallyExperiments } from './paired.js';
import { type Noise, simulatedResult } from './simulated.js';
import { printTable } from './table.js';
import { type MakePair, type Tally, tallyPairs } from './tally.js';
import { printSessions } from './until-sure.js';

const USAGE = `npm run proof:comparing -- [--mode table|simulated|live|groups|paired|until-sure|history|coverage] [--aa PAIRS] [--ab PAIRS] [--repeats N] [--runs N] [--pool N] [--folder F] [--noise PERCENT] [--jobs N] [--rows TEXT] [--series FILE]
  table      the table of docs/comparing.md: results drawn from populations whose runs and repeats differ as told;
             --aa pairs a row, of populations of up to --jobs jobs
  simulated  results made up with the noise of a quiet host (default), or with --noise between their repeats
  live       every pair two real runs on the software controller, one after the other
  groups     pairs of groups of real runs, drawn from --pool runs a side made in turns; --runs a side.
             The runs are kept in --folder (or a new one, told), and those it holds are not made again
  paired     experiments of nvbench ab, made up on a host that drifts; --runs blocks, and as many controls
  until-sure those of nvbench ab --until-sure, likewise: --aa sessions a row
  coverage   gates at bounds 0, 1, 3 and 5 % off the truth, and intervals: how often they are right; --aa trials a row,
             of rows with --rows in them, such as 'stored'
  history    changes of level in made-up series, --aa of them a row; or in --series, a list of numbers in JSON
`;
const MODES = ['table', 'simulated', 'live', 'groups', 'paired', 'until-sure', 'history', 'coverage'];
const CONFIDENCE = 0.95;
const SLOWER = 0.05;
const TAIL_SHARE = 0.3;

interface Proof {
  readonly mode: string;
  readonly runs: number;
  readonly repeats: number;
  /** Of what is made up. */
  readonly noise: Noise;
  /** Of mode `groups`. */
  readonly pools: RunPools | undefined;
}

function makerOf({ mode, runs, repeats, noise, pools }: Proof, slower: number): MakePair {
  const random = new Random(slower === 0 ? 1 : 2);
  if (pools) return groupPairs(pools, slower === 0, runs, random);
  if (mode === 'live') return livePairs(slower, repeats);
  return () => [
    [simulatedResult(random, noise, 0, repeats)],
    [simulatedResult(random, noise, slower, repeats)],
  ];
}

function tallyOf(proof: Proof, pairs: number, slower: number): Tally {
  if (proof.mode === 'paired')
    return tallyExperiments(pairs, new Random(slower === 0 ? 1 : 2), proof.noise, slower, proof.runs);
  return tallyPairs(pairs, makerOf(proof, slower), CONFIDENCE);
}

function row(name: string, mode: string, repeats: number, { pairs, worse, better, worseBy }: Tally): string {
  const metrics = [...worseBy].map(([metric, count]) => `${metric} ${count}`).join(', ');
  return `| ${[name, mode, repeats, pairs, worse, better, metrics].join(' | ')} |\n`;
}

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'simulated' },
    aa: { type: 'string', default: '200' },
    ab: { type: 'string', default: '100' },
    repeats: { type: 'string', default: '10' },
    runs: { type: 'string', default: '10' },
    pool: { type: 'string', default: '30' },
    folder: { type: 'string' },
    noise: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '30' },
    rows: { type: 'string', default: '' },
    series: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const [aaPairs, abPairs, repeats, runs, pool] = [
  values.aa,
  values.ab,
  values.repeats,
  values.runs,
  values.pool,
].map(Number);
const noisePercent = Number(values.noise);
if (
  values.help ||
  !(noisePercent >= 0) ||
  !MODES.includes(values.mode) ||
  ![aaPairs, abPairs, repeats, runs, pool].every(Number.isInteger) ||
  pool < 2 * runs
) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

function poolsOf(): RunPools {
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'nvbench-proof-'));
  process.stderr.write(`the runs are kept in ${folder}\n`);
  return measurePools(folder, pool, SLOWER, repeats);
}

if (values.mode === 'table') {
  const holds = printTable(aaPairs, Number(values.jobs), CONFIDENCE);
  process.exit(holds ? 0 : 1);
}

if (values.mode === 'until-sure') {
  const holds = printSessions(aaPairs, (row) => new Random(1000 + row));
  process.exit(holds ? 0 : 1);
}

if (values.mode === 'history' && values.series !== undefined) {
  printChangesOf(values.series);
  process.exit(0);
}
if (values.mode === 'coverage') process.exit(printCoverage(aaPairs, values.rows) ? 0 : 1);
if (values.mode === 'history') process.exit(printHistories(aaPairs) ? 0 : 1);

const pools = values.mode === 'groups' ? poolsOf() : undefined;
const noise: Noise = { betweenRuns: noisePercent / 100, tailShare: TAIL_SHARE };
const proof: Proof = { mode: values.mode, runs, repeats, noise, pools };
process.stdout.write('| pairs of | mode | repeats | pairs | any worse | any better | worse by metric |\n');
process.stdout.write('|---|---|---:|---:|---:|---:|---|\n');
const aa = tallyOf(proof, aaPairs, 0);
process.stdout.write(row('equal runs', values.mode, repeats, aa));
const ab = tallyOf(proof, abPairs, SLOWER);
process.stdout.write(row('5 % more latency', values.mode, repeats, ab));
const allowed = Math.floor(aaPairs * (1 - CONFIDENCE) + 1e-9);
const holds = aa.worse <= allowed && ab.worse >= Math.ceil(0.95 * abPairs);
process.stdout.write(
  `\n${holds ? 'holds' : 'DOES NOT HOLD'}: ${aa.worse} of ${aaPairs} equal pairs called worse (${allowed} allowed), ${ab.worse} of ${abPairs} slowdowns found\n`,
);
process.exitCode = holds ? 0 : 1;
