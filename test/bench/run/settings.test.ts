/** Settings of controllers on paths that have none, and on one that has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import { runConfig } from '../../../bench/run/attached-run.js';

const never = new AbortController().signal;
const hooks = { onTick: () => undefined, signal: never, abandonSignal: never };

const ran = (device: string, key: string) =>
  runConfig(
    parseConfig(
      `device: "${device}"\n${key}\njobs: [{ name: a, rw: read, bs: 4k, number_ios: 8 }]`,
      'config',
    ),
    hooks,
  );

for (const key of ['volatile_write_cache: off', 'host_memory_buffer: off', 'power_state: 0'])
  test(`${key} is refused on a path that drives no controller`, async () => {
    await assert.rejects(ran('null:?size=1MiB', key), { code: 'NO_SETTINGS', kind: 'input' });
  });

test('host memory that is kept back is no failure of a software controller', async () => {
  const { result, failure } = await ran('sim:?size=1MiB&latency=none', 'host_memory_buffer: off');
  assert.deepEqual([failure, result.complete], [undefined, true]);
});
