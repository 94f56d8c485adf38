/** `-` in place of a file: stdin where one is read, stdout where one is written. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parseResult } from '../../../reports/index.js';
import { CLI } from '../../fixtures/cli.js';
import { configFile, directory, type Ended, nvbench, start } from './child.js';

const CONFIG = `device: "sim:?size=64MiB&latency=none"
hugepages: never
jobs:
  - { name: reads, rw: randread, number_ios: 100 }
gates: ["reads.iops >= 1"]
`;
const config = configFile(CONFIG, 'stdio.yaml');
const result = join(directory, 'stdio.json');
const FIO = join(directory, 'stdio.fio');
writeFileSync(FIO, '[reads]\nrw=randread\nsize=1m\nfilename=/dev/nvme9n9\n');

/** Runs `nvbench` with stdin from a file, through a pipe. */
function fed(file: string, args: string): Promise<Ended> {
  return start('bash', ['-c', `cat ${file} | ${process.execPath} ${CLI} ${args}`]).ended;
}

before(async () => {
  const { exitCode, stderr } = await nvbench('run', config, '--output', result);
  assert.equal(exitCode, 0, stderr);
});

describe('-', { concurrency: 2 }, () => {
  test('run reads its configuration from stdin and has the result alone on stdout', async () => {
    const { exitCode, stdout, stderr } = await fed(config, 'run - --output -');
    assert.equal(exitCode, 0, stderr);
    assert.equal(parseResult(JSON.parse(stdout)).jobs[0].name, 'reads');
    assert.match(stderr, /^reads: randread/m);
    assert.match(stderr, /^gates: pass/m);
  });

  for (const [args, what] of [
    ['report - --format csv', /^reads,|,reads,/m],
    ['show - --view host', /"kernel"/],
    [`compare - ${result}`, /base stdin; new /],
    ['gate -', /gates: pass/],
    ['history -', /reads/],
    [`baseline save - --dir ${join(directory, 'kept')}`, /^saved /],
  ] as const)
    test(`${args.split(' ')[0]} reads a result from stdin`, async () => {
      const { exitCode, stdout, stderr } = await fed(result, args);
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, what);
    });

  test('trace and log read all that they read of a file from stdin', async () => {
    const [log, record, csv] = ['stdio.nvlog', 'stdio.record', 'stdio-trace.csv'].map((name) =>
      join(directory, name),
    );
    const device = `sim:?size=64MiB&latency=none&record=${record}`;
    const job = ['--rw', 'randread', '--number-ios', '100', '--slowest', '3', '--log', log];
    const slow = join(directory, 'stdio-slow.json');
    const ran = await nvbench('run', '--device', device, ...job, '--output', slow);
    assert.equal(ran.exitCode, 0, ran.stderr);
    writeFileSync(csv, '0,read,0,4096\n1,read,4096,4096\n');
    for (const [command, file] of [
      ['log', log],
      ['log --format csv', log],
      ['trace', log],
      ['trace', record],
      ['trace --format commands', record],
      ['trace', csv],
      ['trace --format json', csv],
      ['trace', slow],
    ]) {
      const named = await nvbench(...command.split(' '), file);
      assert.equal(named.exitCode, 0, named.stderr);
      const { exitCode, stdout, stderr } = await fed(file, `${command} -`);
      assert.equal(exitCode, 0, stderr);
      const flat = (text: string) => text.replaceAll(file, 'stdin').replace(/\s+/g, ' ');
      assert.equal(flat(stdout), flat(named.stdout), command);
    }
  });

  test('a job plays no trace from stdin, which is there once', async () => {
    const { exitCode, stderr } = await nvbench('run', '--device', 'sim', '--read-iolog', '-');
    assert.equal(exitCode, 2);
    assert.match(stderr, /a trace is read from a file; write it to a file first/);
  });

  test('ab reads the configuration of both its sides from stdin', async () => {
    const { exitCode, stdout, stderr } = await fed(config, "ab - --b 'jobs[0].iodepth=2' --dry-run");
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /side A[\s\S]*iodepth 1[\s\S]*side B[\s\S]*iodepth 2/);
  });

  test('convert reads a job file from stdin and writes to stdout', async () => {
    const { exitCode, stdout, stderr } = await fed(FIO, 'convert - --output=-');
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^# Made by nvbench convert from stdin/);
  });

  for (const args of [
    'report',
    'run',
    'gate',
    'convert',
    'history',
    'show',
    'import',
    'ab --reanalyse',
    'trace',
    'log',
  ])
    test(`${args} - with nothing on stdin is no success`, async () => {
      const { exitCode, stdout, stderr } = await fed('/dev/null', `${args} -`);
      assert.equal(exitCode, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /stdin.*is empty/);
    });

  test('stands for one input', async () => {
    const { exitCode, stderr } = await fed(result, 'report - -');
    assert.equal(exitCode, 2);
    assert.match(stderr, /read already, and - can stand for one file only/);
  });

  test('stands for one output', async () => {
    for (const more of [['--junit=-'], ['--save', '-'], ['--junit', '-', '--format', 'json']]) {
      const { exitCode, stdout, stderr } = await nvbench('run', config, '--output', '-', ...more);
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, /there is only one stdout/);
      assert.equal(stdout, '');
    }
  });

  test('gate has its JUnit alone on stdout', async () => {
    const { stdout, stderr } = await nvbench('gate', result, '--junit', '-');
    assert.match(stdout, /^<\?xml[\s\S]*<\/testsuites>\s*$/);
    assert.match(stderr, /gates: pass/);
  });

  test('a report on stdout is the one that a file gets', async () => {
    const file = join(directory, 'stdio.csv');
    await nvbench('report', result, '--format', 'csv', '--output', file);
    const { stdout } = await nvbench('report', result, '--format', 'csv', '--output', '-');
    assert.equal(stdout, readFileSync(file, 'utf8'));
  });

  test('a large result comes whole through pipes', async () => {
    const document = JSON.parse(readFileSync(result, 'utf8'));
    const large = join(directory, 'stdio-large.json');
    writeFileSync(large, JSON.stringify({ ...document, config: { text: 'x'.repeat(3_000_000) } }));
    const { stdout, stderr } = await fed(large, 'report - --format json --output - | cat');
    assert.equal(JSON.parse(stdout).config.text.length, 3_000_000, stderr);
  });
});
