import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import { configOf, converted, jobOf, lostOf } from './converted.js';

/** As a job file names it. */
const variable = (name: string): string => `$${`{${name}}`}`;

/** Lines behind the first that no finding is about. */
function untold(lines: string): string[] {
  const told = new Set(converted(lines).findings.map(({ at }) => at.line));
  return lines.split('\n').filter((_, index) => index > 0 && !told.has(index + 1));
}

describe('what a job asks', () => {
  test('without anything said is what fio does: reads of 4 KiB in sequence, one at a time, over the whole device', () => {
    const { rw, bs, iodepth, size } = jobOf('direct=1');
    assert.deepEqual([rw, bs?.read, iodepth, size], ['read', 4096, 1, { percent: 100 }]);
  });

  test('an engine that waits for each I/O has a depth of 1, and so has a job that names none', () => {
    const depths = ['', 'ioengine=psync', 'ioengine=libaio', 'ioengine=io_uring'].map(
      (engine) => jobOf(`${engine}\niodepth=16`).iodepth,
    );
    assert.deepEqual(depths, [1, 1, 16, 16]);
  });

  test('rwmixwrite is 100 less rwmixread, and the last of the two holds', () => {
    assert.equal(jobOf('rw=randrw\nrwmixwrite=30').rwmixread, 70);
    assert.equal(jobOf('rw=randrw\nrwmixwrite=30\nrwmixread=10').rwmixread, 10);
    assert.equal(jobOf('rw=randrw\nrwmixread=10\nrwmixwrite=30').rwmixread, 70);
  });

  test('what stands behind the colon of rw is carried, in units of the file', () => {
    const patterns = ['read:8k', 'write:-16k', 'rw:0', 'randread:8', 'randrw:1'].map(
      (rw) => jobOf(`rw=${rw}`).rw,
    );
    assert.deepEqual(patterns, ['read:8k', 'write:-16k', 'rw', 'randread:8', 'randrw']);
    assert.equal(jobOf('kb_base=1000\nrw=read:4KiB').rw, 'read:4k');
    assert.match(lostOf('[a]\nrw=read:100')[0], /not a multiple of 512/);
  });

  test('how random offsets are drawn is carried', () => {
    const { norandommap, distribution, percentageRandom } = jobOf(
      'rw=randread\nrandom_distribution=zipf:1.1\npercentage_random=80',
    );
    assert.deepEqual([norandommap, distribution, percentageRandom], [true, { law: 'zipf', theta: 1.1 }, 80]);
    assert.equal(jobOf('rw=randread\nnorandommap').norandommap, true);
    assert.equal(jobOf('rw=randread').norandommap, false);
    assert.equal(lostOf('[a]\nrw=randread\nrandom_distribution=zipf:1.1:0.5').length, 1);
  });

  test('of sizes for reads and writes a job has that of its direction', () => {
    const sizeOf = (lines: string) => jobOf(lines).bs?.read;
    assert.equal(sizeOf('rw=randread\nbs=8k,16k'), 8192);
    assert.equal(sizeOf('rw=randwrite\nbs=8k,16k'), 16_384);
    assert.equal(sizeOf('rw=randwrite\nbs=8k'), 8192);
    assert.equal(sizeOf('rw=randread\nbs=,16k'), 4096);
    assert.equal(sizeOf('rw=read\nbsrange=16k-16k'), 16_384);
    assert.equal(sizeOf('rw=read\nbssplit=32k/100'), 32_768);
  });

  test('sizes mean what they mean in fio, whose KiB are 1000 bytes unless kb_base says otherwise', () => {
    assert.deepEqual(jobOf('size=1024KiB').size, { bytes: 1_024_000 });
    assert.deepEqual(jobOf('size=1MB').size, { bytes: 2 ** 20 });
    assert.deepEqual(jobOf('kb_base=1000\nsize=1MiB').size, { bytes: 2 ** 20 });
    assert.deepEqual(jobOf('size=30%').size, { percent: 30 });
  });
});

describe('jobs', () => {
  test('have what the global sections above them say, and their own instead', () => {
    const { jobs } = configOf(`
[global]
rw=randread
size=1m
[a]
bs=8k
[global]
bs=16k
[b]
stonewall
[c]
stonewall
bs=32k
`);
    assert.deepEqual(
      jobs.map(({ name, rw, bs }) => [name, rw, bs?.read]),
      [
        ['a', 'randread', 8192],
        ['b', 'randread', 16_384],
        ['c', 'randread', 32_768],
      ],
    );
  });

  test('of the same name get names of their own', () => {
    const { jobs } = configOf('[global]\nsize=1m\nstonewall\nname=x\n[a]\n[b]\n');
    assert.deepEqual(
      jobs.map(({ name }) => name),
      ['x', 'x-2'],
    );
  });

  test('of an engine that speaks to no block device are left out, and the others stay', () => {
    const lines = '[a]\nioengine=cpuio\ncpuload=50\n[b]\nstonewall\nsize=1m\n';
    assert.equal(configOf(lines).jobs.length, 1);
    assert.match(lostOf(lines)[1], /ioengine=cpuio: this engine speaks to no NVMe device/);
    assert.equal(converted('[a]\nioengine=cpuio\n').yaml, undefined);
  });
});

test('NUMA nodes of a job are those of its workers', () => {
  const lines = '[a]\nsize=1m\nnuma_cpu_nodes=0-1\nnuma_mem_policy=bind:0\n';
  assert.deepEqual(configOf(lines).jobs[0].numaCpuNodes, [0, 1]);
  assert.deepEqual(lostOf(lines), []);
});

describe('lines', () => {
  test('that change what the device is asked and have no key are told of, by place', () => {
    assert.deepEqual(lostOf('[a]\nsize=1m\nrw=write\nend_fsync=1\n'), [
      'x.fio:4: end_fsync=1: a flush at the end: there is no key for it',
    ]);
  });

  test('that do nothing in a job are no loss to it', () => {
    const idle = [
      'verify=0',
      'fsync=1',
      'end_fsync=1',
      'buffer_pattern=0x1',
      'zonemode=none',
      'verify_backlog=8',
      'thinktime=0',
    ];
    assert.deepEqual(lostOf(`[a]\nsize=1m\nrw=read\n${idle.join('\n')}\n`), []);
    assert.equal(lostOf('[a]\nsize=1m\nrw=write\nend_fsync=1\n').length, 1);
  });

  test('that nobody knows are told of', () => {
    assert.match(lostOf('[a]\nsize=1m\nnosuch=1\n')[0], /nosuch=1: an option that is not known here/);
  });

  test('with a variable that the environment lacks say so', () => {
    const lines = `[a]\nsize=1m\nrw=${variable('RW')}\n`;
    assert.equal(configOf(lines, { RW: 'randread' }).jobs[0].rw, 'randread');
    assert.match(lostOf(lines)[1], /set RW in the environment/);
  });

  test('are all told of: carried, dropped or lost', () => {
    const lines =
      '[a]\nsize=1m\nrw=randrw\nrwmixread=30\nbs=8k\nioengine=libaio\niodepth=4\nthread\nverify=md5\nloops=2';
    assert.deepEqual(untold(lines), []);
  });

  test('that ask for nothing are told of too', () => {
    const nothing =
      '[a]\nsize=0\nio_size=0\noffset=0\nnumber_ios=0\nloops=1\nruntime=0\nrate=0\nrate_iops=0\nthinktime=0';
    assert.deepEqual(untold(nothing), []);
    assert.deepEqual(lostOf(nothing), []);
    for (const timed of ['runtime=5', 'runtime=5\ntime_based'])
      assert.deepEqual(untold(`[a]\nsize=50%\n${timed}\nloops=2`), [], timed);
    assert.deepEqual(untold('[a]\nioengine=null\nfilename=x\nxnvme_dev_nsid=2\nsize=1m'), []);
  });

  test('cannot end a comment or reach the terminal', () => {
    const { yaml = '' } = converted('[a\u001b[2J]\ndescription=x\u0085jobs\nsize=1m\nno\u2028such=1\n');
    for (const bad of ['\u001b', '\u0085', '\u2028']) assert.equal(yaml.includes(bad), false);
    parseConfig(yaml, 'x.yaml', { device: ['sim'] });
  });
});

test('blocks in a given order are carried, and how they go on', () => {
  const lines = 'rw=randread\nsize=48k\nrandom_distribution=sequence:2,0,1\nrandom_sequence_stride=1';
  const job = jobOf(lines);
  assert.deepEqual(job.distribution, { law: 'sequence', blocks: [2, 0, 1], stride: true });
  assert.deepEqual(lostOf(`[a]\n${lines}`), []);
});
