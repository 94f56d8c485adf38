import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configOf, jobOf, lostOf } from './converted.js';

describe('the rate of a job', () => {
  const rateOf = (lines: string) => jobOf(`size=1m\n${lines}`).rateIops;

  test('is that of its direction, in I/Os or in bytes', () => {
    assert.deepEqual([rateOf('rate_iops=500'), rateOf('rate_iops=500,700\nrw=write')], [500, 700]);
    assert.equal(rateOf('rate_iops=,700'), undefined);
    const bytesOf = (lines: string) => jobOf(`size=1m\n${lines}`).rateBytes;
    assert.deepEqual(
      [bytesOf('rate=1m'), bytesOf('rate=1250'), bytesOf('rate=,4k')],
      [2 ** 20, 1250, undefined],
    );
    assert.equal(bytesOf('rw=randrw\nrate=300,300,300'), 600);
  });

  test('is that of both directions together, where it is as their mix', () => {
    assert.equal(rateOf('rw=randrw\nrate_iops=300'), 600);
    assert.equal(rateOf('rw=randrw\nrwmixread=70\nrate_iops=700,300'), 1000);
    assert.match(lostOf('[a]\nsize=1m\nrw=randrw\nrwmixread=70\nrate_iops=300\n')[0], /a job has one rate/);
  });

  test('that is none, and a second one, are lost', () => {
    assert.match(lostOf('[a]\nsize=1m\nrate=fast\n')[0], /it is no rate/);
    assert.match(lostOf('[a]\nsize=1m\nrate=1m\nrate_iops=5\n')[0], /a job has one/);
  });

  test('that is the least is a gate of all workers', () => {
    const { gates } = configOf(
      '[a]\nsize=1m\nnumjobs=2\nrw=randrw\nrate_min=1k,2k\n[b]\nstonewall\nrw=write\nsize=1m\nrate_iops_min=50\n',
    );
    assert.deepEqual(
      gates.map(({ text }) => text),
      ['"a".read.bandwidth >= 2048B/s', '"a".write.bandwidth >= 4096B/s', '"b".write.iops >= 50'],
    );
    assert.deepEqual(lostOf('[a]\nsize=1m\nrate=1250\nratemin=1024\n'), []);
  });
});

describe('pauses of a job', () => {
  test('are those of fio, whose time is in microseconds where it has no unit', () => {
    const { thinkTimeMs, thinkTimeBlocks, thinkTimeBlocksType } = jobOf(
      'size=1m\nthinktime=2000\nthinktime_spin=100\nthinktime_blocks=8\nthinktime_blocks_type=issue',
    );
    assert.deepEqual([thinkTimeMs, thinkTimeBlocks, thinkTimeBlocksType], [2, 8, 'issue']);
    assert.deepEqual(lostOf('[a]\nsize=1m\nthinktime=2ms\n'), []);
  });

  test('beside a rate are told of', () => {
    const lines = '[a]\nsize=1m\nthinktime=2ms\nthinktime_blocks=8\nrate_iops=5\n';
    assert.match(lostOf(lines)[0], /thinktime=2ms: pauses beside a rate/);
    assert.equal(lostOf(lines).length, 1);
    assert.equal(configOf(lines).jobs[0].thinkTimeMs, 0);
  });
});
