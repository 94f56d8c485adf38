import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { startThread } from '../../../engine/sys/thread.js';

test('a thread that cannot be started is an error that names it and what it was for', () => {
  const options = {
    name: 'nvbench-io-3',
    get workerData(): never {
      throw Object.assign(new Error('EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' });
    },
  };
  assert.throws(
    () => startThread(new URL('file:///nowhere.js'), options, 'CPU 5'),
    (error: unknown) => {
      assert.ok(error instanceof EngineError);
      assert.equal(error.code, 'THREAD_NOT_STARTED');
      assert.match(
        error.message,
        /^start thread nvbench-io-3 \(CPU 5\): no further thread .*\(EAGAIN\); .*ulimit -u/,
      );
      return true;
    },
  );
});

/** Leaves `mib` on its heap, and says how many collections that took. */
const LITTER = `
import { PerformanceObserver } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
let collections = 0;
new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({ entryTypes: ['gc'] });
await new Promise((resolve) => setTimeout(resolve, 1));
collections = 0;
let kept;
for (let left = workerData.mib * 2 ** 20; left > 0; left -= 1040) kept = new Array(128).fill(0.5);
await new Promise((resolve) => setTimeout(resolve, 1));
parentPort.postMessage([collections, kept.length]);
`;

async function collectionsOf(mib: number): Promise<number> {
  const url = new URL(`data:text/javascript,${encodeURIComponent(LITTER)}`);
  const thread = startThread(url, { name: 'litter', workerData: { mib } }, 'this test');
  const [[collections]] = (await once(thread, 'message')) as [[number]];
  await thread.terminate();
  return collections;
}

test('a thread may leave 6 MiB on its heap before that is collected, and 100 MiB not', async () => {
  assert.equal(await collectionsOf(6), 0);
  assert.ok((await collectionsOf(100)) > 0);
});
