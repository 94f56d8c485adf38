/** `nvbench run --log` and `nvbench log`. */
import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CLI } from '../../fixtures/cli.js';
import { directory, nvbench, resultFile, start } from './child.js';

const at = (name: string): string => join(directory, name);
const reads = (...more: string[]): string[] => [
  'run',
  '--device',
  'sim:?size=64MiB&latency=none&write_latency=none',
  '--rw',
  'randread',
  '--iodepth',
  '4',
  ...more,
];

describe('nvbench log', { concurrency: 2 }, () => {
  test('a log has all I/Os of its job: the result says so, the summary, and the lines of CSV', async () => {
    const [log, output] = [at('all.log'), at('all.json')];
    const ran = await nvbench(
      ...reads('--numjobs', '2', '--number-ios', '700', '--log', log, '--output', output),
    );
    assert.equal(ran.exitCode, 0, ran.stderr);
    const [job] = resultFile(output).jobs;
    assert.deepEqual(job.log, { file: log, ios: 1400, droppedIos: 0 });
    assert.match(ran.stdout, /log +1,400 I\/Os in /);
    assert.ok(job.warnings.every(({ code }) => code !== 'log-incomplete'));
    const shown = await nvbench('log', log);
    assert.match(shown.stdout, /read +1,400 [^\n]* 0 +0\n +whole: /);
    const csv = (await nvbench('log', log, '--format', 'csv')).stdout.trimEnd().split('\n');
    assert.equal(csv[0], 'at_ns,latency_ns,waited_ns,operation,lba,bytes,worker,queue,depth,status,late');
    const rows = csv.slice(1).map((line) => line.split(','));
    assert.equal(rows.length, 1400);
    assert.deepEqual(new Set(rows.map(([, , , operation]) => operation)), new Set(['read']));
    const slowestNs = Math.max(...rows.map(([, latencyNs]) => Number(latencyNs)));
    assert.ok(Math.abs(slowestNs / (job.directions.read?.latencyNs.max ?? 0) - 1) < 0.002);
  });

  test('repeats have a log each', async () => {
    const file = at('twice.yaml');
    writeFileSync(
      file,
      `device: 'sim:?size=64MiB&latency=none'\njobs: [{name: a, rw: randread, number_ios: 300, repeat: 2, log: ${at('r.log')}}]\n`,
    );
    const ran = await nvbench('run', file);
    assert.equal(ran.exitCode, 0, ran.stderr);
    for (const name of ['r-1.log', 'r-2.log'])
      assert.match((await nvbench('log', at(name))).stdout, /read +300 /);
  });

  test('a file that is no log is not written over, before any device is touched', async () => {
    writeFileSync(at('notes.txt'), 'precious');
    const ran = await nvbench(
      'run',
      '--device',
      'sim:',
      '--rw',
      'read',
      '--runtime',
      '1s',
      '--log',
      at('notes.txt'),
    );
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /is no log of single I\/Os/);
    assert.equal(readFileSync(at('notes.txt'), 'utf8'), 'precious');
    assert.equal((await nvbench('log', at('notes.txt'))).exitCode, 2);
  });

  test('a file that cannot grow any more does not end the job, which says so, and the log what it lacks', async () => {
    const [log, output] = [at('full.log'), at('full.json')];
    // The memory of a software controller is a file that has to grow, too.
    const reading = ['run', '--device', 'null:', '--rw', 'randread', '--number-ios', '4000'];
    const command = [process.execPath, CLI, ...reading, '--log', log, '--output', output];
    const quoted = command.map((word) => `'${word}'`).join(' ');
    const ran = await start('bash', ['-c', `ulimit -f 100; ${quoted}`]).ended;
    assert.equal(ran.exitCode, 0, ran.stderr);
    const [job] = resultFile(output).jobs;
    assert.equal(job.directions.read?.ios, 4000);
    const { ios = 0, droppedIos = 0 } = job.log ?? {};
    assert.ok(ios > 1000 && droppedIos > 1000, `${ios} and ${droppedIos}`);
    assert.equal(ios + droppedIos, 4000);
    const warning = job.warnings.find(({ code }) => code === 'log-incomplete');
    assert.match(warning?.message ?? '', /of 4,000 I\/Os: EFBIG/);
    assert.match((await nvbench('log', log)).stdout, /NOT WHOLE/);
  });

  test('what a log lost at its end is told', async () => {
    const log = at('cut.log');
    await nvbench(...reads('--number-ios', '100', '--log', log));
    truncateSync(log, readFileSync(log).length - 70);
    const { stdout, exitCode } = await nvbench('log', log);
    assert.match(stdout, /NOT WHOLE: it has 98 read of 100/);
    assert.equal(exitCode, 0);
  });
});
