import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import { workloadRecord, workOfJob } from '../../../bench/config/workload.js';
import { workloadOfJob } from '../../../reports/document/job-workload.js';
import { parseResultText } from '../../../reports/index.js';
import { fixtureText } from '../../reports/views/golden.js';

const workload = (job: string, head = 'device: sim') =>
  workloadRecord(parseConfig(`${head}\njobs:\n  - { name: a, rw: randread, ${job} }\n`, 'test.yaml'));

const BASE = 'bs: 4k, runtime: 1s';

for (const [what, job, head] of [
  ['another spelling of a size', 'bs: 4096, runtime: 1s'],
  ['another spelling of a time', 'bs: 4k, runtime: 1000ms'],
  ['a default that is written out', `${BASE}, iodepth: 1, numjobs: 1, offset: 0, ramp_time: 0`],
  ['a key in defaults', BASE.replace('bs: 4k, ', ''), 'device: sim\ndefaults: { bs: 4KiB }'],
  [
    'another device, repeat, seed or gate',
    `${BASE}, repeat: 3, randseed: 9`,
    'device: "sim:?size=1GiB"\ngates: ["errors == 0"]',
  ],
] as const)
  test(`${what} asks for the same`, () => {
    assert.deepEqual(workload(job, head), workload(BASE));
  });

for (const [what, job, head] of [
  ['block size', 'bs: 8k, runtime: 1s'],
  ['runtime', 'bs: 4k, runtime: 2s'],
  ['region', `${BASE}, size: 50%`],
  ['completion', `${BASE}, completion: interrupt`],
  ['hugepages', BASE, 'device: sim\nhugepages: never'],
] as const)
  test(`another ${what} asks for something else`, () => {
    assert.notDeepEqual(workload(job, head), workload(BASE));
  });

test('a configuration asks for what it asked for when older documents were written, whose blocks were drawn', () => {
  const result = parseResultText(fixtureText('results/v1-settings-of-run.json'));
  const keys = result.config as { defaults?: object };
  const drawn = { ...keys, defaults: { ...keys.defaults, norandommap: true } };
  const config = parseConfig(JSON.stringify(drawn), 'test.yaml');
  assert.deepEqual(workloadRecord(config), result.workload);
  for (const job of result.jobs) {
    const asked = config.jobs.find(({ name }) => name === job.name) ?? assert.fail();
    assert.deepEqual(workOfJob(asked), workloadOfJob(result, job));
  }
});

test('random blocks that come once each are recorded; drawn ones are what documents mean that say nothing', () => {
  assert.deepEqual((workload(BASE).jobs as { norandommap?: boolean }[])[0].norandommap, false);
  assert.ok(!('norandommap' in (workload(`${BASE}, norandommap: true`).jobs as object[])[0]));
});

test('a sequential job records no order of random blocks', () => {
  const config = parseConfig('device: sim\njobs: [{ name: a, rw: read, runtime: 1s }]', 'test.yaml');
  assert.ok(!('norandommap' in workOfJob(config.jobs[0])));
});
