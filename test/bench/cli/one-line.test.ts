/** `nvbench run` without a file, with several, and what it saves. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { configFile, directory, nvbench, resultFile } from './child.js';

const SIM = 'sim:?size=64MiB&latency=none&write_latency=none';
const at = (name: string): string => join(directory, name);
const reads = (...more: string[]): string[] => ['run', '--device', SIM, '--rw', 'randread', ...more];

describe('nvbench run', { concurrency: 2 }, () => {
  test('runs one job given as options, a sweep of it, and what it saved, alike', async () => {
    const [saved, first, second] = [at('saved.yaml'), at('first.json'), at('second.json')];
    const options = ['--bs', '4k,8k', '--iodepth', '4', '--number-ios', '200'];
    const typed = await nvbench(...reads(...options, '--save', saved, '--output', first));
    assert.equal(typed.exitCode, 0, typed.stderr);
    const again = await nvbench('run', saved, '--output', second);
    assert.equal(again.exitCode, 0, again.stderr);
    const of = (path: string) =>
      resultFile(path).jobs.map(({ name, directions }) => [name, directions.read?.ios]);
    assert.deepEqual(of(first), [
      ['randread[bs=4k]', 200],
      ['randread[bs=8k]', 200],
    ]);
    assert.deepEqual(of(second), of(first));
    assert.deepEqual(resultFile(second).config, resultFile(first).config);
  });

  test('keeps the slowest I/Os where asked, those of all workers, and shows them', async () => {
    const output = at('slowest.json');
    const options = ['--numjobs', '2', '--iodepth', '4', '--number-ios', '500', '--slowest', '5'];
    const { exitCode, stdout, stderr } = await nvbench(...reads(...options, '--output', output));
    assert.equal(exitCode, 0, stderr);
    const [{ slowest = [], directions }] = resultFile(output).jobs;
    assert.equal(slowest.length, 5);
    const { max = 0 } = directions.read?.latencyNs ?? {};
    // The histogram has three digits.
    assert.ok(Math.abs(slowest[0].latencyNs / max - 1) < 0.002, `${slowest[0].latencyNs} of ${max}`);
    assert.match(stdout, /slowest +completed at +operation +LBA/);
  });

  test('saves before it runs, also of a dry run, and never over a file that it reads', async () => {
    const saved = at('dry.yaml');
    const { exitCode } = await nvbench(...reads('--runtime', '1s', '--dry-run', '--save', saved));
    assert.equal(exitCode, 0);
    assert.match(readFileSync(saved, 'utf8'), /rw: randread/);
    const over = await nvbench('run', saved, '--save', saved, '--dry-run');
    assert.equal(over.exitCode, 2);
    assert.match(over.stderr, /this command reads or writes too/);
  });

  test('saves over what says the same, and over nothing else', async () => {
    const saved = at('kept.yaml');
    const once = (number: string) => nvbench(...reads('--number-ios', number, '--dry-run', '--save', saved));
    assert.equal((await once('1')).exitCode, 0);
    const text = readFileSync(saved, 'utf8');
    assert.equal((await once('1')).exitCode, 0);
    const { exitCode, stderr } = await once('2');
    assert.equal(exitCode, 2);
    assert.match(stderr, /kept\.yaml\): it is there already; name another file with --save, or remove/);
    assert.equal(readFileSync(saved, 'utf8'), text);
  });

  test('writes no JSON under the name of another format, and no port to a file', async () => {
    for (const [more, said] of [
      [
        ['--output', at('page.html')],
        /is JSON, and its name says html; write result\.json, then: nvbench report/,
      ],
      [['--metrics', ':99999'], /a port is a whole number from 0 to 65535/],
    ] as const) {
      const { exitCode, stdout, stderr } = await nvbench(...reads('--number-ios', '1', ...more));
      assert.deepEqual([exitCode, stdout], [2, '']);
      assert.match(stderr, said);
    }
    assert.ok(!existsSync(at('page.html')) && !existsSync(':99999'));
  });

  test('runs several files one after the other, each with its result', async () => {
    mkdirSync(at('results'));
    const files = [configFile(undefined, 'a.yaml'), configFile(undefined, 'b.yml')];
    const { exitCode, stdout, stderr } = await nvbench('run', ...files, '--output', at('results'));
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(
      stdout.match(/^== .*$/gm),
      files.map((file) => `== ${file}`),
    );
    for (const name of ['a.json', 'b.json']) assert.ok(resultFile(join(at('results'), name)).complete);
  });

  test('reads all files before it runs the first', async () => {
    const files = [configFile(undefined, 'good.yaml'), configFile('jobs: []', 'bad.yaml')];
    const { exitCode, stdout } = await nvbench('run', ...files);
    assert.equal(exitCode, 2);
    assert.equal(stdout, '');
  });

  test('goes on after a file whose gates fail, and ends with their code', async () => {
    const text = readFileSync(configFile(undefined, 'plain.yaml'), 'utf8');
    const failing = configFile(`${text}gates: ["reads.p50 <= 1ns"]\n`, 'failing.yaml');
    const { exitCode, stdout } = await nvbench('run', failing, at('plain.yaml'));
    assert.equal(exitCode, 10);
    assert.equal(stdout.match(/^reads: randread/gm)?.length, 2);
  });

  test('ends at a file whose device cannot be had', async () => {
    const gone = configFile(
      'device: pci:ffff:1f:1f.7\njobs: [{ name: a, rw: read, runtime: 1s }]\n',
      'gone.yaml',
    );
    const { exitCode, stdout } = await nvbench('run', gone, configFile(undefined, 'after.yaml'));
    assert.equal(exitCode, 3);
    assert.doesNotMatch(stdout, /after\.yaml/);
  });

  const several = [configFile(undefined, 'one.yaml'), configFile(undefined, 'two.yaml')];
  for (const { args, said } of [
    { args: ['run'], said: /there is nothing to run; name a YAML file .*or say a job/ },
    { args: ['run', several[0], '--bs', '4k'], said: /--bs is of a job without a file.*--set/ },
    { args: ['run', ...several, '--output', at('none.json')], said: /it is no folder.*mkdir/ },
    { args: ['run', ...several, '--save', at('s.yaml')], said: /for one configuration, and there are 2/ },
    { args: ['run', ...several, '--format', 'json'], said: /--output FOLDER/ },
    { args: ['run', several[0], several[0], '--output', directory], said: /result of two files/ },
    { args: reads('--runtime', '1s', '--runtime', '2s'), said: /--runtime.*more than once/ },
  ])
    test(`refuses ${args
      .slice(0, 2)
      .map((arg) => arg.slice(-8))
      .join(' ')} … ${args.slice(-2).join(' ').slice(-30)}`, async () => {
      const { exitCode, stdout, stderr } = await nvbench(...args);
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, said);
      assert.equal(stdout, '');
      assert.ok(!existsSync(at('s.yaml')));
    });
});
