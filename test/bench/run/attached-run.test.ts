/** Whole runs in this process, on software controllers. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { parseConfig } from '../../../bench/config/load.js';
import { workloadRecord } from '../../../bench/config/workload.js';
import { type RunHooks, runConfig } from '../../../bench/run/attached-run.js';
import { formatJson, parseResultText } from '../../../reports/index.js';

const CONFIG = `devices: ["sim:?size=64MiB&latency=none&serial=A", "sim:?size=64MiB&latency=none&serial=B"]
hugepages: never
jobs:
  - { name: reads, rw: randread, bs: 4k, iodepth: 4, runtime: 50s }
`;

let threads: Worker[] = [];
const onWorker = (thread: Worker): number => threads.push(thread);
process.on('worker', onWorker);
afterEach(() => {
  threads = [];
});

function hooks(change: Partial<RunHooks> = {}): RunHooks {
  const never = new AbortController().signal;
  return {
    signal: never,
    abandonSignal: never,
    onTick: () => undefined,
    ...change,
  };
}

test('what a job measured on each device is kept where a worker dies', async () => {
  const { result, failure } = await runConfig(
    parseConfig(CONFIG, 'test.yaml'),
    hooks({
      // Threads that come from now on are workers.
      onPlan: () => {
        threads = [];
      },
      onTick: ({ jobs }) => {
        if (jobs.every(({ completed }) => completed > 0)) void threads[0].terminate();
      },
    }),
  );
  assert.equal((failure as { code?: string }).code, 'WORKER_DIED');
  assert.equal(result?.complete, false);
  assert.deepEqual(
    result?.jobs.map(({ partial, target }) => [partial, target]),
    result?.devices.map(({ target }) => [true, target]),
  );
  for (const { directions, intervals = [] } of result?.jobs ?? []) {
    const ios = directions.read?.ios ?? 0;
    assert.ok(ios > 0);
    assert.equal(
      ios,
      intervals.reduce((sum, { read }) => sum + (read?.ios ?? 0), 0),
    );
  }
});

test('what the engine warns of during the run is in the document', async () => {
  const warning = { code: 'hugepages-unavailable', message: 'no more are free', advice: 'reserve' };
  const { result } = await runConfig(
    parseConfig(CONFIG.replace('50s', '700ms'), 'test.yaml'),
    hooks({
      onTick: ({ jobs: [{ planned }] }) => {
        Object.defineProperty(planned.device.drive, 'warnings', { value: [warning], configurable: true });
      },
    }),
  );
  assert.ok(result?.warnings.some(({ message }) => message === warning.message));
});

test('the document says what was asked for, complete', async () => {
  const config = parseConfig(CONFIG.replace('runtime: 50s', 'number_ios: 10'), 'test.yaml');
  const { result } = await runConfig(config, hooks());
  assert.deepEqual(parseResultText(formatJson(result ?? assert.fail())).workload, workloadRecord(config));
});

test('what was measured is kept before the devices are given back', async () => {
  let closed = false;
  const kept: unknown[] = [];
  await runConfig(
    parseConfig(CONFIG.replace('runtime: 50s', 'number_ios: 10'), 'test.yaml'),
    hooks({
      onPlan: ([
        {
          device: { drive },
        },
      ]) => {
        const close = drive.close.bind(drive);
        drive.close = () => {
          closed = true;
          return close();
        };
      },
      onMeasured: (build) => {
        const { complete, jobs } = build();
        kept.push([closed, complete, jobs.length]);
      },
    }),
  );
  assert.deepEqual(kept, [[false, true, 2]]);
});
