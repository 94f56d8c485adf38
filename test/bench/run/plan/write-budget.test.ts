/** `max_bytes_written`: what a run may write to a drive, held before its first I/O. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf, planText } from '../../../../bench/run/plan/plan-views.js';
import { deviceOf, planned } from '../../planned.js';

const head = (limit: string): string => `device: sim\nallow_writes: true\nmax_bytes_written: ${limit}`;
const WRITE = '  - { name: w, rw: write, bs: 4k, number_ios: 1000 }';

test('jobs that write as much as the limit are planned, and one I/O more is refused', () => {
  const limit = 4096 * 1000;
  assert.equal(planned(WRITE, head(`${limit}`)).length, 1);
  assert.throws(() => planned(WRITE, head(`${limit - 1}`)), {
    code: 'TOO_MANY_BYTES_WRITTEN',
    kind: 'input',
    target: 'fake:0',
  });
});

test('repeats, workers and several jobs add up; reads are none', () => {
  const jobs = `${WRITE.replace(' }', ', numjobs: 2, repeat: 3 }')}\n  - { name: r, rw: read, runtime: 1s }\n${WRITE.replace('name: w', 'name: v')}`;
  const limit = 4096 * 1000 * 7;
  assert.equal(planned(jobs, head(`${limit}`)).length, 5);
  assert.throws(() => planned(jobs, head(`${limit - 1}`)), /write up to 27\.3 MiB to it/);
});

test('of a mix every I/O may be a write', () => {
  const mix = '  - { name: m, rw: randrw, rwmixread: 90, bs: 4k, number_ios: 1000 }';
  assert.throws(() => planned(mix, head(`${4096 * 999}`)), { code: 'TOO_MANY_BYTES_WRITTEN' });
});

for (const keys of [
  'runtime: 1s',
  'ramp_time: 1s, number_ios: 10',
  "search: { max: rate_iops, while: 'p99 <= 1ms', for: 1s }",
])
  test(`a job whose writes only time limits is refused: ${keys}`, () => {
    assert.throws(
      () => planned(`  - { name: w, rw: randwrite, ${keys} }`, head('1TiB')),
      /job w writes as much as its time allows/,
    );
  });

test('a runtime beside number_ios is no harm', () => {
  assert.equal(planned(WRITE.replace(' }', ', runtime: 1s }'), head('1GiB')).length, 1);
});

test('each drive has the limit for itself', () => {
  const devices = [deviceOf({ target: 'a' }), deviceOf({ target: 'b' })];
  assert.equal(
    planned(WRITE, head(`${4096 * 1000}`).replace('device: sim', 'devices: [a, b]'), devices).length,
    2,
  );
});

test('the plan says how much of the limit is written', () => {
  const jobs = planned(WRITE, head('1GiB'));
  const text = planText(planOf(jobs, 2 ** 30));
  assert.match(text, /^ {2}3\.9 MiB are written to it at most, of 1 GiB \(max_bytes_written\)$/m);
  assert.equal(planOf(jobs).devices[0].mostWrittenBytes, 4_096_000);
});

test('only of a drive with rounds it says that they end there', () => {
  const jobs = `  - rounds: { job: w, of: iops, most: 5 }
    jobs: [{ name: w, device: a, rw: randwrite, runtime: 1s }]
  - { name: v, device: b, rw: write, bs: 4k, number_ios: 1000 }`;
  const devices = ['a', 'b'].map((target) => ({
    ...deviceOf({ target }),
    named: [{ target, namespace: undefined }],
  }));
  const text = planText(
    planOf(planned(jobs, 'allow_writes: true\nmax_bytes_written: 1GiB', devices), 2 ** 30),
  );
  assert.match(text, /^device a:[^\n]*\n[^\n]*\n {2}rounds end where 1 GiB are written/);
  assert.match(text, /^device b:[^\n]*\n[^\n]*\n {2}3\.9 MiB are written to it at most/m);
});

test('there is no limit unless one is given', () => {
  assert.equal(
    planned('  - { name: w, rw: write, runtime: 1s }', 'device: sim\nallow_writes: true').length,
    1,
  );
});
