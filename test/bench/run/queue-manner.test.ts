/** How the queues of jobs are made, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import { runConfig } from '../../../bench/run/attached-run.js';
import { formatText } from '../../../reports/index.js';

const never = new AbortController().signal;
const hooks = { onTick: () => undefined, signal: never, abandonSignal: never };

const ran = (options: string, ...lines: string[]) => {
  const text = [`device: "sim:?size=1MiB&latency=none&${options}"`, 'allow_writes: true', ...lines].join(
    '\n',
  );
  return runConfig(parseConfig(text, 'config'), hooks);
};

test('jobs with their queues in host and in controller run in turn, and the record says which is which', async () => {
  const job = 'rw: write, bs: 4k, size: 256KiB, iodepth: 4, numjobs: 2, partition: true, verify: crc32c';
  const { result, failure } = await ran(
    'cmb=64KiB',
    'jobs:',
    `  - { name: place, ${job}, matrix: { sq_memory: [host, cmb] } }`,
  );
  assert.equal(failure, undefined);
  assert.deepEqual(
    result.jobs.map(({ workload, verification }) => [workload?.sq_memory, verification?.goodBlocks]),
    [
      [undefined, 512],
      ['cmb', 512],
    ],
  );
  const lengthBytes = 64 * 1024;
  assert.deepEqual(result.devices[0].controllerMemory, {
    bar: 2,
    offsetBytes: 0,
    lengthBytes,
    reachedBytes: lengthBytes,
    submissionQueues: true,
  });
  assert.match(formatText(result, { color: false }), /CMB +64 KiB in BAR2/);
});

test('queues that do not fit into the controller are refused before the first I/O', async () => {
  const refused = ran('cmb=8KiB', 'jobs:', '  - { name: a, rw: read, number_ios: 1, sq_memory: cmb }');
  await assert.rejects(refused, {
    code: 'NO_CONTROLLER_MEMORY',
    kind: 'input',
    reason: /submission queues of 16384 bytes do not fit: the Controller Memory Buffer has 8192 bytes/,
  });
});
