/** `search` as a configuration says it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workOfJob } from '../../../bench/config/workload.js';
import { issueOf, parse } from './config-text.js';

const lines = (search: string, more = ''): string[] => [
  'device: sim',
  'allow_writes: true',
  `jobs: [{ name: a, rw: randread, search: ${search}${more} }]`,
];
const RATE = "{ max: rate_iops, while: 'read.p99 <= 500us', for: 30s }";
const jobOf = (search: string, more = '') => parse(lines(search, more)).jobs[0];

test('a search says its key, its bound, its time and its range', () => {
  const { search } = jobOf(RATE.replace(' }', ', from: 5000, to: 90000 }'));
  assert.deepEqual(
    [search?.max, search?.while.text, search?.forMs, search?.from, search?.to],
    ['rate_iops', 'read.p99 <= 500us', 30_000, 5000, 90_000],
  );
});

test('without a range it is that of the key', () => {
  const { from, to } = jobOf(RATE).search ?? {};
  assert.deepEqual([from, to], [1000, 1e9]);
  const depth = jobOf(RATE.replace('rate_iops', 'iodepth').replace(' }', ', to: 64 }')).search;
  assert.deepEqual([depth?.from, depth?.to], [1, 64]);
});

test('it is an end of the job, and part of its work; what is searched is not', () => {
  const rate = workOfJob(jobOf(RATE));
  assert.deepEqual(rate.search, { max: 'rate_iops', while: 'read.p99 <= 500us', for: '30s' });
  const depth = workOfJob(jobOf(RATE.replace('rate_iops', 'iodepth')));
  assert.equal(depth.iodepth, undefined);
});

test('a rate that is searched has arrivals of its process', () => {
  assert.equal(jobOf(RATE, ', rate_process: poisson').rateProcess, 'poisson');
  assert.equal(jobOf(RATE.replace('rate_iops', 'iodepth'), ', rate_process: poisson').rateProcess, undefined);
});

test('a depth is searched by the response time of a rate, whichever way that is said', () => {
  for (const rate of ['rate_iops: 500', 'rate: 1M']) {
    const search = RATE.replace('rate_iops', 'iodepth').replace('read.p99', 'response_p99');
    assert.equal(jobOf(search, `, ${rate}`).search?.while.text, 'response_p99 <= 500us');
  }
});

for (const [what, search, more, message] of [
  ['another key', RATE.replace('rate_iops', 'bs'), '', /expects one of rate_iops, iodepth/],
  ['a bound that is none', RATE.replace('p99 <= 500us', 'p99'), '', /it has no comparison/],
  ['a metric that nobody knows', RATE.replace('p99', 'q99'), '', /no metric is named/],
  ['a bound of another job', RATE.replace('read.', 'b.read.'), '', /a search is of its own job/],
  ['a bound against a baseline', RATE.replace('500us', '-3% vs baseline'), '', /a search has no baseline/],
  ['an operation that the job does not do', RATE.replace('read.', 'write.'), '', /write/],
  ['a range that is none', RATE.replace(' }', ', from: 9, to: 8 }'), '', /is above to, which is 8/],
  ['the key that is searched', RATE, ', rate_iops: 5', /the job gives rate_iops itself/],
  ['a runtime', RATE, ', runtime: 1s', /has no meaning beside search/],
  ['interrupts', RATE, ', completion: interrupt', /needs completion: poll/],
  ['no time', RATE.replace('30s', '0s'), '', /must be greater than 0/],
  [
    'response times without a rate',
    RATE.replace('rate_iops', 'iodepth').replace('read.p99', 'response_p99'),
    '',
    /is of jobs with a rate/,
  ],
] as const)
  test(`a search with ${what} is refused`, () => {
    assert.match(issueOf(lines(search, more)).message, message);
  });

test('a job side by side with others cannot search', () => {
  const jobs = `jobs: [{ parallel: [{ name: a, rw: read, search: ${RATE} }, { name: b, rw: read, runtime: 1s }] }]`;
  assert.match(issueOf(['device: sim', jobs]).message, /cannot search/);
});
