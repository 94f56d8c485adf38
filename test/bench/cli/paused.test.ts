/** A run that is stopped in the middle says so. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI } from '../../fixtures/cli.js';
import { CONFIG, configFile, directory, resultFile, start } from './child.js';

const config = configFile(CONFIG.replace('runtime: 300ms', 'runtime: 4s'));

test('a process that is stopped for part of its measurement has a warning and the time it stood still', async () => {
  const output = join(directory, 'paused.json');
  const child = start(process.execPath, [CLI, 'run', config, '--output', output]);
  const measuring = (): boolean => existsSync(output) && resultFile(output).jobs.length > 0;
  while (!measuring() && child.process.exitCode === null) await sleep(20);
  child.process.kill('SIGSTOP');
  await sleep(1000);
  child.process.kill('SIGCONT');
  const { exitCode, stderr } = await child.ended;
  assert.equal(exitCode, 0, stderr);
  const [job] = resultFile(output).jobs;
  assert.ok(
    job.warnings.some(({ code }) => code === 'paused-while-measuring'),
    JSON.stringify(job.warnings),
  );
  // The time of the test's own timer, less what starting and stopping take.
  assert.ok((job.workers[0].pausedNs ?? 0) >= 0.9e9, `${job.workers[0].pausedNs} ns`);
  const { gaps, directions } = job;
  const longestNs = directions.read?.latencyNs.max ?? 0;
  assert.ok(longestNs >= 0.9e9, `${longestNs} ns`);
  assert.ok(gaps !== undefined && gaps.ios >= 1 && gaps.durationNs >= 0.9e9, JSON.stringify(gaps));
  assert.equal(gaps.ios + gaps.others.ios, directions.read?.ios);
  // The stop is in the latencies with gaps, and in none of those without.
  assert.ok((gaps.others.latencyNs.max ?? longestNs) < longestNs / 2, JSON.stringify(gaps.others));
});
