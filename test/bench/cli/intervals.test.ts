/** Intervals of real runs, repeats and sweeps, and what a killed run leaves behind. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeCounts } from '../../../engine/stats/hdr-decode.js';
import { emptyHistogram, mergeCounts } from '../../../engine/stats/percentiles.js';
import type { JobRecord } from '../../../reports/index.js';
import { CLI } from '../../fixtures/cli.js';
import { CONFIG, configFile, directory, nvbench, resultFile, start } from './child.js';

const DIRECTIONS = ['read', 'write'] as const;

function assertSumsUp(job: JobRecord): void {
  assert.ok(job.intervals && job.intervals.length > 0);
  for (const direction of DIRECTIONS) {
    const whole = job.directions[direction];
    const parts = job.intervals.flatMap((interval) => interval[direction] ?? []);
    const sum = emptyHistogram();
    for (const { histogram } of parts) mergeCounts(sum, decodeCounts(histogram.data));
    assert.deepEqual(sum, whole?.histogram ? decodeCounts(whole.histogram.data) : emptyHistogram());
    const add = (of: 'ios' | 'bytes' | 'errors'): number =>
      parts.reduce((total, part) => total + part[of], 0);
    assert.deepEqual(
      [add('ios'), add('bytes'), add('errors')],
      [whole?.ios ?? 0, whole?.bytes ?? 0, whole?.errors ?? 0],
    );
  }
}

function assertWithoutGaps({ intervals = [], elapsedNs }: JobRecord): void {
  assert.equal(intervals[0].startNs, 0);
  for (const [i, { startNs }] of intervals.slice(1).entries()) assert.equal(startNs, intervals[i].endNs);
  assert.equal(intervals.at(-1)?.endNs, elapsedNs);
}

async function jobsOf(name: string, text: string, ...args: string[]): Promise<JobRecord[]> {
  const output = join(directory, `${name}.json`);
  const { stderr } = await nvbench('run', configFile(text, `${name}.yaml`), '--output', output, ...args);
  assert.ok(existsSync(output), stderr);
  return resultFile(output).jobs;
}

describe('intervals', { concurrency: 2 }, () => {
  test('of reads and writes by two workers after a ramp add up to the job', async () => {
    const text = CONFIG.replace('randread', 'randrw')
      .replace('300ms', '2300ms\n    ramp_time: 200ms\n    numjobs: 2')
      .replace('hugepages', 'allow_writes: true\nhugepages');
    const [job] = await jobsOf('mixed', text);
    assertSumsUp(job);
    assertWithoutGaps(job);
    assert.equal(job.intervalNs, 1e9);
    assert.ok((job.intervals?.length ?? 0) >= 2);
  });

  test('of a job that ended before any was taken are one', async () => {
    const [job] = await jobsOf('short', CONFIG.replace('runtime: 300ms', 'number_ios: 50'));
    assertSumsUp(job);
    assert.equal(job.intervals?.length, 1);
    assertWithoutGaps(job);
  });

  test('hold the failures too', async () => {
    const device = 'sim:?size=64MiB&latency=none&faults=error(lba=0-400,sct=2,sc=0x81)';
    const text = CONFIG.replace('runtime: 300ms', 'number_ios: 5000');
    const [job] = await jobsOf('failing', text, '--device', device);
    assertSumsUp(job);
    assert.ok(job.errors.total > 0);
  });
});

test('repeats and the jobs of a sweep are results of their own', async () => {
  const text = CONFIG.replace('    bs: 4k\n', '')
    .replace('iodepth: 4', 'repeat: 2\n    matrix: {bs: [4k, 8k], iodepth: [1, 2]}')
    .replace('300ms', '20ms');
  const jobs = await jobsOf('sweep', text);
  assert.deepEqual(
    jobs.map(({ name, group, parameters, repeat, bsBytes, iodepth }) => {
      assert.deepEqual([group, parameters], ['reads', { bs: bsBytes, iodepth }]);
      return [name, repeat?.index, repeat?.count];
    }),
    ['bs=4k,iodepth=1', 'bs=4k,iodepth=2', 'bs=8k,iodepth=1', 'bs=8k,iodepth=2'].flatMap((point) => [
      [`reads[${point}]`, 0, 2],
      [`reads[${point}]`, 1, 2],
    ]),
  );
  assert.equal(new Set(jobs.map(({ seed }) => seed)).size, 8);
});

/** Waits for a condition that only the child can bring about; the deadline is far beyond what it needs. */
async function until(holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 20) {
    assert.ok(waitedMs < 50_000, 'the child did not get there');
    await sleep(20);
  }
}

test('a killed run leaves a document that is marked incomplete, with the jobs done and the one in progress', async () => {
  const text = `${CONFIG}  - { name: long, rw: randread, runtime: 1h }\n`;
  const output = join(directory, 'killed.json');
  const { process: child, ended } = start(process.execPath, [
    CLI,
    'run',
    configFile(text, 'killed.yaml'),
    '--output',
    output,
  ]);
  const inProgress = (): JobRecord | undefined => resultFile(output).jobs.find(({ name }) => name === 'long');
  await until(() => existsSync(output) && (inProgress()?.intervals?.length ?? 0) >= 2);
  child.kill('SIGKILL');
  assert.equal((await ended).signal, 'SIGKILL');
  const result = resultFile(output);
  assert.equal(result.complete, false);
  assert.equal(result.interrupted?.reason, 'the run was still going on when this was written');
  const [done, long] = result.jobs;
  assert.deepEqual([done.name, done.partial, done.stopReason], ['reads', undefined, 'runtime']);
  assert.deepEqual([long.name, long.partial, long.stopReason], ['long', true, 'interrupted']);
  assertSumsUp(long);
});
