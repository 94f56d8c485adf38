/** Settings of a controller over the life of a run, and over the end of one that is killed. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI } from '../../fixtures/cli.js';
import { type Child, configFile, directory, nvbench, resultFile, start } from './child.js';

const SETTINGS = 'volatile_write_cache: off\npower_state: 2\napst: off\narbitration_burst: 4\n';
const BEFORE = [
  ['volatile_write_cache', 'on', 'off'],
  ['apst', 'on', 'off'],
  ['power_state', '0', '2'],
  ['arbitration_burst', 'no limit', '4'],
];
const POLL_MS = 20;

const configOf = (device: string, runtime: string, name: string): string =>
  configFile(
    `device: "${device}"\nhugepages: never\n${SETTINGS}jobs:\n  - { name: reads, rw: randread, bs: 4k, runtime: ${runtime} }\n`,
    name,
  );

const settingsIn = (output: string) => resultFile(output).devices[0].settings ?? [];

/** A run that does I/O. */
async function running(config: string, output: string): Promise<Child> {
  const child = start(process.execPath, [CLI, 'run', config, '--output', output]);
  const measuring = (): boolean => existsSync(output) && resultFile(output).jobs.length > 0;
  while (!measuring() && child.process.exitCode === null) await sleep(POLL_MS);
  return child;
}

describe('settings of a controller', { concurrency: 2 }, () => {
  test('are in the result as they were before, during and after the run', async () => {
    const output = join(directory, 'settings.json');
    const config = configOf('sim:?size=64MiB&latency=none&power_states=3', '300ms', 'settings.yaml');
    const { exitCode, stderr } = await nvbench('run', config, '--output', output);
    assert.equal(exitCode, 0, stderr);
    const settings = settingsIn(output);
    assert.deepEqual(
      settings.map(({ name, before, during }) => [name, before, during]),
      BEFORE,
    );
    assert.deepEqual(
      settings.map(({ after }) => after),
      BEFORE.map(([, before]) => before),
    );
  });

  test('are set back after SIGINT', async () => {
    const output = join(directory, 'settings-int.json');
    const config = configOf('sim:?size=64MiB&latency=none&power_states=3', '50s', 'settings-int.yaml');
    const child = await running(config, output);
    child.process.kill('SIGINT');
    const { exitCode, stderr } = await child.ended;
    assert.equal(exitCode, 130, stderr);
    assert.deepEqual(
      settingsIn(output).map(({ after }) => after),
      BEFORE.map(([, before]) => before),
    );
  });

  test('do not outlive a run that is killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nvbench-settings-'));
    const socket = join(folder, 'cntrl');
    const sim = 'sim:?size=64MiB&latency=none&power_states=3';
    const server = start(process.execPath, [CLI, 'serve', '--socket', folder, '--device', sim]);
    try {
      while (!existsSync(socket) && server.process.exitCode === null) await sleep(POLL_MS);
      const device = `vfio-user:${folder}`;
      const killedOutput = join(directory, 'settings-kill.json');
      const killed = await running(configOf(device, '50s', 'settings-kill.yaml'), killedOutput);
      killed.process.kill('SIGKILL');
      await killed.ended;
      assert.deepEqual(
        settingsIn(killedOutput).map(({ after }) => after),
        BEFORE.map(() => undefined),
      );
      const output = join(directory, 'settings-next.json');
      const next = await nvbench('run', configOf(device, '300ms', 'settings-next.yaml'), '--output', output);
      assert.equal(next.exitCode, 0, next.stderr);
      assert.deepEqual(
        settingsIn(output).map(({ name, before, during }) => [name, before, during]),
        BEFORE,
      );
    } finally {
      server.process.kill('SIGTERM');
      await server.ended;
      rmSync(folder, { recursive: true });
    }
  });

  // 09h, 0Ah: Set and Get Features, of which a drive that is served refuses or answers no more from now on
  for (const [fault, what] of [
    ['refuse(0x09,100,sct=0,sc=0x0c,crd=0)', 'Command Sequence Error (SCT 0h, SC 0ch)'],
    ['mute(0x0a,100)', 'no completion within 10000 ms'],
    ['cfs(1)', 'the controller reports a fatal status (CSTS.CFS)'],
  ] as const)
    test(`that cannot be set back are told (${fault})`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'nvbench-left-'));
      const sim = 'sim:?size=64MiB&latency=none&power_states=3';
      const server = start(process.execPath, [CLI, 'serve', '--socket', folder, '--device', sim]);
      try {
        while (!existsSync(join(folder, 'cntrl')) && server.process.exitCode === null) await sleep(POLL_MS);
        const output = join(folder, 'left.json');
        const config = configOf(`vfio-user:${folder}`, '50s', `settings-left-${fault.slice(0, 3)}.yaml`);
        const run = await running(config, output);
        const ordered = await nvbench('serve', 'ctl', folder, 'add', fault);
        assert.equal(ordered.exitCode, 0, ordered.stderr);
        if (!fault.startsWith('cfs')) run.process.kill('SIGINT');
        const { exitCode, stderr, stdout } = await run.ended;
        assert.equal(exitCode, fault.startsWith('cfs') ? 4 : 130, stderr);
        const left = resultFile(output).warnings.filter(({ code }) => code === 'setting-left');
        assert.deepEqual(
          left.map(({ message }) => /^(\w+) of .* could not be set back to (.*?):/.exec(message)?.slice(1)),
          BEFORE.map(([name, before]) => [name, before]),
        );
        assert.ok(left[0].message.includes(what) || left[3].message.includes(what), left[0].message);
        assert.match(stdout, /could not be set\s+back/);
      } finally {
        server.process.kill('SIGTERM');
        await server.ended;
        rmSync(folder, { recursive: true });
      }
    });

  test('are refused by name where the controller has no such setting', async () => {
    const config = configOf('sim:?size=64MiB', '300ms', 'settings-none.yaml');
    const { exitCode, stderr } = await nvbench('run', config);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /set apst .*the controller changes no power states by itself \(APSTA\)/);
  });
});
