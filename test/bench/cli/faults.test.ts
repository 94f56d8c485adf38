/** What a run makes of a device that misbehaves. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { BenchResult } from '../../../reports/index.js';
import { CONFIG, configFile, directory, type Ended, nvbench, resultFile } from './child.js';

// The faults end these runs, however slow the machine is.
const config = configFile(CONFIG.replace('300ms', '50s'));

async function runWith(
  name: string,
  fault: string,
  ...args: string[]
): Promise<Ended & { result: BenchResult }> {
  const output = join(directory, `${name}.json`);
  const device = `sim:?size=64MiB&latency=none&faults=${fault}`;
  const ended = await nvbench('run', config, '--device', device, '--output', output, ...args);
  return { ...ended, result: resultFile(output) };
}

describe('faults', { concurrency: 2 }, () => {
  test('an I/O that never completes ends the run after io_timeout with 3, and keeps what was measured', async () => {
    const { exitCode, stdout, stderr, result } = await runWith(
      'drop',
      'drop(50)',
      '--set',
      'jobs[0].io_timeout=1s',
    );
    assert.equal(exitCode, 3, stderr);
    assert.match(stdout, /STOPPED: an\s+I\/O timed out/);
    assert.match(stdout, /error +1 without a completion/);
    assert.equal(result.complete, false);
    assert.equal(result.jobs[0].stopReason, 'timeout');
    assert.equal(result.jobs[0].errors.timeouts, 1);
    assert.ok((result.jobs[0].directions.read?.ios ?? 0) >= 46);
  });

  test('failed I/Os are counted by the name of their status and end with 1', async () => {
    const { exitCode, stdout, stderr, result } = await runWith(
      'errors',
      'error(lba=0-800,sct=2,sc=0x81)',
      ...['--set', 'jobs[0].number_ios=5000'],
    );
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, /^\w+: read .*\d+ errors?\n$/);
    const [job] = result.jobs;
    const [status] = job.errors.byStatus;
    assert.equal(status.status, 'Unrecovered Read Error (SCT 2h, SC 81h)');
    assert.ok(status.count > 0 && status.count === job.errors.total);
    assert.equal((job.directions.read?.ios ?? 0) + status.count, 5000);
    assert.equal(job.directions.read?.errors, status.count);
    assert.ok(status.firstSlba <= 800);
    assert.match(stdout, /error +\d+ × Unrecovered Read Error \(SCT 2h, SC 81h\), first at LBA \d+\s+after /);
    assert.ok(status.firstNs !== undefined && status.firstNs < job.elapsedNs);
  });

  test('max_errors ends a job at so many failed I/Os of a worker', async () => {
    const { exitCode, result } = await runWith(
      'max-errors',
      'error(lba=0-1000000,sct=2,sc=0x81)',
      ...['--set', 'jobs[0].max_errors=7', '--set', 'jobs[0].iodepth=1'],
    );
    assert.equal(exitCode, 1);
    assert.equal(result.jobs[0].stopReason, 'errors');
    // a slice of the loop may find more than the one that reached the limit
    const { total } = result.jobs[0].errors;
    assert.ok(total >= 7 && total < 1000, `${total}`);
  });

  test('a device on which everything fails is given up on, errors reported, also where that falls into the ramp', async () => {
    const { exitCode, result } = await runWith(
      'ramp',
      'error(lba=0-1000000,sct=2,sc=0x81)',
      ...['--set', 'jobs[0].ramp_time=20s'],
    );
    assert.equal(exitCode, 1);
    assert.equal(result.jobs[0].stopReason, 'errors');
    assert.ok(result.jobs[0].errors.total >= 1000);
  });

  for (const [name, fault, reason] of [
    ['a fatal status', 'cfs(50)', /CSTS\.CFS/],
    ['a device that vanishes', 'die(50)', /vanished/],
  ] as const) {
    test(`${name} ends the run with 4 and what was measured`, async () => {
      const { exitCode, stderr, stdout, result } = await runWith(name.replaceAll(' ', '-'), fault);
      assert.equal(exitCode, 4, stderr);
      assert.match(stderr, /^reads: .*ended by device-lost\nnvbench: run job reads \([^\n]*\n$/);
      assert.match(stderr, reason);
      assert.match(stdout, /STOPPED: the device was lost/);
      assert.equal(result.complete, false);
      assert.equal(result.jobs[0].stopReason, 'device-lost');
      assert.ok((result.jobs[0].directions.read?.ios ?? 0) > 0);
    });
  }
});
