import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jobOf, lostOf } from './converted.js';

describe('a latency that is to be kept', () => {
  const lines =
    'rw=randread\nioengine=libaio\niodepth=128\nlatency_target=500ms\nlatency_window=2s\nlatency_percentile=99.9';

  test('is a search for the depth, up to that of fio', () => {
    const { search, iodepth, numberIos } = jobOf(`${lines}\nsize=1g`);
    assert.deepEqual(
      [search?.max, search?.while.text, search?.forMs, search?.to, iodepth, numberIos],
      ['iodepth', 'p99.9 <= 500ms', 2000, 128, 1, undefined],
    );
    assert.deepEqual(lostOf(`[a]\n${lines}\n`), []);
  });

  test('for all I/Os is that of the highest latency, and of none it is nothing', () => {
    assert.equal(jobOf('rw=read\nlatency_target=100').search?.while.text, 'max <= 100us');
    assert.equal(jobOf('rw=read\nlatency_target=0\nlatency_window=1s').search, undefined);
  });

  test('of reads and writes is that of both together', () => {
    const { search } = jobOf(`${lines.replace('randread', 'randrw')}\nsize=1g`);
    assert.equal(search?.while.text, 'total.p99.9 <= 500ms');
  });
});
