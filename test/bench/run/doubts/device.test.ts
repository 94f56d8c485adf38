/** What makes a device doubtful, before its jobs and after them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceDoubts, deviceDoubtsAfter } from '../../../../bench/run/doubts/device.js';
import type { EngineWarning, SmartLog } from '../../../../engine/index.js';
import { buildSmart } from '../../../../reports/index.js';
import { drive, simulation, smart } from '../../../reports/sample.js';

const codes = (doubts: readonly EngineWarning[]): string[] => doubts.map(({ code }) => code);

const link = { speedGtPerS: 16, width: 4, maxSpeedGtPerS: 16, maxWidth: 4 };

test('there is none for a drive with its full link and hugepages', () => {
  assert.deepEqual(deviceDoubts({ ...drive, pcieLink: link, smartBefore: buildSmart(smart) }), []);
});

test('software is the only one', () => {
  assert.deepEqual(codes(deviceDoubts({ ...simulation, hugepageBytes: 0 })), ['software-controller']);
});

for (const change of [{ speedGtPerS: 8 }, { width: 2 }]) {
  test(`is a link with ${JSON.stringify(change)}`, () => {
    const [found, ...more] = deviceDoubts({ ...drive, pcieLink: { ...link, ...change } });
    assert.equal(found.code, 'pcie-link-below-maximum');
    assert.match(found.message, /of 16 GT\/s x4$/);
    assert.equal(more.length, 0);
  });
}

test('are base pages and a critical warning', () => {
  const smartBefore = buildSmart({ ...smart, criticalWarning: 2 });
  assert.deepEqual(codes(deviceDoubts({ ...drive, hugepageBytes: 0, smartBefore })), [
    'base-pages',
    'smart-critical-warning',
  ]);
});

const afterRun = (before: Partial<SmartLog>, later: Partial<SmartLog>, change = {}): string[] =>
  codes(
    deviceDoubtsAfter({
      ...drive,
      warningTemperatureKelvin: 343,
      smartBefore: buildSmart({ ...smart, ...before }),
      smartAfter: buildSmart({ ...smart, ...later }),
      ...change,
    }),
  );

test('is a temperature that moved by more than 10 K, either way', () => {
  assert.deepEqual(afterRun({ temperatureKelvin: 310 }, { temperatureKelvin: 320 }), []);
  assert.deepEqual(afterRun({ temperatureKelvin: 310 }, { temperatureKelvin: 321 }), ['temperature-changed']);
  assert.deepEqual(afterRun({ temperatureKelvin: 321 }, { temperatureKelvin: 310 }), ['temperature-changed']);
});

test('is no temperature that the device does not report, before or after', () => {
  assert.deepEqual(afterRun({ temperatureKelvin: 0 }, { temperatureKelvin: 310 }), []);
  assert.deepEqual(afterRun({ temperatureKelvin: 310 }, { temperatureKelvin: 0 }), []);
});

test('is a temperature at the warning threshold, before or after', () => {
  const hot = { temperatureKelvin: 343 };
  const near = { temperatureKelvin: 342 };
  assert.deepEqual(afterRun(hot, near), ['temperature-high']);
  assert.deepEqual(afterRun(near, hot), ['temperature-high']);
  assert.deepEqual(afterRun(near, near), []);
  assert.deepEqual(afterRun(hot, hot, { warningTemperatureKelvin: undefined }), []);
});

test('are media errors that are new, however many there were', () => {
  const many = { mediaErrors: 2n ** 60n };
  assert.deepEqual(afterRun(many, many), []);
  assert.deepEqual(afterRun(many, { mediaErrors: 2n ** 60n + 1n }), ['media-errors-grew']);
});

test('is nothing where the health was not read, or is that of software', () => {
  assert.deepEqual(deviceDoubtsAfter(drive), []);
  assert.deepEqual(afterRun({ temperatureKelvin: 300 }, { temperatureKelvin: 400 }, { software: true }), []);
});
