/** How the queues of jobs are made, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatText } from '../../../reports/index.js';
import { runText } from './run-text.js';

const ran = (options: string, ...lines: string[]) =>
  runText(`device: "sim:?size=1MiB&${options}"`, 'allow_writes: true', ...lines);

test('jobs with their queues in host and in controller run in turn, and the record says which is which', async () => {
  const job = 'rw: write, bs: 4k, size: 128KiB, iodepth: 4, verify: crc32c';
  const { result, failure } = await ran(
    'latency=none&cmb=64KiB',
    'jobs:',
    `  - { name: place, ${job}, matrix: { sq_memory: [host, cmb] } }`,
  );
  assert.equal(failure, undefined);
  assert.deepEqual(
    result.jobs.map(({ workload, verification }) => [workload?.sq_memory, verification?.goodBlocks]),
    [
      [undefined, 256],
      ['cmb', 256],
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

test('shares of queues of several priorities are those of their weights', async () => {
  // 200 commands a second, of which no queue of 256 gives all it has within the time, whoever has the CPU
  const jobs = ['high', 'medium', 'low'].map(
    (priority) =>
      `      - { name: ${priority}, priority: ${priority}, rw: randread, iodepth: 256, ramp_time: 300ms, runtime: 900ms }`,
  );
  const { result, failure } = await ran(
    'wrr=true&at_once=8&latency=40ms&media=null',
    'arbitration_burst: 1',
    'high_priority_weight: 8',
    'medium_priority_weight: 4',
    'low_priority_weight: 2',
    'jobs:',
    '  - parallel:',
    ...jobs,
  );
  assert.equal(failure, undefined);
  const ios = result.jobs.map(({ directions }) => directions.read?.ios ?? 0);
  const total = ios.reduce((sum, each) => sum + each, 0);
  for (const [i, weight] of [8, 4, 2].entries())
    assert.ok(Math.abs(ios[i] / total / (weight / 14) - 1) < 0.15, `${ios} are not as 8, 4 and 2`);
  assert.deepEqual(
    result.devices[0].settings?.map(({ name, during, after }) => [name, during, after]),
    [
      ['arbitration_burst', '1', 'no limit'],
      ['high_priority_weight', '8', '1'],
      ['medium_priority_weight', '4', '1'],
      ['low_priority_weight', '2', '1'],
    ],
  );
  assert.deepEqual(
    result.jobs.map(({ workload }) => workload?.priority),
    ['high', 'medium', 'low'],
  );
});

test('priorities are refused where the controller has no weighted round robin', async () => {
  const refused = ran('latency=none', 'jobs:', '  - { name: a, rw: read, number_ios: 1, priority: high }');
  await assert.rejects(refused, { code: 'NO_PRIORITIES', kind: 'input', reason: /CAP\.AMS/ });
});

test('queues that do not fit into the controller are refused before the first I/O', async () => {
  const refused = ran(
    'latency=none&cmb=8KiB',
    'jobs:',
    '  - { name: a, rw: read, number_ios: 1, sq_memory: cmb }',
  );
  await assert.rejects(refused, {
    code: 'NO_CONTROLLER_MEMORY',
    kind: 'input',
    reason: /submission queues of 16384 bytes do not fit: the Controller Memory Buffer has 8192 bytes/,
  });
});
