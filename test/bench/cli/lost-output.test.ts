/** Runs whose output goes nowhere: a full disk, a terminal that was closed. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI } from '../../fixtures/cli.js';
import { CONFIG, configFile, directory, resultFile, start } from './child.js';

const POLL_MS = 20;

const shell = (script: string) => start('bash', ['-c', script]).ended;

async function there(path: string, holds: () => boolean = () => true): Promise<void> {
  for (let waitedMs = 0; !existsSync(path) || !holds(); waitedMs += POLL_MS) {
    assert.ok(waitedMs < 50_000, `${path} did not come`);
    await sleep(POLL_MS);
  }
}

/** The exit code of a run of 3 s whose terminal is closed while it measures. */
async function withoutTerminal(name: string, onHangUp: string): Promise<{ code: string; output: string }> {
  const [output, status] = [join(directory, `${name}.json`), join(directory, `${name}.status`)];
  const config = configFile(CONFIG.replace('300ms', '3s'), `${name}.yaml`);
  const script = `trap '${onHangUp}' HUP; ${process.execPath} ${CLI} run ${config} --output ${output} & child=$!
    wait $child; wait $child; code=$?; echo $code > ${status}.part; mv ${status}.part ${status}`;
  const terminal = start('script', ['-qec', script, '/dev/null']);
  await there(output, () => (resultFile(output).jobs[0]?.intervals?.length ?? 0) > 0);
  terminal.process.kill('SIGKILL');
  await there(status);
  return { code: readFileSync(status, 'utf8').trim(), output };
}

describe('output that goes nowhere', { concurrency: 2 }, () => {
  test('a run that cannot print its report says so once and ends with 3', async () => {
    const output = join(directory, 'full.json');
    const run = `${process.execPath} ${CLI} run ${configFile()} --quiet --output ${output} > /dev/full`;
    const { exitCode, stderr } = await shell(run);
    assert.equal(exitCode, 3);
    assert.match(stderr, /^nvbench: write the output \(stdout\): no space is left; [^\n]*\n$/);
    assert.equal(resultFile(output).complete, true);
  });

  test('another command likewise', async () => {
    const { exitCode, stderr } = await shell(`${process.execPath} ${CLI} schema > /dev/full`);
    assert.equal(exitCode, 3);
    assert.match(stderr, /^nvbench: write the output \(stdout\): no space is left; [^\n]*\n$/);
  });

  test('a full stderr alone changes nothing', async () => {
    const { exitCode } = await shell(`${process.execPath} ${CLI} run no-such.yaml 2> /dev/full`);
    assert.equal(exitCode, 2);
  });

  test('a run whose terminal is closed measures to its end', async () => {
    const { code, output } = await withoutTerminal('closed', ':');
    assert.equal(code, '3');
    assert.equal(resultFile(output).complete, true);
  });

  test('a hang-up of the terminal ends a run in order', async () => {
    const { code, output } = await withoutTerminal('hang-up', 'kill -HUP $child');
    assert.equal(code, '143');
    const { interrupted, jobs, devices } = resultFile(output);
    assert.deepEqual(interrupted, { reason: 'SIGHUP' });
    assert.equal(jobs[0].stopReason, 'interrupted');
    assert.ok(devices[0].smartAfter, 'the controller still answered after the drain');
  });

  for (const quiet of [['--quiet'], ['--quiet', '--progress', 'json']])
    test(`with ${quiet.join(' ')} a result file that cannot be written any more is told of at once, and rescued at the end`, async () => {
      const [folder, temporary] = [`vanishing${quiet.length}`, `temporary${quiet.length}`].map((name) =>
        join(directory, name),
      );
      for (const path of [folder, temporary]) mkdirSync(path);
      const output = join(folder, 'result.json');
      const config = configFile(CONFIG.replace('300ms', '3s'), `vanishing${quiet.length}.yaml`);
      const args = [
        `TMPDIR=${temporary}`,
        process.execPath,
        CLI,
        'run',
        config,
        ...quiet,
        '--output',
        output,
      ];
      const { ended } = start('env', args);
      await there(output);
      rmSync(folder, { recursive: true });
      const { exitCode, stdout, stderr } = await ended;
      assert.equal(exitCode, 3);
      const [first, last, ...more] = stderr.trimEnd().split('\n');
      assert.match(first, /write --output \(.*its directory does not exist; name a file/);
      assert.match(
        last,
        /write --output \(.*the result is in .*\/temporary\d\/nvbench-result-[0-9a-f]+\.json instead$/,
      );
      assert.deepEqual(more, []);
      assert.match(stdout, /^reads: /m);
      const [rescued] = readdirSync(temporary);
      assert.equal(resultFile(join(temporary, rescued)).complete, true);
    });
});
