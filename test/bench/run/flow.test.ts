/** Jobs side by side that keep pace, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runText } from './run-text.js';

test('jobs side by side do I/Os in proportion to their flow, each to its end', async () => {
  const { result, failure } = await runText(
    'device: "sim:?size=1MiB&latency=1ms"',
    'jobs:',
    '  - parallel:',
    '      - { name: few, rw: randread, iodepth: 64, startdelay: 200ms, number_ios: 200, flow: 1, exitall: true }',
    '      - { name: many, rw: read, iodepth: 8, runtime: 100s, flow: 8 }',
  );
  assert.equal(failure, undefined);
  const [few, many] = result.jobs.map(({ directions }) => directions.read?.ios ?? 0);
  // By itself the first is eight times as fast as the other.
  assert.ok(few === 200 && many >= 8 * 200 - 100, `${few} and ${many}`);
});
