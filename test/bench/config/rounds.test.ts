import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate } from '../../../bench/config/validate.js';
import { workloadRecord } from '../../../bench/config/workload.js';
import { planned } from '../planned.js';

const JOB = { name: 'a', rw: 'randwrite', runtime: '1s' };
const ROUNDS = { job: 'a', of: 'iops' };
const read = (place: object, root: object = {}) =>
  validate({
    device: 'null',
    allow_writes: true,
    jobs: [{ rounds: ROUNDS, jobs: [JOB], ...place }],
    ...root,
  });

function problemsOf(place: object): string[] {
  const found = read(place);
  return 'findings' in found
    ? found.findings.map(({ path, message }) => `${path.join('.')}: ${message}`)
    : [];
}

test('five rounds of at most 25 within 20 % and a slope of 10 % are the rule, as SNIA PTS has it', () => {
  const found = read({});
  assert.ok('config' in found);
  assert.deepEqual(found.config.jobs[0].rounds, {
    job: 'a',
    metric: 'iops',
    most: 25,
    window: 5,
    rangePercent: 20,
    slopePercent: 10,
  });
});

test('runs whose rounds end otherwise are not the same', () => {
  const workloadOf = (rounds: object) => {
    const found = read({ rounds: { ...ROUNDS, ...rounds } });
    assert.ok('config' in found);
    return workloadRecord(found.config);
  };
  assert.deepEqual(workloadOf({}), workloadOf({ window: 5 }));
  assert.notDeepEqual(workloadOf({}), workloadOf({ window: 4 }));
});

test('all jobs of a round share its rule, those of a sweep by their names', () => {
  const jobs = [
    { name: 'b', rw: 'read', runtime: '1s' },
    { ...JOB, matrix: { bs: ['8k', '4k'] } },
  ];
  const found = read({ rounds: { job: 'a[bs=4k]', of: 'write.p99', most: 9 }, jobs });
  assert.ok('config' in found, JSON.stringify(found));
  const [first, ...others] = found.config.jobs.map(({ rounds }) => rounds);
  assert.deepEqual([first?.operation, first?.metric, first?.most], ['write', 'p99', 9]);
  for (const rounds of others) assert.equal(rounds, first);
});

for (const [what, place, problem] of [
  [
    'a job that is none of the round',
    { rounds: { ...ROUNDS, job: 'b' } },
    /rounds\.job: "b" is none of the jobs/,
  ],
  [
    'an operation that the job does not do',
    { rounds: { ...ROUNDS, of: 'read.iops' } },
    /rounds\.of: the job does no read/,
  ],
  ['a window of more rounds than there are', { rounds: { ...ROUNDS, most: 3 } }, /window: is more than most/],
  ['a metric that is none', { rounds: { ...ROUNDS, of: 'speed' } }, /rounds\.of: expects iops, bandwidth/],
  [
    'repeats of a job',
    { jobs: [{ ...JOB, repeat: 2 }] },
    /repeat: has no meaning for a job that is done in rounds/,
  ],
  ['rounds without jobs', { jobs: undefined }, /jobs\.0: rounds lack jobs/],
  ['jobs without rounds', { rounds: undefined }, /jobs\.0: a list of jobs in rounds lacks rounds/],
  ['a key beside', { bs: '4k' }, /bs: has no meaning beside rounds/],
] as const)
  test(`${what} is refused`, () => {
    assert.match(problemsOf(place).join('\n'), problem);
  });

const TEXT = `  - purge: deallocate
  - rounds: { job: w, of: iops, most: 3, window: 2 }
    jobs:
      - { name: r, rw: randread, runtime: 1s }
      - { name: w, rw: randwrite, runtime: 1s }
  - { name: last, rw: randread, runtime: 1s }`;

test('rounds are done one after the other, all of their jobs in each, with offsets of their own', () => {
  const plan = planned(TEXT, 'device: sim\nallow_writes: true');
  assert.deepEqual(
    plan.map(({ config, repeat, turn }) => `${turn} ${config.name} ${repeat.index}/${repeat.count}`),
    ['0 r 0/3', '1 w 0/3', '2 r 1/3', '3 w 1/3', '4 r 2/3', '5 w 2/3', '6 last 0/1'],
  );
  assert.equal(new Set(plan.slice(0, 6).map(({ spec }) => spec.seed)).size, 6);
  assert.deepEqual(
    plan.map(({ leftBefore }) => leftBefore),
    ['emptied', 'emptied', 'written', 'written', 'written', 'written', 'written'],
  );
});

test('a limit of what is written holds for what is known before, and leaves the rounds to the run', () => {
  const of = (limit: string) => planned(TEXT, `device: sim\nallow_writes: true\nmax_bytes_written: ${limit}`);
  assert.equal(of('4k').length, 7);
  const filled = (limit: string) =>
    planned(TEXT, `device: sim\nallow_writes: true\nprecondition: {}\nmax_bytes_written: ${limit}`);
  assert.equal(filled('2GiB').length, 8);
  assert.throws(() => filled('1GiB'), { code: 'TOO_MANY_BYTES_WRITTEN', kind: 'input' });
});
