/** Settings of controllers on paths that have none, and on one that has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restoreSettings } from '../../../bench/run/settings.js';
import type { Drive } from '../../../engine/index.js';
import type { RestoredSetting } from '../../../engine/path/drive.js';
import { sampleResult } from '../../reports/sample.js';
import { deviceOf } from '../planned.js';
import { runText } from './run-text.js';

const ran = (device: string, key: string) =>
  runText(`device: "${device}"`, key, 'jobs: [{ name: a, rw: read, bs: 4k, number_ios: 8 }]');

for (const key of ['volatile_write_cache: off', 'host_memory_buffer: off', 'power_state: 0'])
  test(`${key} is refused on a path that drives no controller`, async () => {
    await assert.rejects(ran('null:?size=1MiB', key), { code: 'NO_SETTINGS', kind: 'input' });
  });

test('host memory that is kept back is no failure of a software controller', async () => {
  const { result, failure } = await ran('sim:?size=1MiB&latency=none', 'host_memory_buffer: off');
  assert.deepEqual([failure, result.complete], [undefined, true]);
});

test('a drive that may sleep makes reads wait for it to wake up, with apst: off it does not', async () => {
  const device = 'sim:?size=1MiB&latency=none&power=8W;50mW,idle,exit=40ms,after=5ms';
  const jobs = 'jobs: [{ name: a, rw: randread, bs: 4k, number_ios: 8, thinktime: 20ms }]';
  const median = async (apst: string): Promise<number> => {
    const { result } = await runText(`device: "${device}"`, `apst: ${apst}`, jobs);
    assert.deepEqual(result.devices[0].settings?.[0], {
      name: 'apst',
      before: 'on',
      during: apst,
      after: 'on',
    });
    return result.jobs[0].directions.read!.latencyNs!.p50!;
  };
  const [asleep, awake] = [await median('on'), await median('off')];
  // the controller sees to it that none that finds it asleep takes less
  assert.ok(asleep >= 40e6, `${asleep}`);
  assert.ok(awake < asleep / 2, `${awake} of ${asleep}`);
});

test('a setting that is not set back is told at the end, and one that is tells nothing', async () => {
  const told = async (dead: string | undefined, ...restored: RestoredSetting[]): Promise<string[]> => {
    const device = deviceOf();
    const drive = { ...device.drive, dead: () => dead, settings: { restore: async () => restored } };
    const result = sampleResult();
    result.warnings = [];
    result.devices[0].settings = [{ name: 'apst', before: 'on', during: 'off' }];
    await restoreSettings(result, [{ ...device, drive: drive as unknown as Drive }]);
    return result.warnings.map(({ code, message }) => `${code}: ${message}`);
  };
  assert.deepEqual(await told(undefined, { name: 'apst', after: 'on' }), []);
  for (const [dead, restored] of [
    [undefined, { name: 'apst', problem: 'no answer' }],
    ['no answer', undefined],
  ] as const)
    assert.deepEqual(await told(dead, ...(restored === undefined ? [] : [restored])), [
      'setting-left: apst of fake:0 could not be set back to on: no answer',
    ]);
  assert.match((await told(undefined, { name: 'apst', after: 'off' }))[0], /to on: the controller says off$/);
});
