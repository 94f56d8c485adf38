/** Jobs on zoned namespaces, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import { runConfig } from '../../../bench/run/attached-run.js';
import type { JobRecord } from '../../../reports/document/index.js';

const never = new AbortController().signal;
const hooks = { onTick: () => undefined, signal: never, abandonSignal: never };

/** On four zones of 256 blocks of 4 KiB. */
async function jobsOf(...jobs: string[]): Promise<JobRecord[]> {
  const text = [
    'device: "sim:?personality=zoned&size=4MiB&latency=none"',
    'allow_writes: true',
    'jobs:',
    ...jobs.map((job, i) => `  - { name: job${i}, bs: 64k, size: 100%, ${job} }`),
  ].join('\n');
  const { result, failure } = await runConfig(parseConfig(text, 'config'), hooks);
  if (failure !== undefined) throw failure;
  return result.jobs;
}

const FILL = 'rw: write';
const errorsOf = ({ errors }: JobRecord): [string, number][] =>
  errors.byStatus.map(({ status, count }) => [status, count]);

test('zones are filled in order, and read from anywhere', async () => {
  const jobs = await jobsOf(FILL, 'rw: randread, iodepth: 16, number_ios: 500');
  assert.deepEqual(jobs.map(errorsOf), [[], []]);
  assert.deepEqual([jobs[0].directions.write?.ios, jobs[1].directions.read?.ios], [64, 500]);
});

test('zones that are full say so by name, and a format empties them', async () => {
  const jobs = await jobsOf(FILL, FILL, `${FILL}, purge: format`);
  assert.deepEqual(jobs.map(errorsOf), [[], [['Zone Is Full (SCT 1h, SC b9h, DNR)', 64]], []]);
});

test('workers with zones of their own fill them side by side', async () => {
  const [job] = await jobsOf(`${FILL}, numjobs: 4, partition: true`);
  assert.deepEqual([errorsOf(job), job.directions.write?.ios], [[], 64]);
});

for (const job of [
  'rw: randwrite',
  `${FILL}, iodepth: 2`,
  `${FILL}, runtime: 1s`,
  'rw: randrw',
  `${FILL}, numjobs: 2`,
])
  test(`${job} is refused before the run`, () => assert.rejects(jobsOf(job), { code: 'NOT_IN_ZONE_ORDER' }));
