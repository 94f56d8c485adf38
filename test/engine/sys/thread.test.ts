import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { EngineError } from '../../../engine/errors.js';
import { endThread, endThreadsAhead, startThread, startThreadAhead } from '../../../engine/sys/thread.js';

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

/** Says whether it was started ahead, and what it was told. */
const TOLD = `
import { parentPort, workerData } from 'node:worker_threads';
import { threadData } from '${new URL('../../../engine/sys/thread-data.js', import.meta.url)}';
parentPort.postMessage([Object.hasOwn(workerData, 'toCome'), threadData().what]);
`;

test('a brief thread is the one that was started ahead, any other is not, and what nobody took is ended', async () => {
  const url = new URL(`data:text/javascript,${encodeURIComponent(TOLD)}`);
  const answer = async (briefly: boolean): Promise<unknown> => {
    const { port1, port2 } = new MessageChannel();
    const data = { workerData: { what: briefly, port: port2 }, transferList: [port2] };
    const thread = startThread(url, { name: 'told', ...data }, 'this test', briefly);
    // before its message: what an ended thread has left to say comes in the same turn as its end
    const ended = once(thread, 'exit');
    const [[wasAhead, what]] = await once(thread, 'message');
    await ended;
    port1.close();
    return [wasAhead, what];
  };
  startThreadAhead(url, 'told');
  assert.deepEqual(await answer(false), [false, false]);
  assert.deepEqual(await answer(true), [true, true]);
  assert.deepEqual(await answer(true), [false, true]);
  startThreadAhead(url, 'told');
  await endThreadsAhead();
  assert.deepEqual(await answer(true), [false, true]);
});

test('a thread that failed before it was needed is not taken', async () => {
  const url = new URL('data:text/javascript,throw new Error("broken")');
  startThreadAhead(url, 'told');
  await new Promise((resolve) => setTimeout(resolve, 300));
  const thread = startThread(url, { name: 'told' }, 'this test', true);
  const [error] = await once(thread, 'error');
  assert.equal((error as Error).message, 'broken');
});

const folder = mkdtempSync(join(tmpdir(), 'nvbench-thread-'));
after(() => rmSync(folder, { recursive: true }));

/** Takes a while to load, and leaves a file once it has. */
const slowOf = (path: string): string =>
  `data:text/javascript,${encodeURIComponent(`
import { writeFileSync } from 'node:fs';
import { threadData } from '${new URL('../../../engine/sys/thread-data.js', import.meta.url)}';
for (const until = performance.now() + 150; performance.now() < until; );
writeFileSync(${JSON.stringify(path)}, '');
threadData();
`)}`;

test('a thread that nobody took is not ended while it loads', async () => {
  const path = join(folder, 'ended');
  startThreadAhead(new URL(slowOf(path)), 'slow');
  await endThreadsAhead();
  assert.ok(existsSync(path));
});

test('a thread that was started for its need is not ended while it loads either', async () => {
  const path = join(folder, 'needed');
  await endThread(startThread(new URL(slowOf(path)), { name: 'slow' }, 'this test'));
  assert.ok(existsSync(path));
});

for (const [what, start] of [
  ['ahead', "startThreadAhead(url, 'slow')"],
  ['for its need', "startThread(url, { name: 'slow' }, 'this test')"],
] as const)
  test(`a process does not end while a thread loads that was started ${what}`, () => {
    const path = join(folder, `exited ${what}`);
    const program = `
import { startThread, startThreadAhead } from '${new URL('../../../engine/sys/thread.js', import.meta.url)}';
const url = new URL(${JSON.stringify(slowOf(path))});
${start};
process.exit(3);
`;
    const { status } = spawnSync(process.execPath, ['--input-type=module'], { input: program });
    assert.equal(status, 3);
    assert.ok(existsSync(path));
  });
