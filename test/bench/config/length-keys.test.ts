import assert from 'node:assert/strict';
import { test } from 'node:test';

import { validate } from '../../../bench/config/validate.js';
import { run } from '../../../bench/run/run.js';
import { planned } from '../planned.js';

const iosOf = (job: string): number =>
  planned(`  - { name: a, rw: write, bs: 4k, ${job} }`, 'device: sim\nallow_writes: true')[0].spec.numberIos;

function problemsOf(job: object): string[] {
  const found = validate({ device: 'null', jobs: [{ name: 'a', rw: 'read', ...job }] });
  return 'findings' in found ? found.findings.map(({ message }) => message) : [];
}

test('loops multiply what ends each worker', () => {
  assert.equal(iosOf('size: 1M, loops: 2'), 512);
  assert.equal(iosOf('loops: 2'), 2 * (2 ** 30 / 4096));
  assert.equal(iosOf('size: 1M, number_ios: 10, loops: 3'), 30);
  assert.equal(iosOf('size: 1M, io_size: 64k, loops: 3'), 48);
});

test('passes are of whole I/Os, where the last of the region does not fit', () => {
  assert.equal(iosOf('size: 42k, loops: 2'), 20);
  assert.equal(iosOf('size: 42k, io_size: 200%'), 20);
});

test('io_size may be more than the region, in bytes and in percent of it', () => {
  assert.equal(iosOf('size: 1M, io_size: 3M'), 768);
  assert.equal(iosOf('size: 1M, io_size: 200%'), 512);
  assert.equal(iosOf('size: 1M, io_size: 50%'), 128);
  assert.equal(iosOf('size: 1M, io_size: 200%, partition: true, numjobs: 4'), 128);
});

test('with a runtime they end the job as well, and one pass alone does not', () => {
  assert.equal(iosOf('size: 1M, runtime: 9s, loops: 2'), 512);
  assert.equal(iosOf('size: 1M, runtime: 9s, io_size: 100%'), 256);
  assert.equal(iosOf('size: 1M, runtime: 9s, loops: 1'), Number.POSITIVE_INFINITY);
});

test('two amounts, less than one I/O, and a search beside them are refused', () => {
  assert.match(problemsOf({ number_ios: 3, io_size: '1M' })[0], /both say how much/);
  assert.match(problemsOf({ io_size: '2k' })[0], /less than one block of 4/);
  assert.match(problemsOf({ io_size: '0%' })[0], /greater than 0/);
  assert.match(problemsOf({ io_size: '100001%' })[0], /up to 100000%/);
  const search = { max: 'iodepth', while: 'read.p99 <= 1ms', for: '1s' };
  assert.match(problemsOf({ search, loops: 2 })[0], /no meaning beside search/);
});

for (const rw of ['write', 'randwrite'] as const)
  test(`loops: 2 of ${rw} writes each block of the namespace twice, by the count of the controller`, async () => {
    const sizeBytes = 2 ** 21;
    const { result } = await run({
      device: `sim:?size=${sizeBytes}&latency=none`,
      allow_writes: true,
      jobs: [{ name: 'fill', rw, bs: '8k', iodepth: 8, loops: 2 }],
    });
    const [{ directions, stopReason, proof }] = result.jobs;
    assert.equal(stopReason, 'size');
    assert.equal(directions.write?.bytes, 2 * sizeBytes);
    const [{ smartBefore, smartAfter, utilizationBytes }] = result.devices;
    assert.ok(smartBefore !== undefined && smartAfter !== undefined);
    assert.equal(Number(smartAfter.hostWriteCommands) - Number(smartBefore.hostWriteCommands), 512);
    assert.equal(utilizationBytes, 0);
    const checks = new Map(proof?.checks.map(({ check, holds }) => [check, holds]));
    assert.deepEqual([checks.get('amount'), checks.get('sequence')], [true, true]);
  });
