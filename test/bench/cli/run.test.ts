/** `nvbench run` as its user sees it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { parseResult } from '../../../reports/index.js';
import { CLI } from '../../fixtures/cli.js';
import { CONFIG, configFile, directory, nvbench, resultFile, start } from './child.js';

const config = configFile();

describe('nvbench run', () => {
  test('prints a table that says the controller is software, and ends with 0', async () => {
    const { exitCode, stdout, stderr } = await nvbench('run', config);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /^reads: (read [\d,.]+ IOPS, .*|nothing completed)\n$/);
    assert.match(stdout, /^SOFTWARE CONTROLLER/m);
    assert.match(
      stdout,
      /^reads: randread of 4 KiB, depth 4, 1 worker with 1 queue pair, .*ended by runtime/m,
    );
    assert.match(stdout, /IOPS +MiB\/s +mean +p50 +p99 +p99\.9 +p99\.99 +max +errors/);
    assert.match(stdout, /^ {2}read +[\d,]+ /m);
  });

  test('--format json prints the document alone, and --output writes the same', async () => {
    const output = join(directory, 'both.json');
    const { exitCode, stdout } = await nvbench('run', config, '--format', 'json', '--output', output);
    assert.equal(exitCode, 0);
    const printed = parseResult(JSON.parse(stdout));
    assert.deepEqual(resultFile(output), printed);
    assert.equal(printed.complete, true);
    assert.equal(printed.interrupted, undefined);
    const [job] = printed.jobs;
    assert.equal(job.stopReason, 'runtime');
    assert.ok((job.directions.read?.ios ?? 0) > 0);
    assert.equal(job.directions.read?.ios, job.workers[0].ios);
    assert.ok(job.elapsedNs >= 300e6);
  });

  test('--set changes a value and --device the target; the document has them', async () => {
    const { stdout } = await nvbench(
      ...['run', config, '--format', 'json', '--set', 'jobs[0].iodepth=2', '--set', 'jobs[0].number_ios=100'],
      ...['--set', 'jobs[0].runtime=30s', '--device', 'sim:?size=32MiB&latency=none'],
    );
    const { jobs, devices } = parseResult(JSON.parse(stdout));
    assert.equal(jobs[0].iodepth, 2);
    assert.equal(jobs[0].stopReason, 'number_ios');
    assert.equal(jobs[0].directions.read?.ios, 100);
    assert.equal(devices[0].capacityBytes, 32 * 2 ** 20);
  });

  test('several jobs, both directions, several workers and split I/O are reported each', async () => {
    const text = `${CONFIG.replace('latency=none', 'mdts=64KiB&latency=none')}allow_writes: true
split: true
`.replace(
      /jobs:[\s\S]*?runtime: 300ms\n/,
      `jobs:
  - { name: mixed, rw: randrw, rwmixread: 75, bs: 4k, iodepth: 2, numjobs: 2, number_ios: 400 }
  - { name: big, rw: write, bs: 160k, iodepth: 2, number_ios: 20 }
`,
    );
    const { exitCode, stdout, stderr } = await nvbench(
      'run',
      configFile(text, 'two.yaml'),
      '--format',
      'json',
    );
    assert.equal(exitCode, 0, stderr);
    const [mixed, big] = parseResult(JSON.parse(stdout)).jobs;
    assert.equal((mixed.directions.read?.ios ?? 0) + (mixed.directions.write?.ios ?? 0), 800);
    assert.equal(mixed.workers.length, 2);
    assert.equal(big.directions.write?.bytes, 20 * 160 * 1024);
  });

  test('--dry-run prints the plan and does no I/O', async () => {
    const output = join(directory, 'dry.json');
    const { exitCode, stdout, stderr } = await nvbench('run', config, '--dry-run', '--output', output);
    assert.equal(exitCode, 0);
    assert.equal(stderr, '');
    for (const line of [
      /^device sim.*: nvbench software controller, serial .*, SOFTWARE, NOT A DRIVE$/m,
      /^ {2}namespace 1: 67\.1 MB \(64 MiB\), blocks of 512 bytes$/m,
      /queue pairs 1 of 256 entries$/m,
      /^ {2}DMA memory [\d.]+ KiB; region 64 MiB from byte 0$/m,
      /^ {2}ends after 300ms$/m,
      /^ {2}writes nothing$/m,
    ])
      assert.match(stdout, line);
    assert.equal(existsSync(output), false);
  });

  test('a dry run would meet no fault that the first I/O meets', async () => {
    const { exitCode } = await nvbench('run', config, '--dry-run', '--device', 'sim:?faults=die(1)');
    assert.equal(exitCode, 0);
  });

  test('on one CPU a run still finishes', async () => {
    const { exitCode, stdout, stderr } = await start('taskset', [
      '-c',
      '0',
      process.execPath,
      CLI,
      'run',
      config,
    ]).ended;
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /busy threads outnumber the CPUs/);
  });

  test('a reader that closes the pipe early is no failure', async () => {
    for (const command of ['run run.yaml --quiet', 'run run.yaml --dry-run', 'identify sim', 'schema']) {
      const script = `${process.execPath} ${CLI} ${command} | head -c 1 >/dev/null; echo \${PIPESTATUS[0]}`;
      const { stdout, stderr } = await start('bash', ['-c', script]).ended;
      assert.equal(stdout.trim(), '0', `${command}: ${stderr}`);
      assert.equal(stderr, '');
    }
  });

  test('each job is told of when it has ended, unless it is to be quiet', async () => {
    const jobs = ['--device', 'sim', '--rw', 'randread', '--bs', '4k,8k', '--number_ios', '100'];
    const [told, quiet] = await Promise.all([nvbench('run', ...jobs), nvbench('run', ...jobs, '--quiet')]);
    assert.match(told.stderr, /^job 1\/2 randread\[bs=4k\]: read .*\njob 2\/2 randread\[bs=8k\]: read .*\n$/);
    assert.equal(quiet.stderr, '');
  });

  test('for programs stderr is lines of JSON: the plan, progress, and each job', async () => {
    const { stderr } = await nvbench('run', config, '--progress', 'json');
    const events = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(events[0].kind, 'planned');
    assert.equal(events[0].plan.jobs[0].name, 'reads');
    assert.ok(events.some(({ kind }) => kind === 'progress'));
    assert.ok(events.at(-1).records[0].directions.read.iops > 0);
  });

  test('on a terminal of 80 columns no line is wider, nor a word broken', async () => {
    const name = 'a-rather-long-name-for-a-job-of-random-reads';
    const command = `stty rows 24 cols 80; ${process.execPath} ${CLI} run ${config} --set jobs[0].runtime=900ms --set jobs[0].name=${name} 2>&1 >/dev/null`;
    const { stdout } = await start('script', ['-qec', command, '/dev/null']).ended;
    const lines = stripVTControlCharacters(stdout)
      .split(/[\r\n]+/)
      .filter(Boolean);
    assert.ok(
      lines.some((line) => /^a-rather.*….*reads +\d+ %.*IOPS.*\d s of \d s$/.test(line)),
      stdout,
    );
    for (const line of lines.filter((line) => / of \d/.test(line))) assert.ok(line.length <= 80, line);
  });

  test('on a terminal progress shows percent, IOPS, p50 and the time of all', async () => {
    const command = `stty rows 30 cols 120; ${process.execPath} ${CLI} run ${config} --set jobs[0].runtime=1200ms`;
    const { exitCode, stdout } = await start('script', ['-qec', command, '/dev/null']).ended;
    assert.equal(exitCode, 0);
    assert.match(stdout, /reads {2}.*\d+ % {2}.*IOPS {2}.*MiB\/s {2}p50 .*p99 .* {2}\d s of \d s/);
  });
});
