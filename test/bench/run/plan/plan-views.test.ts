import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workOfJob } from '../../../../bench/config/workload.js';
import type { PlannedJob } from '../../../../bench/run/plan/plan.js';
import { planOf, planText } from '../../../../bench/run/plan/plan-views.js';
import { planned, READ_JOB } from '../../planned.js';

const textOf = (jobs: readonly PlannedJob[]): string => planText(planOf(jobs));
const WRITES = 'device: sim\nallow_writes: true';

test('the plan says device, namespace, queues, memory and what is written', () => {
  const text = textOf(
    planned(
      '  - { name: w, rw: randwrite, bs: 4k, iodepth: 4, number_ios: 1000, cpus_allowed: "0" }',
      WRITES,
    ),
  );
  assert.match(text, /^device fake:0: Model, serial S1, firmware 1\.0, sim, SOFTWARE, NOT A DRIVE$/m);
  assert.match(text, /^ {2}namespace 1: 1\.07 GB \(1 GiB\), blocks of 512 bytes$/m);
  assert.match(text, /^job w on fake:0: randwrite, bs 4 KiB, iodepth 4$/m);
  assert.match(text, /^ {2}workers 1 on CPU 0; queue pairs 1 of 256 entries$/m);
  // Four slots, and rings of 16 KiB and of 4 KiB.
  assert.match(text, /^ {2}DMA memory 36 KiB; region 1 GiB from byte 0$/m);
  assert.match(text, /^ {2}ends after 1,000 I\/Os of each worker$/m);
  assert.match(text, /^ {2}writes at most 3\.9 MiB$/m);
});

test('the plan says when a job counts as steady, and that its runtime is the most it takes', () => {
  const text = textOf(
    planned('  - { name: r, rw: randread, runtime: 10m, steadystate: { of: read.p99, range: 30 } }'),
  );
  assert.match(
    text,
    /^ {2}ends once read\.p99 is steady: 5 rounds of 1m within 30 % and a slope of 10 % or after 10m$/m,
  );
  assert.match(text, /^total 1 job: at most about 10 min/m);
});

for (const [job, text] of [
  ['rw: write, number_ios: 1000', 'at most 3.9 MiB'],
  ['rw: randrw, rwmixread: 50, number_ios: 2000', 'about 3.9 MiB'],
  ['rw: write, number_ios: 1000, repeat: 2', 'at most 3.9 MiB, each time'],
  ['rw: write, runtime: 1s', 'as much as its runtime allows'],
  ['rw: write, runtime: 1s, ramp_time: 1s, number_ios: 1000', 'as much as its ramp and runtime allow'],
  ['rw: write, ramp_time: 1s, number_ios: 1000', 'as much as its ramp allows, and then at most 3.9 MiB'],
  ['rw: read, runtime: 1s, ramp_time: 1s', 'nothing'],
])
  test(`the plan of ${job} says that it writes ${text}`, () => {
    const lines = textOf(planned(`  - { name: w, bs: 4k, ${job} }`, WRITES)).split('\n');
    assert.ok(lines.includes(`  writes ${text}`), lines.join('\n'));
  });

test('the plan tells of a repeated job once, and how long all of it takes', () => {
  const text = textOf(planned(READ_JOB.replace('runtime', 'repeat: 3, ramp_time: 500ms, runtime')));
  assert.equal(text.match(/^job a on fake:0, 3 times: /gm)?.length, 1);
  assert.match(text, /^total 3 jobs: about 4\.5 s$/m);
});

test('the plan says which jobs no time limits', () => {
  const text = textOf(planned(`${READ_JOB}\n  - { name: b, rw: read, number_ios: 10 }`));
  assert.match(text, /^total 2 jobs: about 1\.0 s and 1 job that no time limits$/m);
});

test('the plan of a split I/O says so', () => {
  const text = textOf(planned(READ_JOB.replace('4k', '2M'), 'device: sim\nsplit: true'));
  assert.match(text, /each I\/O is split into 2 commands \(MDTS\)/);
  assert.match(text, /writes nothing/);
});

test('the plan as data has the settings of each job as its result will record them', () => {
  const [job] = planned(READ_JOB);
  const { jobs } = planOf([job]);
  assert.deepEqual(jobs[0].workload, workOfJob(job.config));
  assert.deepEqual([jobs[0].workload.bs, jobs[0].iodepth], [4096, 4]);
});

test('the plan names keys that have no place of their own in it, where they are not at their default', () => {
  const text = textOf(planned(READ_JOB.replace('runtime', 'queue_entries: 512, runtime')));
  assert.match(text, /queue pairs 1 of 512 entries\n.*\n.*\n.*\n {2}with queue_entries 512\n/);
  assert.doesNotMatch(textOf(planned(READ_JOB)), / {2}with /);
});
