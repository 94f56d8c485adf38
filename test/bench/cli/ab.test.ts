/** `nvbench ab` as its user sees it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AbAnalysis, type AbDocument, parseAbText } from '../../../reports/ab/index.js';
import { CLI } from '../../fixtures/cli.js';
import { configFile, directory, nvbench, start } from './child.js';

const SIM = 'sim:?size=64MiB&latency=none';
const configOn = (device: string, name: string): string =>
  configFile(
    `device: "${device}"
hugepages: never
jobs:
  - { name: reads, rw: randread, bs: 4k, iodepth: 4, number_ios: 200 }
`,
    name,
  );
/** The controller that starts soonest. */
const fast = configOn('null:?size=64MiB', 'ab.yaml');
const onSim = configOn(SIM, 'ab-sim.yaml');
/** What a latency adds is never less: a busy host can only delay a side further, and hardly by the tenfold. */
const latency = (ms: number): string => `device=sim:?size=64MiB&latency=${ms}ms`;
const output = (name: string): string => join(directory, name);
const documentIn = (path: string): AbDocument => parseAbText(readFileSync(path, 'utf8'));
const POLL_MS = 20;

describe('nvbench ab', { concurrency: 1 }, () => {
  test('finds the slower of two sides, and --fail-on worse ends with 5', async () => {
    const { exitCode, stdout, stderr } = await nvbench(
      ...['ab', onSim, '--set', 'jobs[0].number_ios=8', '--a', latency(5), '--b', latency(50)],
      ...['--blocks', '7', '--controls', '0', '--no-warm-up', '--format', 'json', '--fail-on', 'worse'],
    );
    assert.equal(stderr, '');
    const { jobs, counts, blocks } = JSON.parse(stdout) as AbAnalysis;
    assert.deepEqual(blocks, { planned: 7, usable: 7 });
    const p50 = jobs[0].metrics.find(({ metric }) => metric === 'p50');
    assert.equal(p50?.verdict, 'worse', stdout);
    assert.equal(counts.better, 0);
    assert.equal(exitCode, 5);
  });

  test('equal sides are never worse', async () => {
    const same = ['--a', 'jobs[0].iodepth=4', '--b', 'jobs[0].iodepth=4'];
    // By chance, 11 blocks agree and are worse one time in 2048.
    const certain = ['--blocks', '11', '--controls', '0', '--no-warm-up', '--confidence', '99.9'];
    const { exitCode, stdout } = await nvbench('ab', fast, ...same, ...certain, '--fail-on', 'worse');
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /note: both sides ask for the same/);
  });

  /** The fewest blocks that show anything at all, with as many controls. */
  const few = ['--blocks', '3', '--seed', '11'];

  test('writes every leg with its whole result, which --reanalyse prints again', async () => {
    const path = output('ab.json');
    const run = await nvbench(
      ...['ab', fast, '--b', 'jobs[0].iodepth=2', '--confidence', '75', ...few, '--output', path],
    );
    assert.deepEqual([run.exitCode, run.stderr], [0, '']);
    const { complete, seed, blocks, legs, sides } = documentIn(path);
    assert.deepEqual([complete, seed, blocks.length, legs.length], [true, 11, 6, 14]);
    assert.deepEqual(sides, { A: { set: [] }, B: { set: ['jobs[0].iodepth=2'] } });
    for (const { role, result } of legs) assert.equal(result.jobs[0].iodepth, role === 'B' ? 2 : 4);
    const again = await nvbench('ab', '--reanalyse', path);
    assert.deepEqual([again.exitCode, again.stdout], [0, run.stdout]);
    const markdown = await nvbench('ab', '--reanalyse', path, '--format', 'markdown');
    assert.match(markdown.stdout, /^## Paired experiment\n/);
  });

  test('SIGINT analyses and writes what there is, and ends with 130', async () => {
    const path = output('cut.json');
    const long = ['--b', 'jobs[0].iodepth=2', '--blocks', '400', '--controls', '0', '--output', path];
    const child = start(process.execPath, [CLI, 'ab', fast, ...long]);
    while (child.process.exitCode === null) {
      // The file is replaced as a whole: whenever it is there, it can be read.
      if (existsSync(path) && documentIn(path).legs.length >= 4) break;
      await sleep(POLL_MS);
    }
    assert.equal(documentIn(path).complete, false);
    assert.match(documentIn(path).interrupted?.reason ?? '', /still going on/);
    child.process.kill('SIGINT');
    const { exitCode, stdout, stderr } = await child.ended;
    assert.deepEqual([exitCode, stderr], [130, '']);
    assert.match(stdout, /^INCOMPLETE: SIGINT$/m);
    const { complete, interrupted, legs } = documentIn(path);
    assert.deepEqual([complete, interrupted], [false, { reason: 'SIGINT' }]);
    assert.ok(legs.length >= 4);
  });

  test('a side that dies ends the session: what was measured is analysed, the exit code is that of the run', async () => {
    const path = output('died.json');
    const dying = `device=${SIM}&faults=die(100)`;
    const { exitCode, stdout, stderr } = await nvbench(
      ...['ab', onSim, '--b', dying, '--blocks', '6', '--output', path],
    );
    assert.equal(exitCode, 4, stderr);
    assert.match(stderr, /^nvbench: leg 2 of 26 \(B\): run job reads/);
    assert.match(stdout, /^INCOMPLETE: leg 2 of 26/m);
    assert.equal(documentIn(path).legs.length, 2);
  });

  test('--dry-run plans both sides and does no I/O', async () => {
    const path = output('dry.json');
    const { exitCode, stdout } = await nvbench(
      ...['ab', fast, '--b', 'jobs[0].iodepth=2', '--dry-run', '--seed', '5', '--output', path],
    );
    assert.equal(exitCode, 0);
    assert.match(stdout, /^side A\n[\s\S]*iodepth 4$[\s\S]*^side B\n[\s\S]*iodepth 2$/m);
    assert.match(
      stdout,
      /^42 legs: 10 blocks of A and B, 10 of A and A, a warm-up leg of each side, seed 5$/m,
    );
    assert.equal(existsSync(path), false);
  });

  test('--until-sure --dry-run says when it would be looked at', async () => {
    const { exitCode, stdout } = await nvbench(
      ...['ab', fast, '--b', 'jobs[0].iodepth=2', '--dry-run', '--until-sure', '--seed', '5'],
    );
    assert.equal(exitCode, 0);
    assert.match(stdout, /^98 legs: 24 blocks of A and B, 24 of A and A, /m);
    assert.match(stdout, /^that is the most: looked at after 8, 12, 16, 24 blocks of A and B$/m);
  });

  test('on a terminal there is a line for each leg', async () => {
    const args = `--b jobs[0].iodepth=2 --confidence 75 --blocks 3 --controls 0 --no-warm-up`;
    const command = `stty rows 30 cols 120; ${process.execPath} ${CLI} ab ${fast} ${args}`;
    const { exitCode, stdout } = await start('script', ['-qec', command, '/dev/null']).ended;
    assert.equal(exitCode, 0);
    const lines =
      stdout.match(/leg +\d+\/6 +[AB] +block \d, experiment +reads read [\d,]+ IOPS, p99 /g) ?? [];
    assert.equal(lines.length, 6, stdout);
  });
});

const B = ['--b', 'jobs[0].iodepth=2'];

const refusals: readonly (readonly [name: string, args: readonly string[], message: RegExp])[] = [
  ['no configuration', B, /there is no configuration; write nvbench ab config\.yaml --b KEY=VALUE$/],
  ['no side', [fast], /neither side changes anything; say what to vary: --b/],
  ['too few blocks', [fast, ...B, '--blocks', '5'], /--blocks \(5\): .*95 %; it takes 6 or more$/],
  [
    'too few controls',
    [fast, ...B, '--confidence', '99', '--controls', '6'],
    /--controls \(6\): .*99 %; it takes 8 or more, or --controls 0/,
  ],
  [
    'metrics to be sure of without looks',
    [fast, ...B, '--sure-of', 'p99'],
    /--sure-of says when to end; give --until-sure/,
  ],
  [
    'a precision without looks',
    [fast, ...B, '--precision', '2'],
    /--precision says when to end; give --until-sure/,
  ],
  [
    'a metric that cannot be sure',
    [fast, ...B, '--until-sure', '--sure-of', 'errors'],
    /--sure-of \(errors\): there is no such metric; name some of iops/,
  ],
  ['no number of blocks', [fast, ...B, '--blocks', 'x'], /--blocks \(NaN\): it is out of range/],
  ['a seed that is none', [fast, ...B, '--seed', '-1'], /--seed \(-1\): it is out of range/],
  [
    'a key of side B that is wrong',
    [fast, '--b', 'jobs[0].iodeph=2'],
    /--b jobs\[0\]\.iodeph=2: .*did you mean/,
  ],
  [
    'a side without a value',
    [fast, '--a', 'iodepth'],
    /--a iodepth: there is no KEY=VALUE in it; write it as --a/,
  ],
  [
    'a write that one side may not do',
    [fast, '--b', 'jobs[0].rw=randwrite'],
    /--b jobs\[0\]\.rw=randwrite: .*allow_writes is not true/,
  ],
  [
    'sides with nothing to pair',
    [fast, '--b', 'jobs[0].name=other'],
    /no job in common: A measures reads read, B other read; jobs are paired/,
  ],
  [
    'a plan that the device of one side cannot keep',
    [onSim, '--b', `device=${SIM}&entries=4`],
    /side B: job reads: use iodepth 4 .*; use an iodepth of at most 3, or/,
  ],
  ['--reanalyse of a result', ['--reanalyse', fast], /read the experiment .*not an nvbench ab document/],
  ['--reanalyse with a side', ['--reanalyse', 'x.json', ...B], /reads what was measured and runs nothing/],
  ['an output that cannot be', [fast, ...B, '--output', '/no/such/x.json'], /its directory does not exist/],
];

describe('nvbench ab refuses', { concurrency: 2 }, () => {
  for (const [name, args, message] of refusals) {
    test(name, async () => {
      const { exitCode, stdout, stderr } = await nvbench('ab', ...args);
      assert.deepEqual([exitCode, stdout], [2, '']);
      assert.match(stderr.trimEnd(), message);
      assert.match(stderr, /^nvbench: [^\n]+\n$/, 'one message on one line');
    });
  }
});
