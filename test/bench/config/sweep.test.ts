import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { file, issueOf, parse } from './config-text.js';

const names = (keys: string[], rootKeys: string[] = []): string[] =>
  parse(file(keys, rootKeys)).jobs.map((job) => job.name);

describe('a matrix', () => {
  test('makes a job of each combination, the last key varying fastest', () => {
    const { jobs } = parse(file(['matrix: {bs: [4k, 128k], iodepth: [1, 4, 32]}']));
    assert.deepEqual(
      jobs.map((job) => [job.bs?.read, job.iodepth]),
      [
        [4096, 1],
        [4096, 4],
        [4096, 32],
        [131_072, 1],
        [131_072, 4],
        [131_072, 32],
      ],
    );
  });

  test('names each job by its values', () => {
    assert.deepEqual(names(['matrix: {bs: [512, 4096, 1MiB, 3k], iodepth: [1]}']), [
      'a[bs=512,iodepth=1]',
      'a[bs=4k,iodepth=1]',
      'a[bs=1M,iodepth=1]',
      'a[bs=3k,iodepth=1]',
    ]);
  });

  test('tells of each job which one of the sweep it is', () => {
    const keys = ['matrix: {size: [50%, 1G], offset: [0, 1M], hybrid_spin: [20us], completion: [hybrid]}'];
    const [first, second] = parse(file(keys)).jobs;
    assert.deepEqual(first.sweep, {
      group: 'a',
      parameters: { size: '50%', offset: 0, hybrid_spin: '20us', completion: 'hybrid' },
    });
    assert.equal(second.name, 'a[size=50%,offset=1M,hybrid_spin=20us,completion=hybrid]');
    assert.deepEqual(second.offset, { bytes: 1_048_576 });
  });

  test('may give the pattern', () => {
    const { jobs } = parse(['device: sim', 'jobs: [{name: a, runtime: 1s, matrix: {rw: [read, randread]}}]']);
    assert.deepEqual(
      jobs.map((job) => job.rw),
      ['read', 'randread'],
    );
  });

  test('wins over defaults', () => {
    const { jobs } = parse(file(['matrix: {iodepth: [2]}'], ['defaults: {iodepth: 9, bs: 8k}']));
    assert.deepEqual([jobs[0].iodepth, jobs[0].bs?.read], [2, 8192]);
  });

  test('keeps rwmixread for the patterns that have both directions', () => {
    const keys = ['rwmixread: 70', 'matrix: {rw: [randread, randrw]}'];
    const { jobs } = parse([
      ...['device: sim', 'allow_writes: true', 'jobs:', '  - name: a', '    runtime: 1s'],
      ...keys.map((key) => `    ${key}`),
    ]);
    assert.deepEqual(
      jobs.map((job) => job.rwmixread),
      [100, 70],
    );
  });

  test('can be changed by the name of the job', () => {
    const { jobs } = parse(file(['matrix: {bs: [4k, 8k]}']), { set: ['jobs.a.matrix.bs=[16k]'] });
    assert.deepEqual(
      jobs.map((job) => job.bs?.read),
      [16_384],
    );
  });

  test('leaves a job without one as it is', () => {
    assert.equal(parse(file()).jobs[0].sweep, undefined);
  });
});

describe('a wrong matrix', () => {
  const cases: [string, string, RegExp, number][] = [
    ['a bad value', 'matrix: {bs: [4k, 4KB]}', /^4000 bytes is not a multiple of 512/, 23],
    ['a value twice', 'matrix: {bs: [4k, 8k, 4096]}', /^bs=4k is in the list twice$/, 27],
    ['no list', 'matrix: {bs: 4k}', /^expects a list of at least one value, got the text "4k"$/, 18],
    [
      'an empty list',
      'matrix: {iodepth: []}',
      /^expects a list of at least one value, got an empty list$/,
      23,
    ],
    ['nothing in it', 'matrix: {}', /^expects a map of at least one job key/, 13],
    ['no map', 'matrix: [4k]', /^expects a map of job keys to lists of values, got a list$/, 13],
    ['an unknown key', 'matrix: {iodeph: [1]}', /^unknown key$/, 14],
    ['a key that may not vary', 'matrix: {runtime: [1s]}', /^unknown key$/, 14],
    ['no meaning', 'matrix: {iodepth: [1, 2], rwmixread: [1]}', /^has no meaning with rw: randread$/, 43],
  ];
  for (const [what, line, message, column] of cases) {
    test(`is refused at its place: ${what}`, () => {
      const issue = issueOf(file([line]));
      assert.match(issue.message, message);
      assert.equal(issue.column, column);
    });
  }

  test('names the key that was meant', () => {
    assert.equal(issueOf(file(['matrix: {queue_depth: [1]}'])).suggestion, 'did you mean "iodepth"?');
  });

  test('may not vary what the job gives', () => {
    const issue = issueOf(file(['bs: 4k', 'matrix: {bs: [8k]}']));
    assert.equal(issue.path, 'jobs[0].matrix.bs');
    assert.match(issue.message, /the job gives this key as well/);
  });

  test('is refused for writes at the pattern that writes', () => {
    const text = ['device: sim', 'jobs: [{name: a, runtime: 1s, matrix: {rw: [read, write]}}]'];
    assert.equal(issueOf(text).path, 'jobs[0].matrix.rw[1]');
  });

  test('has the rules between keys applied to each combination', () => {
    const issue = issueOf(file(['numjobs: 1024', 'matrix: {queue_pairs: [1, 63, 64]}']));
    assert.equal(issue.path, 'jobs[0].matrix.queue_pairs[2]');
  });

  test('cannot be a default', () => {
    assert.equal(issueOf(file([], ['defaults: {matrix: {bs: [4k]}}'])).message, 'unknown key');
  });
});

describe('names', () => {
  const two = (second: string): string[] => [...file(['matrix: {bs: [4k, 8k]}']), second];

  test('of two sweeps are different', () => {
    const issue = issueOf(two('  - {name: a, rw: read, runtime: 1s, matrix: {iodepth: [1, 2]}}'));
    assert.equal(issue.path, 'jobs[1].name');
    assert.match(issue.message, /jobs\[0\] is named "a" too/);
  });

  test('of a job cannot be that of one in a sweep', () => {
    const issue = issueOf(two('  - {name: "a[bs=8k]", rw: read, runtime: 1s}'));
    assert.match(issue.message, /jobs\[0\] is named "a\[bs=8k\]" too/);
  });
});

describe('the jobs of a file', () => {
  const numbers = (count: number): string => Array.from({ length: count }, (_, i) => i + 1).join(', ');

  test('are 10,000 at most, with every combination and repeat', () => {
    const matrix = `matrix: {iodepth: [${numbers(100)}], numjobs: [${numbers(10)}]}`;
    assert.equal(names([matrix, 'repeat: 10']).length, 1000);
    const issue = issueOf(file([matrix, 'repeat: 11']));
    assert.equal(issue.path, 'jobs[0].matrix');
    assert.match(issue.message, /expand to 11000, more than 10000/);
  });

  test('are counted before they are made', () => {
    const keys = ['iodepth', 'numjobs', 'queue_pairs', 'hybrid_spin'].map(
      (key) => `${key}: [${numbers(900)}]`,
    );
    assert.match(issueOf(file([`matrix: {${keys.join(', ')}}`])).message, /expand to 656100000000/);
  });

  test('are too many by a repeat in defaults', () => {
    const lines = Array.from({ length: 11 }, (_, i) => `  - {name: b${i}, rw: read, runtime: 1s}`);
    const issue = issueOf([...file([], ['defaults: {repeat: 1000}']), ...lines]);
    assert.equal(issue.path, 'defaults.repeat');
  });
});

describe('repeat', () => {
  test('is taken from defaults, and a job wins over them', () => {
    const { jobs } = parse([
      'device: sim',
      'defaults: {rw: read, runtime: 1s, repeat: 5}',
      'jobs: [{name: a}, {name: b, repeat: 2}]',
    ]);
    assert.deepEqual(
      jobs.map((job) => job.repeat),
      [5, 2],
    );
  });

  for (const value of ['0', '1001', '1.5', 'often']) {
    test(`is refused when it is ${value}`, () => {
      assert.match(issueOf(file([`repeat: ${value}`])).message, /^expects a whole number from 1 to 1000/);
    });
  }

  test('is suggested for other words', () => {
    assert.equal(issueOf(file(['iterations: 3'])).suggestion, 'did you mean "repeat"?');
  });
});
