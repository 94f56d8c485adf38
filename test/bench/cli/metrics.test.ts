/** `nvbench run --metrics`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLI } from '../../fixtures/cli.js';
import { configFile, directory, nvbench, start } from './child.js';

const CONFIG = `device: "sim:?size=64MiB&latency=none"
jobs:
  - { name: reads, rw: randread, bs: 4k, runtime: 60s }
`;

test('a port tells of a run while it goes on, and ends with it', async () => {
  const running = start(process.execPath, [
    CLI,
    'run',
    configFile(CONFIG, 'metrics.yaml'),
    '--metrics',
    ':0',
  ]);
  const { process: child, ended } = running;
  const url = await new Promise<string>((resolve) => {
    let told = '';
    child.stderr?.on('data', (chunk: string) => {
      told += chunk;
      const [found] = /http:\S+/.exec(told) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  let text = '';
  const untilMs = Date.now() + 60_000;
  while (!/^nvbench_ios_total\{.*\} [1-9]/m.test(text) && Date.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    text = await (await fetch(url)).text();
  }
  assert.match(text, /^nvbench_ios_total\{nvbench_job="reads",.*\} [1-9]/m);
  assert.match(text, /^nvbench_run_complete(\{.*\})? 0$/m);
  child.kill('SIGINT');
  await ended;
  await assert.rejects(fetch(url));
});

test('a file has the figures of the run at its end', async () => {
  const path = join(directory, 'run.prom');
  const job = ['--device', 'sim:?size=64MiB', '--rw', 'randread', '--number_ios', '100', '--quiet'];
  const { exitCode, stderr } = await nvbench('run', ...job, '--metrics', path);
  assert.equal(exitCode, 0, stderr);
  const text = readFileSync(path, 'utf8');
  assert.match(text, /^nvbench_ios_total\{.*\} 100$/m);
  assert.match(text, /^nvbench_run_complete(\{.*\})? 1$/m);
});

test('a file that cannot be written is refused before a device is touched', async () => {
  const job = ['--device', 'sim', '--rw', 'randread', '--number_ios', '1'];
  const { exitCode, stdout, stderr } = await nvbench('run', ...job, '--metrics', '/nowhere/run.prom');
  assert.deepEqual([exitCode, stdout], [2, '']);
  assert.match(stderr, /^nvbench: prepare --metrics .*its directory does not exist/);
});
