import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isHardware } from '../../../bench/config/checks.js';
import { errorOf, file, issueOf, parse } from './config-text.js';

describe('unknown keys', () => {
  const cases: [string, string[], RegExp][] = [
    ['a near miss', file(['iodeph: 1']), /^did you mean "iodepth"\?$/],
    ['another case', file(['IODEPTH: 1']), /^did you mean "iodepth"\?$/],
    ['a dash for an underscore', file(['ramp-time: 1s']), /^did you mean "ramp_time"\?$/],
    ["another tool's name", file(['queue_depth: 1']), /^did you mean "iodepth"\?$/],
    ["fio's long name", file(['blocksize: 4k']), /^did you mean "bs"\?$/],
    ['a job key at the top', file([], ['iodepth: 4']), /^put it in a job or in defaults$/],
    ['a top key in a job', file(['hugepages: never']), /^put it at the top of the file/],
    [
      'a near miss of a top key in a job',
      file(['serial: S1']),
      /^did you mean "serial_number", at the top of the file\?$/,
    ],
    ['a name in defaults', file([], ['defaults: {name: x}']), /^the keys here are rw, bs/],
    ['nothing alike', file(['zzzzzzzz: 1']), /^the keys here are name, rw, bs/],
    ['__proto__', file(['__proto__: {rw: read}']), /^the keys here are/],
    ['constructor', file([], ['constructor: 1']), /^the keys here are/],
  ];
  for (const [what, text, suggestion] of cases) {
    it(`are refused with advice: ${what}`, () => {
      const issue = issueOf(text);
      assert.equal(issue.message, 'unknown key');
      assert.match(issue.suggestion ?? '', suggestion);
    });
  }

  it('stand at the place of the key', () => {
    const { line, column, path } = issueOf(file(['iodeph: 1']));
    assert.deepEqual([line, column, path], [5, 5, 'jobs[0].iodeph']);
  });

  it('are escaped in the path', () => {
    assert.equal(issueOf(file(['"a\\e[2J": 1'])).path, 'jobs[0]."a\\u001b[2J"');
  });
});

describe('values of a job', () => {
  const wrong: [string, RegExp][] = [
    ['rw: randreed', /^expects one of read, write, .* got the text "randreed"; did you mean randread\?$/],
    ['rw: 1', /^expects one of read, write, .* got 1$/],
    ['rw:', /^expects one of .* got nothing$/],
    ['bs: 0', /^must be greater than 0$/],
    ['bs: 4KB', /^4000 bytes is not a multiple of 512, .* did you mean 4KiB\?$/],
    ['bs: 1000001', /^1000001 bytes is not a multiple of 512/],
    ['bs: 2G', /^is at most 1GiB, got 2GiB$/],
    ['bs: [4k]', /^expects a size .* got a list$/],
    ['iodepth: 0', /^expects a whole number from 1 to 65535, got 0$/],
    ['iodepth: 65536', /^expects a whole number from 1 to 65535, got 65536$/],
    ['iodepth: -1', /got -1$/],
    ['iodepth: 1.5', /got 1.5$/],
    ['iodepth: .nan', /got NaN$/],
    ['iodepth: .inf', /got Infinity$/],
    ['iodepth: 1e300', /got 1e\+300$/],
    ['iodepth: "32"', /got the text "32"$/],
    ['iodepth: {a: 1}', /got a map$/],
    ['iodepth: true', /got true$/],
    ['iodepth: ~', /got nothing$/],
    ['numjobs: 0', /^expects a whole number from 1 to 1024, got 0$/],
    ['queue_pairs: 65536', /^expects a whole number from 1 to 65535/],
    ['number_ios: 0', /^expects a whole number from 1 to/],
    ['randseed: 4294967296', /^expects a whole number from 0 to 4294967295/],
    ['runtime: 0', /^must be greater than 0$/],
    ['runtime: -5s', /^cannot be negative/],
    ['ramp_time: 1y', /^unknown unit "y"/],
    ['io_timeout: 0s', /^must be greater than 0$/],
    ['size: 0', /^must be greater than 0$/],
    ['size: 0%', /^must be greater than 0$/],
    ['size: 101%', /^expects a percentage from 0% to 100%/],
    ['offset: 100%', /^must be below 100%/],
    ['offset: -1', /^cannot be negative/],
    ['offset: 100', /^100 bytes is not a multiple of 512/],
    ['cpus_allowed: 3-1', /runs backwards/],
  ];
  for (const [line, message] of wrong) {
    it(`refuses ${line} at the value`, () => {
      const key = line.split(':')[0];
      const text = file([line]);
      const issue = issueOf(text);
      assert.match(issue.message, message);
      assert.equal(issue.path, `jobs[0].${key}`);
      assert.equal(issue.line, text.findIndex((at) => at.includes(line)) + 1);
    });
  }

  const right: string[] = [
    'iodepth: 65535',
    'rw: read',
    'offset: 99.9%',
    'size: 100%',
    'bs: 512',
    'randseed: 0',
  ];
  for (const line of right) {
    it(`takes ${line}`, () => {
      assert.equal(parse(file([line])).jobs.length, 1);
    });
  }
});

describe('interrupt_coalescing', () => {
  const time = (text: string): string[] => file([], [`interrupt_coalescing: {threshold: 8, time: ${text}}`]);

  it('takes multiples of 100us', () => {
    assert.equal(parse(time('25500us')).interruptCoalescing?.timeMs, 25.5);
    assert.equal(parse(time('0.3ms')).interruptCoalescing?.timeMs, 0.3);
  });

  for (const [text, message] of [
    ['40us', /^is no multiple of 100us$/],
    ['150us', /^is no multiple of 100us$/],
    ['26ms', /^is at most 25500us$/],
  ] as const)
    it(`refuses a time of ${text}`, () => {
      assert.match(issueOf(time(text)).message, message);
    });
});

describe('names of jobs', () => {
  for (const name of ['""', '" a"', '"a\\nb"', '"\\e[2J"', '1', '[a]', `"${'x'.repeat(129)}"`]) {
    it(`cannot be ${name.slice(0, 12)}`, () => {
      const issue = issueOf(['device: sim', `jobs: [{name: ${name}, rw: read, runtime: 1}]`]);
      assert.match(issue.message, /^expects a name of one line/);
    });
  }

  it('may have spaces and any script', () => {
    const [job] = parse([
      'device: sim',
      'jobs: [{name: "4k Lesen, völlig zufällig", rw: read, runtime: 1}]',
    ]).jobs;
    assert.equal(job.name, '4k Lesen, völlig zufällig');
  });

  it('must not be given twice', () => {
    const issue = issueOf([
      'device: sim',
      'defaults: {rw: read, runtime: 1}',
      'jobs:',
      '  - name: a',
      '  - name: b',
      '  - name: a',
    ]);
    assert.deepEqual([issue.path, issue.line, issue.column], ['jobs[2].name', 6, 11]);
    assert.equal(issue.message, 'jobs[0] is named "a" too');
  });
});

describe('jobs', () => {
  const cases: [string, RegExp][] = [
    ['device: sim', /^is required: a list of jobs$/],
    ['device: sim\njobs:', /^expects a list of jobs, got nothing$/],
    ['device: sim\njobs: []', /^expects a list of at least one job, got an empty list$/],
    ['device: sim\njobs: {a: {rw: read}}', /^expects a list of jobs, got a map$/],
    ['device: sim\njobs: [read]', /^expects a job: a map of keys to values, got the text "read"$/],
    ['device: sim\njobs: [[]]', /^expects a job: .* got an empty list$/],
    ['device: sim\njobs: [~]', /^expects a job: .* got nothing$/],
  ];
  for (const [text, message] of cases) {
    it(`are refused as ${text.slice(12) || 'missing'}`, () => {
      assert.match(issueOf(text).message, message);
    });
  }

  it('are at most 1000', () => {
    const job = '\n  - {name: a, rw: read, runtime: 1}';
    const text = `device: sim\njobs:${Array.from({ length: 1001 }, (_, i) => job.replace('a,', `a${i},`)).join('')}`;
    assert.equal(issueOf(text).message, 'has more than 1000 jobs');
  });
});

describe('rules between keys', () => {
  it('rw is required, in the job or in defaults', () => {
    const issue = issueOf('device: sim\njobs: [{name: a, runtime: 1s}]');
    assert.deepEqual([issue.path, issue.message], ['jobs[0]', 'rw is required']);
  });

  it('rwmixread of a job needs a mixed pattern, and the key is at fault', () => {
    const issue = issueOf(file(['rwmixread: 70']));
    assert.match(issue.message, /^has no meaning with rw: randread$/);
    assert.equal(issue.column, 5);
  });

  it('rwmixread of defaults may stand beside jobs that do not mix', () => {
    assert.equal(parse(file([], ['defaults: {rwmixread: 70}'])).jobs[0].rwmixread, 100);
  });

  it('a job needs an end', () => {
    const issue = issueOf('device: sim\njobs: [{name: a, rw: read}]');
    assert.equal(issue.message, 'the job has no end');
  });

  for (const end of ['runtime: 1s', 'number_ios: 5', 'size: 1M']) {
    it(`a job may end by ${end}`, () => {
      assert.equal(parse(file([end])).jobs.length, 1);
    });
  }

  it('size holds at least one block', () => {
    const issue = issueOf(file(['bs: 8k', 'size: 4k']));
    assert.equal(issue.message, '4KiB is less than one block of 8KiB');
  });

  it('a bare number as size that looks like percent is asked about', () => {
    assert.equal(issueOf(file(['size: 50'])).suggestion, 'did you mean "50%"?');
  });

  it('offset and size in percent stay within the namespace', () => {
    const issue = issueOf(file(['offset: 60%', 'size: 50%']));
    assert.equal(issue.message, 'offset 60% and size 50% reach past the end');
  });

  it('all workers together stay within the queue pairs of a controller', () => {
    const issue = issueOf(file(['numjobs: 1024', 'queue_pairs: 64']));
    assert.match(issue.message, /1024 workers with 64 queue pairs each is more than the 65535/);
  });

  it('a wrong default is one problem, however many jobs have it', () => {
    const issue = issueOf([
      'device: sim',
      'defaults: {rw: read, size: 1k, bs: 4k}',
      'jobs: [{name: a}, {name: b}]',
    ]);
    assert.deepEqual([issue.path, issue.line, issue.column], ['defaults.size', 2, 28]);
  });

  it('a wrong value does not also count as missing', () => {
    assert.equal(
      issueOf(['device: sim', 'defaults: {rw: reed}', 'jobs: [{name: a, runtime: 1}]']).path,
      'defaults.rw',
    );
  });

  it('defaults that are no map are one problem', () => {
    assert.equal(issueOf(['device: sim', 'defaults: 4k', 'jobs: [{name: a}]']).path, 'defaults');
  });
});

describe('devices', () => {
  it('are needed', () => {
    assert.equal(issueOf('jobs: [{name: a, rw: read, runtime: 1}]').message, 'no device is named');
  });

  it('are given by one key of the two', () => {
    const issue = issueOf(file([], ['device: sim', 'devices: [sim]']));
    assert.deepEqual([issue.path, issue.line, issue.column], ['devices', 2, 1]);
  });

  it('are not a file of the kernel', () => {
    assert.match(issueOf(file([], ['device: /dev/nvme0n1'])).message, /give the PCI address/);
  });

  it('are not named twice', () => {
    const issue = issueOf(file([], ['devices: [sim, sim]']));
    assert.deepEqual([issue.path, issue.message], ['devices[1]', '"sim" is in the list twice']);
  });

  for (const value of ['1', '[sim]', '{sim: 1}', '', '" "', '"a\\tb"']) {
    it(`are not ${value || 'nothing'}`, () => {
      assert.match(issueOf(file([], [`device: ${value}`])).message, /^expects a device such as/);
    });
  }

  it('are not an empty list', () => {
    assert.match(issueOf(file([], ['devices: []'])).message, /at least one device, got an empty list/);
  });

  it('take every form of target', () => {
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
    it(`by ${rw} need allow_writes`, () => {
      const issue = issueOf(file([`rw: ${rw}`]));
      assert.deepEqual([issue.path, issue.line], ['jobs[0].rw', 4]);
      assert.match(issue.message, /allow_writes is not true/);
    });
  }

  it('by a pattern of defaults are found there', () => {
    const issue = issueOf([
      'device: sim',
      'defaults: {rw: write, runtime: 1}',
      'jobs: [{name: a}, {name: b}]',
    ]);
    assert.deepEqual([issue.path, issue.line, issue.column], ['defaults.rw', 2, 16]);
  });

  for (const value of ['yes', '1', '"true"']) {
    it(`are not allowed by ${value}`, () => {
      assert.match(
        issueOf(file(['rw: write'], [`allow_writes: ${value}`])).message,
        /^expects true or false/,
      );
    });
  }

  it('to the simulator need no serial number', () => {
    assert.equal(parse(file(['rw: write'], ['allow_writes: true'])).allowWrites, true);
  });

  for (const target of [
    'pci:0000:01:00.0',
    '0000:01:00.0',
    'trtype:PCIe traddr:0000:01:00.0',
    'uio:0000:01:00.0',
  ]) {
    it(`to ${target} need a serial number`, () => {
      const issue = issueOf(file(['rw: write'], [`device: ${target}`, 'allow_writes: true']));
      assert.equal(issue.path, 'allow_writes');
      assert.match(issue.message, /^serial_number is required to write to/);
    });
  }

  it('to several devices need as many serial numbers', () => {
    const devices = ['devices: ["pci:0000:01:00.0", "pci:0000:02:00.0", sim]', 'allow_writes: true'];
    const issue = issueOf(file(['rw: write'], [...devices, 'serial_number: S1']));
    assert.match(issue.message, /names 1 of 2 devices/);
    assert.deepEqual(parse(file(['rw: write'], [...devices, 'serial_number: [S1, S2]'])).serialNumbers, [
      'S1',
      'S2',
    ]);
  });

  it('are not needed for reads of a device, nor is a serial number', () => {
    assert.deepEqual(parse(file([], ['device: pci:0000:01:00.0', 'allow_writes: true'])).serialNumbers, []);
  });

  for (const serial of ['0123', '"123456789012345678901"', '""', '"ü"', '[]', '[1]', '{a: b}']) {
    it(`cannot be allowed by the serial number ${serial}`, () => {
      assert.match(errorOf(file([], [`serial_number: ${serial}`])).message, /serial_number: expects/);
    });
  }
});

describe('isHardware', () => {
  for (const target of ['sim', 'sim:?size=1GiB']) {
    it(`is false for ${target}`, () => {
      assert.equal(isHardware(target), false);
    });
  }

  for (const target of [
    'pci:0000:01:00.0',
    'simulated',
    'trtype:PCIe traddr:0000:01:00.0',
    'nonsense',
    'vfio-user:/run/x.sock',
    'trtype:VFIOUSER traddr:/run/x.sock',
  ]) {
    it(`is true for ${target}`, () => {
      assert.equal(isHardware(target), true);
    });
  }
});
