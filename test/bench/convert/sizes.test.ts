import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf, converted, jobOf, lostOf } from './converted.js';

const KIB = 1024;
const told = (lines: string): string[] => converted(`[a]\nsize=1m\n${lines}`).findings.map(({ why }) => why);

const splitOf = (lines: string, of: 'read' | 'write' = 'read') =>
  jobOf(`size=1g\n${lines}`).bsSplit?.[of].split.map(({ bytes, percent }) => [bytes / KIB, percent]);

test('sizes of reads and of writes are those of a mix', () => {
  assert.deepEqual(jobOf('rw=randrw\nbs=8k,16k').bs, { read: 8 * KIB, write: 16 * KIB });
  assert.deepEqual(jobOf('rw=randrw\nbs=,16k').bs, { read: 4 * KIB, write: 16 * KIB });
  assert.deepEqual(jobOf('rw=randrw\nbs=16k,').bs, { read: 16 * KIB, write: 4 * KIB });
});

test('a range is carried, with either sign between its ends and with kb_base', () => {
  for (const bsrange of ['4k-64k', '4k:64k'])
    assert.deepEqual(jobOf(`rw=randread\nbsrange=${bsrange}`).bsRange?.read, {
      fromBytes: 4096,
      toBytes: 65_536,
    });
  assert.deepEqual(jobOf('rw=randrw\nbsrange=4k-8k,8k-8k').bsRange?.write, {
    fromBytes: 8192,
    toBytes: 8192,
  });
});

test('a split is carried with the shares that fio gives its sizes', () => {
  assert.deepEqual(splitOf('rw=randread\nbssplit=4k/50:1k/:32k/'), [
    [4, 50],
    [1, 25],
    [32, 25],
  ]);
  // What whole percentages leave over goes to the largest share, what is missing too.
  assert.deepEqual(splitOf('rw=randread\nbssplit=4k/40:8k/30'), [
    [4, 70],
    [8, 30],
  ]);
  assert.deepEqual(splitOf('rw=randrw\nbssplit=2k/50:4k/50,4k/90:8k/10', 'write'), [
    [4, 90],
    [8, 10],
  ]);
});

test('sizes of a split are cut to multiples of the smallest, as fio does', () => {
  assert.deepEqual(
    splitOf('rw=randread\nbssplit=4k/50:6k/50')?.map(([kib]) => kib),
    [4, 4],
  );
});

test('an alignment of random I/O is carried where it is not that of the smallest size', () => {
  assert.deepEqual(jobOf('rw=randrw\nbssplit=512/50:8k/50\nblockalign=4k').blockAlign, {
    read: 4096,
    write: 4096,
  });
  assert.equal(jobOf('rw=randread\nba=4k').blockAlign, undefined);
  assert.equal(jobOf('rw=read\nba=512').blockAlign, undefined);
  assert.deepEqual(lostOf('[a]\nrw=randread\nsize=1m\nba=512\nbssplit=4k/50:8k/50'), []);
});

test('the size of a job is as many I/Os as transfer it on average, and that is said', () => {
  const lines = 'rw=randread\nbssplit=4k/50:12k/50\nio_size=1m';
  assert.equal(jobOf(lines).numberIos, 128);
  assert.ok(told(lines).some((why) => /so many on average/.test(why)));
});

test('what a split cannot be is told of', () => {
  assert.match(lostOf('[a]\nrw=read\nsize=1m\nbssplit=4x/50')[0], /it is no size/);
  assert.match(lostOf('[a]\nrw=read\nsize=1m\nbsrange=4k-8k-16k')[0], /it is no size/);
});

test('of several options that say sizes the split holds, and fio cutting I/Os short by its map is told of', () => {
  const lines = 'rw=randread\nbs=64k\nbssplit=4k/50:8k/50';
  assert.equal(configOf(`[a]\nsize=1m\n${lines}`).jobs[0].bs, undefined);
  assert.ok(told(lines).some((why) => /bssplit says how long/.test(why)));
  assert.ok(told(lines).some((why) => /fio cuts an I\/O short/.test(why)));
  assert.ok(!told(`${lines}\nnorandommap`).some((why) => /fio cuts/.test(why)));
});

test('ranges of a deallocate are I/Os, so that the depth counts them', () => {
  const { numRange, iodepth } = jobOf('rw=randtrim\nioengine=io_uring\niodepth=32\nnum_range=8\nsize=1m');
  assert.deepEqual([numRange, iodepth], [8, 256]);
  assert.match(lostOf('[a]\nrw=trim\nsize=1m\nnum_range=3\n')[0], /power of 2/);
  assert.match(lostOf('[a]\nrw=trim\nsize=1m\nnum_range=2\nrate_iops=9\n')[0], /rate_iops is of whole/);
  assert.deepEqual(lostOf('[a]\nrw=read\nsize=1m\nnum_range=8\n'), []);
});
