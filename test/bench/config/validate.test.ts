import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { file, issueOf, parse } from './config-text.js';

describe('unknown keys', () => {
  const cases: [string, string[], RegExp][] = [
    ['a near miss', file(['iodeph: 1']), /^did you mean "iodepth"\?$/],
    ['two letters turned', file(['szie: 1G']), /^did you mean "size"\?$/],
    ['a near miss in a place of jobs', file(['round: {job: a, of: iops}']), /^did you mean "rounds"\?$/],
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
    test(`are refused with advice: ${what}`, () => {
      const issue = issueOf(text);
      assert.equal(issue.message, 'unknown key');
      assert.match(issue.suggestion ?? '', suggestion);
    });
  }

  test('stand at the place of the key', () => {
    const { line, column, path } = issueOf(file(['iodeph: 1']));
    assert.deepEqual([line, column, path], [5, 5, 'jobs[0].iodeph']);
  });

  test('are escaped in the path', () => {
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
    ['queue_entries: 1', /^expects a whole number from 2 to 65536, got 1$/],
    ['queue_entries: 96', /^is a power of two, got 96$/],
    ['queue_entries: 131072', /^expects a whole number from 2 to 65536/],
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
    test(`refuses ${line} at the value`, () => {
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
    test(`takes ${line}`, () => {
      assert.equal(parse(file([line])).jobs.length, 1);
    });
  }
});

describe('interrupt_coalescing', () => {
  const time = (text: string): string[] => file([], [`interrupt_coalescing: {threshold: 8, time: ${text}}`]);

  test('takes multiples of 100us', () => {
    assert.equal(parse(time('25500us')).interruptCoalescing?.timeMs, 25.5);
    assert.equal(parse(time('0.3ms')).interruptCoalescing?.timeMs, 0.3);
  });

  for (const [text, message] of [
    ['40us', /^is no multiple of 100us$/],
    ['150us', /^is no multiple of 100us$/],
    ['26ms', /^is at most 25500us$/],
  ] as const)
    test(`refuses a time of ${text}`, () => {
      assert.match(issueOf(time(text)).message, message);
    });
});

describe('names of jobs', () => {
  for (const name of ['""', '" a"', '"a\\nb"', '"\\e[2J"', '1', '[a]', `"${'x'.repeat(129)}"`]) {
    test(`cannot be ${name.slice(0, 12)}`, () => {
      const issue = issueOf(['device: sim', `jobs: [{name: ${name}, rw: read, runtime: 1}]`]);
      assert.match(issue.message, /^expects a name of one line/);
    });
  }

  test('may have spaces and any script', () => {
    const [job] = parse([
      'device: sim',
      'jobs: [{name: "4k Lesen, völlig zufällig", rw: read, runtime: 1}]',
    ]).jobs;
    assert.equal(job.name, '4k Lesen, völlig zufällig');
  });

  test('must not be given twice', () => {
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
    test(`are refused as ${text.slice(12) || 'missing'}`, () => {
      assert.match(issueOf(text).message, message);
    });
  }

  test('are at most 1000', () => {
    const job = '\n  - {name: a, rw: read, runtime: 1}';
    const text = `device: sim\njobs:${Array.from({ length: 1001 }, (_, i) => job.replace('a,', `a${i},`)).join('')}`;
    assert.equal(issueOf(text).message, 'has more than 1000 jobs');
  });
});
