/** What a job asks of its drive's health while it measures. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthDoubts } from '../../../../bench/run/doubts/health.js';
import { HealthWatch } from '../../../../bench/run/job/health-watch.js';
import { run } from '../../../../bench/run/run.js';
import type { SmartLog } from '../../../../engine/index.js';
import { emptyCounts } from '../../../../engine/stats/operations.js';
import { healthText } from '../../../../reports/document/health-record.js';
import { smart } from '../../../reports/sample.js';
import { planned, READ_JOB } from '../../planned.js';
import { idleWorker } from '../idle-worker.js';
import { outcomeOf } from '../job-outcome.js';

/** A drive that is asked every second from 0 to `seconds`, says what `at` makes of the second, and takes so long to do so. */
async function watched(at: (second: number) => Partial<SmartLog>, seconds = 10, tookMs = 0.5) {
  let nowMs = 0;
  const asked: number[] = [];
  const drive = {
    dead: () => undefined,
    async smart(): Promise<SmartLog> {
      asked.push(nowMs);
      nowMs += tookMs;
      return { ...smart, ...at(Math.floor(nowMs / 1000)) };
    },
  };
  const watch = new HealthWatch(drive, 1000, () => nowMs);
  await watch.begin();
  for (let tick = 0; tick < 5 * seconds; tick++) {
    nowMs = Math.max(nowMs, tick * 200);
    watch.look(() => nowMs * 1e6);
    await new Promise(setImmediate);
  }
  await watch.settle(seconds * 1e9);
  const record = watch.record();
  assert.ok(record !== undefined);
  return { record, asked };
}

test('the drive is asked before, every so often, and after', async () => {
  const { record, asked } = await watched((second) => ({ temperatureKelvin: 300 + second }), 5);
  assert.deepEqual(
    asked.map((ms) => Math.round(ms / 1000)),
    [0, 1, 2, 3, 4, 5],
  );
  assert.deepEqual(
    record.samples.map(({ temperatureKelvin }) => temperatureKelvin),
    [300, 301, 302, 303, 304, 304],
  );
  assert.deepEqual([record.asked, record.tookNs, record.throttled], [4, 2e6, undefined]);
  assert.equal(
    healthText({ health: record, elapsedNs: 5e9 }),
    '27 °C to 31 °C, asked 4 times while measuring, answers took 0.040 % of the time',
  );
});

test('of a drive that is slow to answer it takes 0.1 % of the time at most', async () => {
  const { record } = await watched(() => ({}), 100, 5);
  assert.ok(record.asked >= 15 && record.tookNs <= 0.001 * 100e9, `${record.tookNs} ns in ${record.asked}`);
});

const THROTTLING: Readonly<Record<string, Partial<SmartLog>>> = {
  'a count of light throttling that grows': { thermalTransitions1: 1 },
  'a count of heavy throttling that grows': { thermalTransitions2: 1 },
  'time that it throttled': { thermalSeconds2: 3 },
  'a warning of its temperature': { criticalWarning: 2 },
};
for (const [name, change] of Object.entries(THROTTLING))
  test(`${name} says between which answers it began`, async () => {
    const { record } = await watched((second) => (second >= 4 ? { temperatureKelvin: 353, ...change } : {}));
    assert.deepEqual(
      [record.throttled?.before.atNs, record.throttled?.after.atNs].map((ns = 0) => Math.round(ns / 1e9)),
      [3, 4],
    );
    const outcome = outcomeOf(planned(READ_JOB)[0], [idleWorker], emptyCounts());
    const [{ code, message }] = healthDoubts({ ...outcome, health: record });
    assert.equal(code, 'throttled-while-measuring');
    assert.match(message, /began to throttle between 3\.0 s and 4\.0 s of the measured time, at 80 °C/);
  });

test('what was so before says nothing, nor does a warning of something else', async () => {
  const { record } = await watched((second) => ({
    thermalTransitions2: 7,
    criticalWarning: second >= 4 ? 0x0b & ~2 : 0,
  }));
  assert.equal(record.throttled, undefined);
});

test('of a day not all answers are kept', async () => {
  const { record } = await watched(() => ({}), 4000);
  assert.ok(record.samples.length <= 1801 && record.asked === 3999);
});

test('a job has it in its record where it asks', async () => {
  const job = { rw: 'randread', number_ios: 100 } as const;
  const jobs = [
    { name: 'a', ...job, smart_interval: '1s' },
    { name: 'b', ...job },
  ];
  const { result } = await run({ device: 'sim', jobs });
  const [health, none] = result.jobs.map((record) => record.health);
  assert.ok((health?.samples.length ?? 0) >= 2);
  assert.equal(health?.samples[0].temperatureKelvin, 310);
  assert.equal(none, undefined);
});
