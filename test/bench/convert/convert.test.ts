import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import type { RunConfig } from '../../../bench/config/run-config.js';
import { type Conversion, convertFio } from '../../../bench/convert/convert.js';
import { findingText, isLost } from '../../../bench/convert/finding.js';

const none = () => {
  throw new Error('nothing is included');
};

/** As a job file names it. */
const variable = (name: string): string => `$${`{${name}}`}`;

function converted(lines: string, env: Record<string, string> = {}): Conversion {
  return convertFio(lines.trimStart(), 'x.fio', { env, include: none });
}

/** The configuration as it would run on a software controller. */
function configOf(lines: string, env: Record<string, string> = {}): RunConfig {
  const { yaml } = converted(lines, env);
  assert.ok(yaml !== undefined, 'no job was carried');
  return parseConfig(yaml, 'x.yaml', { device: ['sim:?size=1TiB'] });
}

const jobOf = (lines: string) => configOf(`[job]\n${lines}`).jobs[0];
const lostOf = (lines: string) => converted(lines).findings.filter(isLost).map(findingText);

/** Lines behind the first that no finding is about. */
function untold(lines: string): string[] {
  const told = new Set(converted(lines).findings.map(({ at }) => at.line));
  return lines.split('\n').filter((_, index) => index > 0 && !told.has(index + 1));
}

describe('what a job asks', () => {
  test('without anything said is what fio does: reads of 4 KiB in sequence, one at a time, over the whole device', () => {
    const { rw, bsBytes, iodepth, size } = jobOf('direct=1');
    assert.deepEqual([rw, bsBytes, iodepth, size], ['read', 4096, 1, { percent: 100 }]);
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
    const sizeOf = (lines: string) => jobOf(lines).bsBytes;
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

describe('when a job ends', () => {
  const endOf = (lines: string) => {
    const { runtimeMs, numberIos, size, repeat } = jobOf(lines);
    return { runtimeMs, numberIos, size, repeat };
  };

  test('time_based leaves it to time', () => {
    const end = endOf('size=1m\nruntime=10\ntime_based');
    assert.deepEqual(end, { runtimeMs: 10_000, numberIos: undefined, size: { bytes: 2 ** 20 }, repeat: 1 });
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

  test('passes over a device of unknown size are repeats', () => {
    assert.deepEqual([endOf('loops=3').repeat, endOf('loops=3').size], [3, { percent: 100 }]);
  });

  test('the rest of the device behind an offset is what is left of it', () => {
    assert.deepEqual(endOf('offset=30%').size, { percent: 70 });
    assert.match(lostOf('[a]\noffset=1g')[1] ?? '', /give the job a size or a runtime/);
    const { offsetIncrement } = jobOf('numjobs=2\nsize=1m\noffset_increment=2m');
    assert.deepEqual(offsetIncrement, { bytes: 2 ** 21 });
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
      jobs.map(({ name, rw, bsBytes }) => [name, rw, bsBytes]),
      [
        ['a', 'randread', 8192],
        ['b', 'randread', 16_384],
        ['c', 'randread', 32_768],
      ],
    );
  });

  test('that run side by side and are alike are one with the workers of both', () => {
    const { jobs } = configOf('[global]\nsize=1m\nnumjobs=2\n[a]\n[b]\n');
    assert.deepEqual(
      jobs.map(({ name, numjobs }) => [name, numjobs]),
      [['a', 4]],
    );
    assert.deepEqual(lostOf('[global]\nsize=1m\n[a]\n[b]\n'), []);
  });

  const namesOf = (lines: string) => configOf(lines).turns.map((turn) => turn.map(({ name }) => name));

  test('that run side by side and differ are a list, up to the next that waits', () => {
    const lines =
      '[global]\nsize=1m\n[a]\nrw=read\n[b]\nrw=write\n[c]\nstonewall\n[d]\nbs=8k\n[e]\nstonewall\n';
    assert.deepEqual(namesOf(lines), [['a', 'b'], ['c', 'd'], ['e']]);
    assert.deepEqual(lostOf(lines), []);
  });

  test('that begin later have the delay', () => {
    const lines = '[global]\nsize=1m\n[a]\nstartdelay=0\n[b]\nstartdelay=4\n[c]\nstartdelay=5m\n';
    assert.deepEqual(
      configOf(lines).jobs.map(({ startDelayMs }) => startDelayMs),
      [0, 4000, 300_000],
    );
    assert.deepEqual(lostOf(lines), []);
  });

  test('that pass over a device of unknown size equally often repeat side by side, and others do not', () => {
    const repeats = (lines: string) => configOf(lines).jobs.map(({ repeat }) => repeat);
    assert.deepEqual(repeats('[global]\nloops=3\n[a]\n[b]\nbs=8k\n'), [3, 3]);
    const lines = '[a]\nloops=3\n[b]\nbs=8k\n';
    assert.deepEqual(repeats(lines), [1, 1]);
    assert.match(lostOf(lines)[0], /^x\.fio:2: loops=3: passes of its own beside other jobs/);
  });

  const endersOf = (lines: string) =>
    configOf(lines).jobs.flatMap(({ name, exitAll }) => (exitAll ? [name] : []));

  test('that end others with them say so, wherever fio was told of it', () => {
    const jobs = '[a]\nsize=1m\n[b]\nsize=2m\n[c]\nstonewall\nsize=1m\n';
    assert.deepEqual(endersOf(`[global]\nexitall\n${jobs}`), ['a', 'b']);
    assert.deepEqual(endersOf(`${jobs}exitall\n`), ['a', 'b']);
    assert.deepEqual(endersOf(jobs), []);
    assert.deepEqual(lostOf(`[global]\nexitall\n${jobs}`), []);
  });

  test('that end what fio counts as their group end all beside them, or none, or it is told', () => {
    const jobs = (b: string, c: string) => `[a]\nsize=1m\nexitall\n[b]\nsize=2m\n${b}[c]\nsize=3m\n${c}`;
    const apart = jobs('new_group\n', 'new_group\n');
    assert.deepEqual([endersOf(apart), lostOf(apart)], [[], []]);
    const some = jobs('', 'new_group\n');
    assert.deepEqual(endersOf(some), []);
    assert.equal(lostOf(some).length, 1);
    const all = jobs('new_group\n', 'new_group\nexit_what=stonewall\n');
    assert.deepEqual([endersOf(all), lostOf(all)], [['c'], []]);
  });

  test('that end what comes after them too are told of, but for the last', () => {
    const jobs = '[a]\nsize=1m\nexitall\nexit_what=all\n[b]\nsize=2m\n';
    assert.deepEqual([endersOf(jobs), lostOf(jobs)], [['a', 'b'], []]);
    assert.match(lostOf(`${jobs}[c]\nstonewall\nsize=1m\n`)[0], /exitall: jobs in later turns/);
  });

  test('on other devices than the first have them as their own', () => {
    const lines =
      '[a]\nfilename=/dev/nvme0n1\n[b]\nfilename=/dev/nvme1n1\n[c]\nfilename=0000\\:01\\:00.0\nioengine=xnvme\nxnvme_dev_nsid=2\n';
    const { jobs, ownDevices } = parseConfig(converted(lines).yaml ?? '', 'x.yaml');
    assert.deepEqual(ownDevices, ['uring:/dev/nvme0n1']);
    assert.deepEqual(
      jobs.map(({ devices, namespace }) => [devices, namespace]),
      [
        [undefined, undefined],
        [['uring:/dev/nvme1n1'], undefined],
        [['pci:0000:01:00.0'], 2],
      ],
    );
    assert.deepEqual(lostOf(lines), []);
  });

  test('on devices that have no name here are to be named', () => {
    const zero = '[a]\nfilename=/dev/null\nsize=1m\n[b]\nfilename=/dev/zero\nsize=1m\n';
    assert.deepEqual(lostOf(zero), []);
    assert.match(converted(zero).yaml ?? '', /name: b # device: in place of \/dev\/zero/);
    assert.match(
      lostOf('[a]\nfilename=/dev/nvme0n1\n[b]\nfilename=data\nsize=1m\n')[0],
      /name it as `device`/,
    );
  });

  test('in order by stonewall or wait_for lose nothing', () => {
    assert.deepEqual(lostOf('[global]\nsize=1m\n[a]\nrw=read\n[b]\nwait_for=a\nrw=write\n'), []);
    assert.deepEqual(lostOf('[global]\nsize=1m\nstonewall\n[a]\nrw=read\n[b]\nrw=write\n'), []);
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

test('NUMA nodes of a job are those of its workers', () => {
  const lines = '[a]\nsize=1m\nnuma_cpu_nodes=0-1\nnuma_mem_policy=bind:0\n';
  assert.deepEqual(configOf(lines).jobs[0].numaCpuNodes, [0, 1]);
  assert.deepEqual(lostOf(lines), []);
});

describe('devices', () => {
  const yamlOf = (lines: string) => converted(lines).yaml ?? '';

  test('that a file names by PCI address are carried, in the words of fio, xNVMe and SPDK', () => {
    assert.match(yamlOf('[a]\nfilename=0000\\:03\\:00.0\n'), /^device: pci:0000:03:00\.0$/m);
    assert.match(
      yamlOf('[a]\nioengine=spdk\nfilename=trtype=PCIe traddr=0000.04.00.0 ns=2\n'),
      /^device: pci:0000:04:00\.0\nnamespace: 2$/m,
    );
  });

  test('have the namespace of xNVMe where their name leaves it open', () => {
    const of = (filename: string) =>
      converted(`[a]\nioengine=xnvme\nfilename=${filename}\nxnvme_dev_nsid=2\n`);
    assert.match(of('0000\\:03\\:00.0').yaml ?? '', /^namespace: 2$/m);
    const { yaml = '', findings } = of('/dev/ng0n2');
    assert.doesNotMatch(yaml, /^namespace/m);
    assert.deepEqual(
      findings.filter(({ option }) => option === 'xnvme_dev_nsid').map(({ kind }) => kind),
      ['dropped'],
    );
  });

  test('that the kernel names are reached through it, as with fio', () => {
    assert.match(
      yamlOf('[a]\nfilename=/dev/nvme0n1\n'),
      /^device: uring:\/dev\/nvme0n1 # through the kernel/m,
    );
    const { devices } = parseConfig(
      yamlOf('[a]\nfilename=/dev/ng0n1:/dev/ng1n1\nioengine=libaio\niodepth=2\n'),
      'x.yaml',
    );
    assert.deepEqual(devices, ['uring:/dev/ng0n1', 'uring:/dev/ng1n1']);
  });

  test('that are none are left to be named', () => {
    assert.match(yamlOf('[a]\nfilename=data\n'), /^# device: .* # in place of data$/m);
    assert.match(yamlOf('[a]\ndirect=1\n'), /^# device: .* # the drive under test/m);
  });

  test('behind the page cache of fio are reached past it, which is said', () => {
    const said = (line: string) => converted(`[a]\nsize=1m\n${line}\n`).findings.map(({ kind }) => kind);
    assert.deepEqual([said('direct=0')[1], said('direct=1')[1]], ['differs', 'dropped']);
  });

  test('of the null engine are null, and writes to it need no serial number', () => {
    const { yaml } = converted('[a]\nioengine=null\nsize=1g\nrw=write\n');
    assert.equal(parseConfig(yaml ?? '', 'x.yaml').devices[0].startsWith('null:'), true);
  });

  test('share the depth and the amount of fio', () => {
    const { iodepth, size } = jobOf(
      'filename=/dev/nvme0n1:/dev/nvme1n1\nioengine=libaio\niodepth=32\nsize=1g',
    );
    assert.deepEqual([iodepth, size], [16, { bytes: 2 ** 29 }]);
    assert.match(lostOf('[a]\nfilename=/dev/nvme0n1:/dev/nvme1n1\n')[0], /does not divide/);
  });
});

describe('lines', () => {
  test('that change what the device is asked and have no key are told of, by place', () => {
    assert.deepEqual(lostOf('[a]\nsize=1m\nrw=write\nverify=crc32c\n'), [
      'x.fio:4: verify=crc32c: a check of what is read: there is no key for it',
    ]);
  });

  test('that do nothing in a job are no loss to it', () => {
    const idle = [
      'verify=0',
      'fsync=1',
      'buffer_pattern=0x1',
      'zonemode=none',
      'verify_backlog=8',
      'thinktime=0',
    ];
    assert.deepEqual(lostOf(`[a]\nsize=1m\nrw=read\n${idle.join('\n')}\n`), []);
    assert.equal(lostOf('[a]\nsize=1m\nrw=write\nfsync=1\n').length, 1);
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
