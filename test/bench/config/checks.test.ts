import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorOf, file, issueOf, parse } from './config-text.js';

describe('rules between keys', () => {
  test('rw is required, in the job or in defaults', () => {
    const issue = issueOf('device: sim\njobs: [{name: a, runtime: 1s}]');
    assert.deepEqual([issue.path, issue.message], ['jobs[0]', 'rw is required']);
  });

  test('rwmixread of a job needs a mixed pattern, and the key is at fault', () => {
    const issue = issueOf(file(['rwmixread: 70']));
    assert.match(issue.message, /^has no meaning with rw: randread$/);
    assert.equal(issue.column, 5);
  });

  test('norandommap of a job needs a random pattern, and the key is at fault', () => {
    const issue = issueOf(
      'device: sim\njobs:\n  - name: a\n    rw: read\n    runtime: 1s\n    norandommap: true\n',
    );
    assert.match(issue.message, /^has no meaning with rw: read$/);
    assert.equal(issue.column, 5);
  });

  test('norandommap of defaults may stand beside sequential jobs', () => {
    const text =
      'device: sim\ndefaults: {norandommap: true, runtime: 1s}\njobs: [{name: a, rw: read}, {name: b, rw: randread}]';
    assert.deepEqual(
      parse(text).jobs.map((job) => job.norandommap),
      [undefined, true],
    );
  });

  test('rwmixread of defaults may stand beside jobs that do not mix', () => {
    assert.equal(parse(file([], ['defaults: {rwmixread: 70}'])).jobs[0].rwmixread, 100);
  });

  test('a job needs an end', () => {
    const issue = issueOf('device: sim\njobs: [{name: a, rw: read}]');
    assert.equal(issue.message, 'the job has no end');
  });

  for (const end of ['runtime: 1s', 'number_ios: 5', 'size: 1M']) {
    test(`a job may end by ${end}`, () => {
      assert.equal(parse(file([end])).jobs.length, 1);
    });
  }

  test('size holds at least one block', () => {
    const issue = issueOf(file(['bs: 8k', 'size: 4k']));
    assert.equal(issue.message, '4KiB is less than one block of 8KiB');
  });

  test('a bare number as size that looks like percent is asked about', () => {
    assert.equal(issueOf(file(['size: 50'])).suggestion, 'did you mean "50%"?');
  });

  test('offset and size in percent stay within the namespace', () => {
    const issue = issueOf(file(['offset: 60%', 'size: 50%']));
    assert.equal(issue.message, 'offset 60% and size 50% reach past the end');
  });

  test('parts and increments both say where a worker begins', () => {
    const issue = issueOf(file(['partition: true', 'offset_increment: 1M']));
    assert.match(issue.message, /no meaning beside partition: true/);
    assert.deepEqual(parse(file(['partition: true', 'offset_increment: 0'])).jobs[0].partition, true);
  });

  test('a job has one rate, by a rate or by pauses, and polls', () => {
    const message = (...keys: string[]): string => issueOf(file(keys)).message;
    assert.equal(message('rate_iops: 5', 'rate: 1M'), 'rate and rate_iops are both given');
    for (const rate of ['rate_iops: 5', 'rate: 1M'])
      assert.match(
        message(rate, 'thinktime: 1ms'),
        /^has no meaning with rate.*, which says when I\/Os begin$/,
      );
    for (const [paced, key] of [
      ['rate: 1M', 'rate'],
      ['thinktime: 1ms', 'thinktime'],
    ])
      assert.equal(message(paced, 'completion: interrupt'), `${key} needs completion: poll, got interrupt`);
    assert.match(message('rate: 0'), /must be greater than 0/);
    assert.equal(parse(file(['rate: 1M', 'rate_process: poisson'])).jobs[0].rateProcess, 'poisson');
  });

  test('weights of priorities are of jobs that have some', () => {
    const issue = issueOf(file([], ['high_priority_weight: 3']));
    assert.deepEqual(
      [issue.path, issue.message],
      ['high_priority_weight', 'has no meaning unless a job has a priority'],
    );
    assert.equal(parse(file(['priority: low'], ['low_priority_weight: 3'])).lowPriorityWeight, 3);
  });

  test('all workers together stay within the queue pairs of a controller', () => {
    const issue = issueOf(file(['numjobs: 1024', 'queue_pairs: 64']));
    assert.match(issue.message, /1024 workers with 64 queue pairs each is more than the 65535/);
  });

  test('a wrong default is one problem, however many jobs have it', () => {
    const issue = issueOf([
      'device: sim',
      'defaults: {rw: read, size: 1k, bs: 4k}',
      'jobs: [{name: a}, {name: b}]',
    ]);
    assert.deepEqual([issue.path, issue.line, issue.column], ['defaults.size', 2, 28]);
  });

  test('a wrong value does not also count as missing', () => {
    assert.equal(
      issueOf(['device: sim', 'defaults: {rw: reed}', 'jobs: [{name: a, runtime: 1}]']).path,
      'defaults.rw',
    );
  });

  test('defaults that are no map are one problem', () => {
    assert.equal(issueOf(['device: sim', 'defaults: 4k', 'jobs: [{name: a}]']).path, 'defaults');
  });
});

describe('devices', () => {
  test('are needed', () => {
    assert.equal(issueOf('jobs: [{name: a, rw: read, runtime: 1}]').message, 'no device is named');
  });

  test('are given by one key of the two', () => {
    const issue = issueOf(file([], ['device: sim', 'devices: [sim]']));
    assert.deepEqual([issue.path, issue.line, issue.column], ['devices', 2, 1]);
  });

  test('are not a file of the kernel', () => {
    assert.match(
      issueOf(file([], ['device: /dev/nvme0n1'])).message,
      /does not say by which way; give uring:\/dev\/nvme0n1 .*or pci:/,
    );
  });

  test('are not named twice', () => {
    const issue = issueOf(file([], ['devices: [sim, sim]']));
    assert.deepEqual([issue.path, issue.message], ['devices[1]', '"sim" is in the list twice']);
  });

  for (const value of ['1', '[sim]', '{sim: 1}', '', '" "', '"a\\tb"']) {
    test(`are not ${value || 'nothing'}`, () => {
      assert.match(issueOf(file([], [`device: ${value}`])).message, /^expects a device such as/);
    });
  }

  test('are not an empty list', () => {
    assert.match(issueOf(file([], ['devices: []'])).message, /at least one device, got an empty list/);
  });

  test('take every form of target', () => {
    for (const target of [
      'pci:0000:01:00.0',
      'sim:?size=64GiB&latency=80us',
      'trtype:PCIe traddr:0000:01:00.0',
    ]) {
      assert.deepEqual(parse(file([], [`device: ${target}`])).devices, [target]);
    }
  });
});

describe('writes', () => {
  for (const rw of ['write', 'randwrite', 'rw', 'randrw']) {
    test(`by ${rw} need allow_writes`, () => {
      const issue = issueOf(file([`rw: ${rw}`]));
      assert.deepEqual([issue.path, issue.line], ['jobs[0].rw', 4]);
      assert.match(issue.message, /allow_writes is not true/);
    });
  }

  test('by a pattern of defaults are found there', () => {
    const issue = issueOf([
      'device: sim',
      'defaults: {rw: write, runtime: 1}',
      'jobs: [{name: a}, {name: b}]',
    ]);
    assert.deepEqual([issue.path, issue.line, issue.column], ['defaults.rw', 2, 16]);
  });

  for (const value of ['yes', '1', '"true"']) {
    test(`are not allowed by ${value}`, () => {
      assert.match(
        issueOf(file(['rw: write'], [`allow_writes: ${value}`])).message,
        /^expects true or false/,
      );
    });
  }

  test('to the simulator need no serial number', () => {
    assert.equal(parse(file(['rw: write'], ['allow_writes: true'])).allowWrites, true);
  });

  for (const target of [
    'pci:0000:01:00.0',
    '0000:01:00.0',
    'trtype:PCIe traddr:0000:01:00.0',
    'vfio-user:/run/x.sock',
    'trtype:VFIOUSER traddr:/run/x.sock',
  ]) {
    test(`to ${target} need a serial number`, () => {
      const issue = issueOf(file(['rw: write'], [`device: ${target}`, 'allow_writes: true']));
      assert.equal(issue.path, 'allow_writes');
      assert.match(issue.message, /^serial_number is required to write to/);
    });
  }

  test('to several devices need as many serial numbers', () => {
    const devices = ['devices: ["pci:0000:01:00.0", "pci:0000:02:00.0", sim]', 'allow_writes: true'];
    const issue = issueOf(file(['rw: write'], [...devices, 'serial_number: S1']));
    assert.match(issue.message, /names 1 of 2 devices/);
    assert.deepEqual(parse(file(['rw: write'], [...devices, 'serial_number: [S1, S2]'])).serialNumbers, [
      'S1',
      'S2',
    ]);
  });

  test('are not needed for reads of a device, nor is a serial number', () => {
    assert.deepEqual(parse(file([], ['device: pci:0000:01:00.0', 'allow_writes: true'])).serialNumbers, []);
  });

  test('are allowed by the bytes of a serial number that is not ASCII', () => {
    const keys = ['device: pci:0000:01:00.0', 'allow_writes: true', 'serial_number: "hex:ff00c3"'];
    assert.deepEqual(parse(file(['rw: write'], keys)).serialNumbers, ['hex:ff00c3']);
  });

  for (const serial of [
    '"hex:f"',
    '"hex:xx"',
    '0123',
    '"123456789012345678901"',
    '""',
    '"ü"',
    '[]',
    '[1]',
    '{a: b}',
  ]) {
    test(`cannot be allowed by the serial number ${serial}`, () => {
      assert.match(errorOf(file([], [`serial_number: ${serial}`])).message, /serial_number: expects/);
    });
  }
});

/** A file with three jobs, one of them a sweep, and a gate. */
const withGate = (gate: string): string[] => [
  'device: sim',
  'allow_writes: true',
  'jobs:',
  '  - { name: reader, rw: randread, runtime: 1s }',
  '  - { name: mixed, rw: randrw, runtime: 1s }',
  '  - { name: sweep, rw: read, runtime: 1s, matrix: { bs: [4k, 8k] } }',
  'gates:',
  `  - ${gate}`,
];

describe('gates', () => {
  for (const gate of [
    'errors == 0',
    'reader.p99 <= 1ms',
    'mixed.write.iops >= 1k',
    'sweep.iops >= 1',
    '\'"sweep[bs=4k]".read.p99 <= 1ms\'',
  ])
    test(`that fit the jobs are taken: ${gate}`, () => {
      assert.equal(parse(withGate(gate)).gates.length, 1);
    });

  const refused: readonly (readonly [gate: string, message: RegExp])[] = [
    ['readr.p99 <= 1ms', /no job is named "readr"/],
    ['mixed.p99 <= 1ms', /more than one operation: read, write/],
    ['reader.write.p99 <= 1ms', /does no write/],
    ['reader.p99 <= 1', /no unit/],
    ['reader.latency <= 1ms', /no metric is named "latency"/],
    ['{ p99: 1ms }', /expects a gate/],
  ];
  for (const [gate, message] of refused)
    test(`are refused before the run, with line and column: ${gate}`, () => {
      const issue = issueOf(withGate(gate));
      assert.deepEqual([issue.line, issue.column, issue.path], [8, 5, 'gates[0]']);
      assert.match(issue.message, message);
    });
});
