import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JOB_KEYS } from '../../../../bench/config/job-keys.js';
import { TRACE_KEYS } from '../../../../bench/config/trace-keys.js';
import { ZONE_KEYS } from '../../../../bench/config/zone-keys.js';
import { bytesToWrite, turnsOf } from '../../../../bench/run/plan/plan.js';
import { planOf, planText } from '../../../../bench/run/plan/plan-views.js';
import { deviceOf, planned, READ_JOB } from '../../planned.js';

const WRITES = 'device: sim\nallow_writes: true';

test('a job without size covers the whole namespace, in whole I/Os', () => {
  const [{ spec }] = planned('  - { name: a, rw: read, bs: 96k, iodepth: 1, runtime: 1s }');
  assert.equal(spec.offsetBytes, 0);
  assert.equal(spec.sizeBytes, Math.floor(2 ** 30 / 98_304) * 98_304);
});

test('a percentage is of the namespace, in whole blocks', () => {
  const device = deviceOf({ sizeLbas: 1_000_003 });
  const job = '  - { name: a, rw: read, bs: 512, iodepth: 1, runtime: 1s, offset: 50%, size: 25% }';
  const [{ spec }] = planned(job, 'device: sim', [device]);
  assert.equal(spec.offsetBytes, 500_001 * 512);
  assert.equal(spec.sizeBytes, 250_000 * 512);
});

test('an offset in percent is a multiple of the block size, one in bytes is as it is written', () => {
  const offset = (text: string): number => {
    const device = deviceOf({ sizeLbas: 1_000_003 });
    const job = `  - { name: a, rw: read, bs: 12k, runtime: 1s, size: 1M, offset: ${text} }`;
    return planned(job, 'device: sim', [device])[0].spec.offsetBytes;
  };
  assert.equal(offset('50%'), Math.floor((500_001 * 512) / 12_288) * 12_288);
  assert.equal(offset('512'), 512);
});

const regions = (job: string) => {
  const [{ spec }] = planned(`  - { name: a, rw: read, runtime: 1s, ${job} }`);
  return [spec.offsetBytes, spec.sizeBytes, spec.offsetIncrementBytes];
};
const GIB = 2 ** 30;

test('workers share a region unless it is said otherwise', () => {
  assert.deepEqual(regions('numjobs: 4'), [0, GIB, 0]);
});

test('an increment sets the regions of workers apart, and leaves room for the last', () => {
  assert.deepEqual(regions('numjobs: 4, offset_increment: 1M'), [0, GIB - 3 * 2 ** 20, 2 ** 20]);
  assert.deepEqual(regions('numjobs: 3, offset: 4M, size: 2M, offset_increment: 25%'), [
    2 ** 22,
    2 ** 21,
    GIB / 4,
  ]);
});

test('parts are equal and of whole I/Os', () => {
  assert.deepEqual(regions('numjobs: 3, partition: true, size: 1M'), [0, 85 * 4096, 85 * 4096]);
  const [{ spec }] = planned('  - { name: a, rw: read, numjobs: 4, partition: true, size: 1M }');
  assert.equal(spec.numberIos, 64);
});

test('without runtime and number_ios, the region is covered once', () => {
  const [{ spec }] = planned('  - { name: a, rw: read, bs: 4k, iodepth: 1, size: 1M }');
  assert.equal(spec.numberIos, 256);
  assert.equal(spec.runtimeMs, Number.POSITIVE_INFINITY);
});

test('a runtime alone sets no number of I/Os', () => {
  const [{ spec }] = planned(READ_JOB);
  assert.equal(spec.numberIos, Number.POSITIVE_INFINITY);
  assert.equal(spec.runtimeMs, 1000);
});

test('jobs that name no seed get different ones, the same in every run', () => {
  const jobs = ['a', 'b'].map((name) => READ_JOB.replace('name: a', `name: ${name}`)).join('\n');
  const seeds = planned(jobs).map(({ spec }) => spec.seed);
  assert.notEqual(seeds[0], seeds[1]);
  assert.deepEqual(
    seeds,
    planned(jobs).map(({ spec }) => spec.seed),
  );
});

const REPEATED = READ_JOB.replace('runtime', 'repeat: 3, runtime');

test('each repeat is planned by itself, with offsets of its own', () => {
  const plan = planned(REPEATED);
  assert.deepEqual(
    plan.map(({ repeat, turn }) => [repeat.index, repeat.count, turn]),
    [
      [0, 3, 0],
      [1, 3, 1],
      [2, 3, 2],
    ],
  );
  assert.equal(new Set(plan.map(({ spec }) => spec.seed)).size, 3);
});

test('repeats are the same in every run of the same seed, and the first has the seed itself', () => {
  const seeds = (seed: number): number[] =>
    planned(REPEATED.replace('runtime', `randseed: ${seed}, runtime`)).map(({ spec }) => spec.seed);
  assert.equal(seeds(7)[0], 7);
  assert.deepEqual(seeds(7), seeds(7));
  assert.notDeepEqual(seeds(7).slice(1), seeds(8).slice(1));
  for (const seed of seeds(0xffff_ffff))
    assert.ok(seed >= 0 && seed <= 0xffff_ffff && Number.isInteger(seed));
});

test('jobs on several devices share a turn, repeat by repeat', () => {
  const devices = [deviceOf({ target: 'fake:0' }), deviceOf({ target: 'fake:1' })];
  const plan = planned(REPEATED, 'devices: [sim, "sim:?size=2GiB"]', devices);
  assert.deepEqual(
    turnsOf(plan).map((turn) => turn.map(({ device, repeat }) => `${device.target} ${repeat.index}`)),
    [0, 1, 2].map((index) => [`fake:0 ${index}`, `fake:1 ${index}`]),
  );
});

test('every job is planned on every device', () => {
  const devices = [deviceOf({ target: 'fake:0' }), deviceOf({ target: 'fake:1' })];
  const plan = planned(READ_JOB, 'devices: [sim, "sim:?size=2GiB"]', devices);
  assert.deepEqual(
    plan.map(({ device }) => device.target),
    ['fake:0', 'fake:1'],
  );
});

test('more jobs over all devices than a result holds are refused', () => {
  const devices = [deviceOf({ target: 'fake:0' }), deviceOf({ target: 'fake:1' })];
  const plan = (jobs: number) => {
    const job = READ_JOB.replace('runtime', 'repeat: 1000, runtime');
    const list = Array.from({ length: jobs }, (_, i) => job.replace('name: a', `name: a${i}`)).join('\n');
    return planned(list, 'devices: [sim, "sim:?size=2GiB"]', devices);
  };
  assert.equal(plan(5).length, 10_000);
  assert.throws(() => plan(6), { code: 'TOO_MANY_JOBS', kind: 'input' });
});

test('a device that cannot do a job is refused with the name of the job', () => {
  assert.throws(() => planned(READ_JOB.replace('4k', '2M')), {
    code: 'BEYOND_MDTS',
    op: /^job a: use bs/,
    kind: 'input',
  });
});

test('writes to a drive need its own serial number', () => {
  const job = READ_JOB.replace('randread', 'randwrite');
  const drive = deviceOf({ target: 'pci:0000:01:00.0', holdsData: true, serialNumber: 'S123' });
  const head = (serial: string): string =>
    `device: "pci:0000:01:00.0"\nallow_writes: true\nserial_number: "${serial}"`;
  assert.throws(() => planned(job, head('OTHER'), [drive]), {
    code: 'WRITES_NOT_ALLOWED',
    reason: /is S123; the configuration names OTHER/,
    kind: 'input',
  });
  assert.equal(planned(job, head('S123'), [drive]).length, 1);
});

test('the bytes to be written are none, bounded, or unbounded', () => {
  const bytes = (job: string): number | undefined => bytesToWrite(planned(`  - ${job}`, WRITES)[0]);
  assert.equal(bytes('{ name: a, rw: read, bs: 4k, runtime: 1s }'), 0);
  assert.equal(bytes('{ name: a, rw: write, bs: 4k, runtime: 1s }'), undefined);
  assert.equal(bytes('{ name: a, rw: write, bs: 4k, number_ios: 10, numjobs: 2 }'), 81_920);
  assert.equal(bytes('{ name: a, rw: randrw, rwmixread: 75, bs: 4k, number_ios: 100 }'), 102_400);
});

test('every key of a job that has a value reaches the engine, by its field', () => {
  const job =
    'rw: randread, runtime: 1s, size: 1M, number_ios: 9, queue_entries: 8, priority: low, randseed: 7, cpus_allowed: 0, device: sim, namespace: 1';
  const fields = Object.values(JOB_KEYS).map(({ field }) => field);
  const missing = new Set<string>(fields);
  const plain = deviceOf();
  const device = { ...plain, namespace: { ...plain.namespace, metadataBytes: 8, protectionType: 1 } };
  const sizes = ['bssplit: 4k/50:8k/50', 'bsrange: 4k-8k', 'blockalign: 8k'];
  // Some keys have no value beside others.
  for (const more of [
    'completion: hybrid',
    'rate_iops: 5',
    'thinktime: 1ms',
    'iodepth_low: 1',
    'iodepth: 4, iodepth_batch_complete_max: 2',
    'numa_cpu_nodes: 0',
    'pi_chk: GUARD',
    ...sizes,
  ]) {
    const [{ config, spec }] = planned(`  - { name: a, ${job}, ${more} }`, 'device: sim', [device]);
    const handed: Readonly<Record<string, unknown>> = { ...spec };
    for (const field of fields) {
      assert.deepEqual([field, handed[field]], [field, config[field]]);
      if (config[field] !== undefined) missing.delete(field);
    }
  }
  // Those of zones, with a zoned namespace: bench/run/zoned.test.ts; of writes, conformance/placement.test.ts.
  const ofOthers = Object.values({ ...TRACE_KEYS, ...ZONE_KEYS }).map(({ field }): string => field);
  const elsewhere = [...ofOthers, 'plids'];
  // What these need of the engine are other fields; whether a job is steady is looked at from outside, and a log is written there.
  assert.deepEqual(
    [...missing].filter((field) => !elsewhere.includes(field)),
    [
      'ioSize',
      'bufferPattern',
      'refillBuffers',
      'rateBytes',
      'search',
      'steadyState',
      'untilSure',
      'purge',
      'verifyJournal',
      'log',
    ],
  );
});

test('a rate in bytes is so many I/Os of its size', () => {
  const rate = (bs: string) =>
    planned(`  - { name: a, rw: read, bs: ${bs}, rate: 1250, runtime: 1s }`)[0].spec.rateIops;
  assert.deepEqual([rate('4k'), rate('512')], [1250 / 4096, 1250 / 512]);
});

test('a job that searches is planned for the highest depth, and each probe ends by time', () => {
  const search = (key: string, to: number) =>
    planned(
      `  - { name: a, rw: randread, size: 1M, search: { max: ${key}, while: 'p99 <= 1ms', for: 2s, to: ${to} } }`,
    );
  const [{ spec, geometry }] = search('iodepth', 64);
  assert.deepEqual([spec.iodepth, spec.runtimeMs, spec.numberIos], [64, 2000, Number.POSITIVE_INFINITY]);
  assert.ok(geometry.memoryBytes >= 64 * 4096);
  assert.throws(() => search('iodepth', 5000), { code: 'QUEUE_TOO_DEEP' });
  const [rate] = search('rate_iops', 5000);
  assert.deepEqual([rate.spec.iodepth, rate.spec.rateIops], [1, 1000]);
  assert.match(planText(planOf([rate])), /^ {2}ends with its search, of probes of 2s at most$/m);
});

test('interrupts that are to be gathered on a drive where they cannot be are refused', () => {
  const head = 'device: sim\ninterrupt_coalescing: { threshold: 8, time: 100us }';
  assert.equal(planned(READ_JOB, head).length, 1);
  const drive = deviceOf({ without: ['settings'] });
  assert.throws(() => planned(READ_JOB, head, [drive]), {
    code: 'NO_SETTINGS',
    kind: 'input',
    target: 'fake:0',
  });
});
