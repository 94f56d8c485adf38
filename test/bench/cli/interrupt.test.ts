/** Signals to a run. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI } from '../../fixtures/cli.js';
import { CONFIG, configFile, directory, type Ended, resultFile, start } from './child.js';

/** The file has a record of the second job as soon as an interval of it has ended. */
const config = configFile(
  CONFIG.replace('runtime: 300ms', 'number_ios: 20').concat(`  - name: long
    rw: randread
    bs: 4k
    iodepth: 4
    runtime: 50s
    io_timeout: 40s
`),
);
const POLL_MS = 20;

interface Interrupted extends Ended {
  readonly endedAfterMs: number;
  readonly output: string;
}

/** Sends signals to a run that does I/O, a moment apart. */
async function interrupted(
  name: string,
  signals: NodeJS.Signals[],
  args: string[] = [],
): Promise<Interrupted> {
  const output = join(directory, `${name}.json`);
  const child = start(process.execPath, [CLI, 'run', config, '--output', output, ...args]);
  const measuring = (): boolean => existsSync(output) && resultFile(output).jobs.length > 1;
  while (!measuring() && child.process.exitCode === null) await sleep(POLL_MS);
  const fromMs = performance.now();
  for (const signal of signals) {
    child.process.kill(signal);
    await sleep(300);
  }
  const ended = await child.ended;
  return { ...ended, endedAfterMs: performance.now() - fromMs, output };
}

describe('signals', { concurrency: 2 }, () => {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${signal} drains, reports what was measured, and ends with ${exitCode}`, async () => {
      const ended = await interrupted(signal, [signal]);
      assert.equal(ended.exitCode, exitCode, ended.stderr);
      assert.match(ended.stderr, /^job 1\/2 reads: .*\njob 2\/2 long: .*; ended by interrupted\n$/);
      assert.ok(ended.endedAfterMs < 20_000, `${ended.endedAfterMs} ms`);
      assert.match(ended.stdout, new RegExp(`^INCOMPLETE: ${signal}`, 'm'));
      assert.match(ended.stdout, /INTERRUPTED/);
      const result = resultFile(ended.output);
      assert.equal(result.complete, false);
      assert.deepEqual(result.interrupted, { reason: signal });
      const [first, job] = result.jobs;
      assert.equal(first.stopReason, 'number_ios');
      assert.equal(job.stopReason, 'interrupted');
      assert.equal(job.errors.timeouts, 0);
      assert.ok((job.directions.read?.ios ?? 0) > 0);
      assert.ok(result.devices[0].smartAfter, 'the controller still answered after the drain');
    });
  }

  test('a second SIGINT ends a run whose device hangs without waiting for it', async () => {
    const hanging = ['--device', 'sim:?size=64MiB&latency=none&faults=hang(200)'];
    const ended = await interrupted('hang', ['SIGINT', 'SIGINT'], hanging);
    assert.equal(ended.exitCode, 130);
    assert.ok(ended.endedAfterMs < 30_000, `${ended.endedAfterMs} ms`);
    const result = resultFile(ended.output);
    assert.equal(result.complete, false);
    assert.equal(result.jobs.length, 2, ended.stderr);
    assert.ok(result.jobs[1].errors.timeouts > 0);
    assert.equal(result.jobs[1].stopReason, 'interrupted');
  });
});
