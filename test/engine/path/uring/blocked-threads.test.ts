/** Threads of this process that are named as the kernel names those of io-wq. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { blockedThreads } from '../../../../engine/path/uring/blocked-threads.js';
import { ownThreadId } from '../../../../engine/sys/threads.js';

const NAMED = `
const { parentPort, workerData } = require('node:worker_threads');
const fs = require('node:fs');
const id = Number(fs.readlinkSync('/proc/thread-self').split('/').at(-1));
fs.writeFileSync('/proc/self/task/' + id + '/comm', workerData);
parentPort.postMessage(id);
parentPort.on('message', () => process.exit());
`;
/** More than pid_max can be. */
const NOBODY = 9_999_999;

async function withThread(name: string, run: (id: number) => void): Promise<void> {
  const thread = new Worker(NAMED, { eval: true, workerData: name });
  const [id] = (await once(thread, 'message')) as [number];
  try {
    run(id);
  } finally {
    await thread.terminate();
  }
}

test('a thread that the kernel has named after this one is one of its own, and of no other', async () => {
  await withThread(`iou-wrk-${ownThreadId()}`, (id) => {
    assert.deepEqual(blockedThreads(ownThreadId()), [id]);
    assert.deepEqual(blockedThreads(id), []);
  });
  assert.deepEqual(blockedThreads(ownThreadId()), []);
});

test('one that is named after nobody here may be of anybody', async () => {
  await withThread(`iou-wrk-${NOBODY}`, () => {
    assert.deepEqual(blockedThreads(ownThreadId()), [undefined]);
  });
});

test('a thread that submits is none', async () => {
  await withThread(`iou-sqp-${ownThreadId()}`, () => assert.deepEqual(blockedThreads(ownThreadId()), []));
});
