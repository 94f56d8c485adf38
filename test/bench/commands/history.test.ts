import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseAbText } from '../../../reports/ab/index.js';
import type { NamedResult } from '../../../reports/compare/index.js';
import type { Confirmation, History } from '../../../reports/history/index.js';
import { formatJson } from '../../../reports/index.js';
import { CLI } from '../../fixtures/cli.js';
import { daysOf, levelsOf } from '../../reports/history/histories.js';

let dir: string;
const at = (...names: readonly string[]): string => join(dir, ...names);

function store(folder: string, results: readonly NamedResult[]): void {
  mkdirSync(at(folder));
  for (const { name, result } of results) writeFileSync(at(folder, name), formatJson(result));
}

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-history-'));
  store('worse', daysOf(levelsOf([100_000, 12], [115_000, 8])));
  store('even', daysOf(levelsOf([100_000, 12]), undefined, 2));
});
after(() => rmSync(dir, { recursive: true, force: true }));

function nvbench(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'history', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a figure that stands worse than its baseline ends with 5 where that was asked for', () => {
  assert.equal(nvbench(at('worse')).status, 0);
  assert.equal(nvbench(at('worse'), '--fail-on', 'worse').status, 5);
  assert.equal(nvbench(at('even'), '--fail-on', 'worse').status, 0);
});

test('a worse level that is accepted is one no longer', () => {
  const { status, stderr } = nvbench(
    ...[at('worse'), '--fail-on', 'worse', '--accept', at('worse', 'day13.json')],
  );
  assert.deepEqual([status, stderr], [0, '']);
});

test('its data, a page and its text are to be had, also as a file', () => {
  const data = JSON.parse(nvbench(at('worse'), '--format', 'json', '--metric', 'iops').stdout) as History;
  assert.deepEqual(
    data.tracks[0].figures.map(({ metric, changes }) => [metric, changes.map(({ run }) => run)]),
    [['iops', [12]]],
  );
  const page = at('page.html');
  assert.equal(nvbench(at('worse'), '--format', 'html', '--output', page).status, 0);
  assert.match(readFileSync(page, 'utf8'), /^<!DOCTYPE html>/);
  assert.match(nvbench(at('worse')).stdout, /^ {2}run 13 {2}/m);
});

/** A job like that of the stored results, on a controller that takes so long; what it adds is never less. It sleeps meanwhile. */
function trialConfig(name: string, latencyMs: number): string {
  const path = at(name);
  writeFileSync(
    path,
    `device: "sim:?size=16MiB&latency=${latencyMs}ms"
hugepages: never
jobs:
  - { name: randread, rw: randread, bs: 4k, iodepth: 1, number_ios: 8, completion: interrupt }
`,
  );
  return path;
}

// The median bears that the host stops it now and then, as rates do not. Of 6 blocks p is too near its bound once it is
// adjusted for rates that were disturbed.
const TRIAL = ['--metric', 'p50', '--confirm', '--blocks', '8', '--controls', '0'];

test('a change is confirmed by a trial of two configurations, whose legs are kept', () => {
  const [fast, slow, session] = [trialConfig('fast.yaml', 1), trialConfig('slow.yaml', 60), at('trial.json')];
  const { status, stdout, stderr } = nvbench(
    ...[at('worse'), ...TRIAL, '--before', fast, '--after', slow, '--config', fast, '--session', session],
    ...['--fail-on', 'worse'],
  );
  assert.equal(status, 5, stderr);
  assert.match(
    stdout.replace(/\s+/g, ' '),
    /trial of the change at \S*day13\.json: \S*fast\.yaml against \S*slow\.yaml, 8 blocks/,
  );
  assert.match(stdout, /^confirmed: the two versions differ/m);
  const { legs, sides } = parseAbText(readFileSync(session, 'utf8'));
  assert.deepEqual([legs.length, sides.A.set], [18, [`--before ${fast}`]]);
});

test('the legs of a trial have stdout to themselves, and the report goes to stderr', () => {
  const config = trialConfig('legs.yaml', 1);
  const trial = [at('worse'), ...TRIAL, '--before', 'false', '--config', config, '--session', '-'];
  const { stdout, stderr } = nvbench(...trial);
  assert.equal(parseAbText(stdout).complete, false, stderr);
  assert.match(stderr, /^open: the trial has no block, and tells nothing/m);
  for (const [owner, ...report] of [
    ['--output', '--output', '-'],
    ['--format json', '--format', 'json'],
  ]) {
    const refused = nvbench(...trial, ...report);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, new RegExp(`--session and ${owner}\\): there is only one stdout`));
  }
});

test('two programs are run by their commands, and the one that is faster than before refutes it', () => {
  const config = trialConfig('both.yaml', 60);
  const faster = at('faster.sh');
  const program = `exec ${process.execPath} ${CLI} "$@" --set 'device=sim:?size=16MiB&latency=1ms'`;
  writeFileSync(faster, `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  const { status, stdout, stderr } = nvbench(
    ...[at('worse'), ...TRIAL, '--before', `${process.execPath} ${CLI}`, '--after', faster],
    ...['--config', config, '--fail-on', 'worse', '--format', 'json'],
  );
  assert.equal(status, 0, `${stderr}${stdout}`);
  const { confirmation } = JSON.parse(stdout) as { confirmation: Confirmation };
  assert.deepEqual([confirmation.outcome, confirmation.figures[0].trial?.verdict], ['refuted', 'better']);
});

test('a program that does not run ends the trial, with what it said and what to try', () => {
  const { status, stdout, stderr } = nvbench(
    ...[
      at('worse'),
      ...TRIAL,
      '--before',
      'echo no such thing >&2; false',
      '--config',
      trialConfig('a.yaml', 1),
    ],
  );
  assert.notEqual(status, 0);
  assert.match(stderr, /LEG_FAILED|left no result: no such thing/);
  assert.match(stdout, /^open: the trial has no block, and tells nothing/m);
});

const refusals: readonly (readonly [name: string, args: readonly string[], message: RegExp])[] = [
  [
    'a metric that is none',
    ['--metric', 'p9x'],
    /--metric \(p9x\): there is no such metric; name one of iops/,
  ],
  [
    'a window of one run',
    ['--window', '1'],
    /--window \(1\): it is out of range; give a whole number from 4/,
  ],
  ['a p that is none', ['--p', '2'], /--p \(2\): it is out of range/],
  [
    'a trial without the version before',
    ['--confirm'],
    /nothing says how the version before the change is run; give --before/,
  ],
  ['parts of a trial without one', ['--before', 'nvbench'], /--before is of a trial; add --confirm/],
  [
    'a trial where nothing changed',
    ['--confirm', '--before', 'nvbench'],
    /no level of any figure changed; there is nothing to confirm/,
  ],
  [
    'to accept what is not there',
    ['--accept', 'none.json'],
    /--accept \(none\.json\): it is none of the results/,
  ],
];

for (const [name, args, message] of refusals) {
  test(`it refuses ${name}`, () => {
    const { status, stdout, stderr } = nvbench(at('even'), ...args);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, message);
  });
}

test('it refuses an output that is one of the results', () => {
  const { status, stderr } = nvbench(at('even', 'day1.json'), '--output', at('even', 'day1.json'));
  assert.equal(status, 2, stderr);
});
