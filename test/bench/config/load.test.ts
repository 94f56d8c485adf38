import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import { file, issueOf, parse } from './config-text.js';

/** What a job has of keys that neither file says. */
const UNSAID = {
  exitAll: false,
  fsync: 0,
  writeModes: [{ mode: 'write', percent: 100 }],
  numRange: 1,
  flowWeight: 0,
  zeroBuffers: false,
  scrambleBuffers: true,
  compressPercent: 0,
  compressChunkBytes: 512,
  dedupePercent: 0,
  dedupeMode: 'repeat',
  dedupeSetPercent: 5,
  dedupeGlobal: false,
  sequenceStride: false,
  verify: 'off',
  doVerify: true,
  verifyOnly: false,
  verifyFatal: false,
  verifyWriteSequence: true,
  verifyBacklog: 0,
  verifyBacklogBatch: 0,
  piAct: true,
  atomic: false,
  fdp: false,
  plidSelect: 'roundrobin',
  apptag: 0x1234,
  apptagMask: 0xffff,
  slowest: 0,
  smartIntervalMs: 0,
  thinkTimeMs: 0,
  iodepthBatch: 0,
  iodepthBatchCompleteMin: 1,
  zoneMode: 'none',
  zoneResetThreshold: 0,
  zoneResetFrequency: 0,
};

describe('a complete configuration', () => {
  test('gives every key with its unit', () => {
    const config = parse([
      'devices: ["pci:0000:01:00.0", sim]',
      'namespace: 2',
      'allow_writes: true',
      'serial_number: "S4 EV"',
      'split: true',
      'hugepages: require',
      'attach: group',
      'allow_unsafe_dma: true',
      'rebind: true',
      'gates: [write.p99 <= 1ms]',
      'jobs:',
      '  - name: all keys',
      '    rw: randrw',
      '    bs: 8k',
      '    iodepth: 32',
      '    numjobs: 2',
      '    queue_pairs: 3',
      '    queue_entries: 64',
      '    rwmixread: 70',
      '    runtime: 10s',
      '    ramp_time: 1500ms',
      '    size: 50%',
      '    offset: 1MiB',
      '    number_ios: 100000',
      '    cpus_allowed: 0-1,8',
      '    randseed: 42',
      '    io_timeout: 5',
      '    completion: hybrid',
      '    hybrid_spin: 50us',
      '    repeat: 3',
      '    device: "null:"',
      '    namespace: 4',
      '    startdelay: 2s',
    ]);
    const { source, turns, ...run } = config;
    assert.deepEqual(turns, [run.jobs]);
    assert.deepEqual(run, {
      ownDevices: ['pci:0000:01:00.0', 'sim'],
      devices: ['null:'],
      namespace: 2,
      allowWrites: true,
      quirks: true,
      rebind: true,
      serialNumbers: ['S4 EV'],
      split: true,
      hugepages: 'require',
      hostMemory: 'auto',
      doorbells: 'auto',
      attach: 'group',
      allowUnsafeDma: true,
      gates: [
        {
          text: 'write.p99 <= 1ms',
          direction: 'write',
          metric: 'p99',
          operator: '<=',
          bound: { kind: 'absolute', value: 1e6 },
        },
      ],
      jobs: [
        {
          name: 'all keys',
          repeat: 3,
          rw: 'randrw',
          bs: { read: 8192, write: 8192 },
          iodepth: 32,
          numjobs: 2,
          queuePairs: 3,
          queueEntries: 64,
          sqMemory: 'host',
          rwmixread: 70,
          runtimeMs: 10_000,
          rampTimeMs: 1500,
          startDelayMs: 2000,
          devices: ['null:'],
          namespace: 4,
          size: { percent: 50 },
          offset: { bytes: 1_048_576 },
          offsetIncrement: { bytes: 0 },
          partition: false,
          numberIos: 100_000,
          ...UNSAID,
          cpusAllowed: [0, 1, 8],
          randseed: 42,
          ioTimeoutMs: 5000,
          loops: 1,
          maxErrors: 1000,
          onTimeout: 'abort',
          norandommap: false,
          readFua: false,
          writeFua: false,
          distribution: { law: 'random' },
          percentageRandom: 100,
          completion: 'hybrid',
          hybridSpinMs: 0.05,
        },
      ],
    });
    assert.equal(source.namespace, 2);
  });
});

describe('defaults', () => {
  test('apply to a job with the fewest keys', () => {
    const {
      source: _,
      turns: __,
      ...run
    } = parse(['device: sim', 'jobs: [{name: a, rw: randrw, number_ios: 1}]'], {
      set: ['allow_writes=true'],
    });
    assert.deepEqual(run, {
      ownDevices: ['sim'],
      devices: ['sim'],
      allowWrites: true,
      quirks: true,
      rebind: false,
      serialNumbers: [],
      split: false,
      hugepages: 'prefer',
      hostMemory: 'auto',
      doorbells: 'auto',
      attach: 'auto',
      allowUnsafeDma: false,
      gates: [],
      jobs: [
        {
          name: 'a',
          repeat: 1,
          rw: 'randrw',
          bs: { read: 4096, write: 4096 },
          iodepth: 1,
          numjobs: 1,
          queuePairs: 1,
          sqMemory: 'host',
          rwmixread: 50,
          rampTimeMs: 0,
          startDelayMs: 0,
          offset: { bytes: 0 },
          offsetIncrement: { bytes: 0 },
          partition: false,
          numberIos: 1,
          loops: 1,
          ...UNSAID,
          ioTimeoutMs: 30_000,
          maxErrors: 1000,
          onTimeout: 'abort',
          norandommap: false,
          readFua: false,
          writeFua: false,
          distribution: { law: 'random' },
          percentageRandom: 100,
          completion: 'poll',
        },
      ],
    });
  });

  test('of the file reach every job, and a job wins over them', () => {
    const { jobs } = parse([
      'device: sim',
      'defaults: {rw: read, bs: 8k, runtime: 1s}',
      'jobs: [{name: a}, {name: b, bs: 16k}]',
    ]);
    assert.deepEqual(
      jobs.map((job) => [job.rw, job.bs?.read, job.runtimeMs]),
      [
        ['read', 8192, 1000],
        ['read', 16_384, 1000],
      ],
    );
  });

  test('make a read job 100 % reads and a write job 0 %', () => {
    const { jobs } = parse([
      'device: sim',
      'allow_writes: true',
      'defaults: {runtime: 1s, rwmixread: 30}',
      'jobs: [{name: a, rw: read}, {name: b, rw: randwrite}, {name: c, rw: rw}]',
    ]);
    assert.deepEqual(
      jobs.map((job) => job.rwmixread),
      [100, 0, 30],
    );
  });
});

describe('source', () => {
  test('is JSON data that parses to the same run', () => {
    const first = parse(file(['bs: 8k', 'size: 50%']), { set: ['jobs[0].iodepth=4'] });
    const again = parse(JSON.stringify(first.source));
    assert.deepEqual(again, first);
  });
});

describe('the file as a whole', () => {
  for (const text of ['', '\n\n', '# nothing yet\n', '---\n', 'null']) {
    test(`is refused when it is empty: ${JSON.stringify(text)}`, () => {
      const issue = issueOf(text);
      assert.equal(issue.message, 'the configuration is empty');
      assert.match(issue.suggestion ?? '', /nvbench init/);
    });
  }

  test('is refused when it is a list', () => {
    assert.match(issueOf('- name: a').message, /expects a map with device and jobs, got a list/);
  });

  test('is refused when it is a text', () => {
    assert.match(issueOf('sim').message, /expects a map with device and jobs, got the text "sim"/);
  });
});

for (const [what, text, message] of [
  [
    'a job file of fio',
    '; of fio\n\n[global]\nrw=read\n[a]\n',
    /^a\.x:1:1: this is a job file of fio; .*nvbench convert/,
  ],
  ['a result', '{\n  "schemaVersion": 1,\n  "tool": {}\n}', /^a\.x:1:1: this is a result, .*nvbench report/],
] as const) {
  test(`${what} in place of a configuration is told as such, with the command that takes it`, () => {
    assert.throws(() => parseConfig(text, 'a.x'), { message });
  });
}
