import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobOf, lostOf } from './converted.js';

const JOB = 'rw=randread\nsize=1g\ntime_based\nruntime=10m\n';
const steadyOf = (lines: string) => jobOf(`${JOB}${lines}`).steadyState;

for (const [lines, expected] of [
  ['ss=iops:10%\nss_dur=30s\nss_ramp=10s', ['iops', 30, 1000, 20, 1000, 10_000]],
  ['ss=bw_slope:1%\nss_dur=10', ['bandwidth', 10, 1000, 1000, 9, undefined]],
  ['steadystate=iops_slope:0.3%\nsteadystate_duration=60', ['iops', 60, 1000, 1000, 17.7, undefined]],
  ['ss=lat:5%\nss_dur=300\nss_interval=10', ['mean', 30, 10_000, 10, 1000, undefined]],
] as const)
  test(`${lines.replaceAll('\n', ', ')} is a rule of ranges and slopes`, () => {
    const steady = steadyOf(lines);
    assert.deepEqual(
      [
        steady?.metric,
        steady?.rounds,
        steady?.roundMs,
        steady?.rangePercent,
        steady?.slopePercent,
        steady?.afterMs,
      ],
      expected,
    );
    assert.deepEqual(lostOf(`[a]\n${JOB}${lines}`), []);
  });

for (const [lines, problem] of [
  ['ss=iops:200\nss_dur=30', /in percent of the average/],
  ['ss=iops:5%\nss_dur=30\nss_interval=500ms', /at least 1s long/],
  ['ss=iops:5%\nss_dur=20m', /would end before/],
  ['ss=iops:5%\nss_dur=30\nlatency_target=5ms', /beside latency_target/],
  ['ss=iops:many\nss_dur=30', /not understood/],
] as const)
  test(`${lines.replaceAll('\n', ', ')} is not carried, and said`, () => {
    assert.match(lostOf(`[a]\n${JOB}${lines}`)[0], problem);
  });

test('without runtime there is no longest time', () => {
  assert.match(lostOf('[a]\nrw=read\nsize=1g\nss=iops:5%\nss_dur=30')[0], /needs runtime/);
});

test('without a duration fio never looks', () => {
  assert.equal(steadyOf('ss=iops:5%'), undefined);
  assert.deepEqual(lostOf(`[a]\n${JOB}ss=iops:5%`), []);
});
