import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jobOf, lostOf } from './converted.js';

describe('when a job ends', () => {
  const endOf = (lines: string) => {
    const { runtimeMs, numberIos, ioSize, size, loops } = jobOf(lines);
    return { runtimeMs, numberIos, size, loops, ...(ioSize && { ioSize }) };
  };

  test('time_based leaves it to time', () => {
    const end = endOf('size=1m\nruntime=10\ntime_based');
    assert.deepEqual(end, { runtimeMs: 10_000, numberIos: undefined, size: { bytes: 2 ** 20 }, loops: 1 });
  });

  test('without it one pass over the region ends the job too', () => {
    const { runtimeMs, numberIos } = endOf('size=1m\nruntime=2m\nbs=8k');
    assert.deepEqual([runtimeMs, numberIos], [120_000, 128]);
  });

  test('an amount other than the region is a number of I/Os, as are passes', () => {
    assert.equal(endOf('size=1m\nio_size=3m').numberIos, 768);
    assert.equal(endOf('size=1m\nloops=3').numberIos, 768);
    assert.equal(endOf('size=1m\nnumber_ios=10\nloops=2').numberIos, 20);
  });

  test('the least of several amounts ends it', () => {
    const { numberIos, size } = endOf('size=1m\nnumber_ios=1000');
    assert.deepEqual([numberIos, size], [undefined, { bytes: 2 ** 20 }]);
    assert.equal(endOf('size=1m\nnumber_ios=1000\nloops=2').numberIos, 512);
  });

  test('passes over a device of unknown size are loops', () => {
    assert.deepEqual([endOf('loops=3').loops, endOf('loops=3').size], [3, { percent: 100 }]);
    assert.equal(endOf('loops=3\nruntime=10').loops, 3);
  });

  test('an amount in percent of a region of unknown size is one here too', () => {
    assert.deepEqual(endOf('io_size=200%').ioSize, { percent: 200 });
    assert.deepEqual(endOf('runtime=10').ioSize, { percent: 100 });
    assert.equal(endOf('runtime=10\ntime_based').ioSize, undefined);
  });

  test('the rest of the device behind an offset is what is left of it', () => {
    assert.deepEqual(endOf('offset=30%').size, { percent: 70 });
    assert.match(lostOf('[a]\noffset=1g')[1] ?? '', /give the job a size or a runtime/);
    const { offsetIncrement } = jobOf('numjobs=2\nsize=1m\noffset_increment=2m');
    assert.deepEqual(offsetIncrement, { bytes: 2 ** 21 });
  });
});
