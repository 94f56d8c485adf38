import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NvmeStatusError } from '../../../../engine/errors.js';
import type { Admin } from '../../../../engine/path/pcie/admin.js';
import { Controller } from '../../../../engine/path/pcie/controller.js';
import { askForQueues, type QueueGrant } from '../../../../engine/path/pcie/queue-grant.js';
import type { Capabilities } from '../../../../engine/spec/index.js';
import { FakeDevice, PLAIN_CAP } from './fake-device.js';

const CHILD = fileURLToPath(new URL('./guarded-doorbells-child.js', import.meta.url));

function child(...args: (string | number)[]) {
  return spawnSync(process.execPath, [CHILD, ...args.map(String)], { encoding: 'utf8', timeout: 120_000 });
}

/** DSTRD, bytes of doorbells that can be reached, and the I/O queue pairs that have theirs within them. */
const WINDOWS = [
  [0, 0x400, '127'],
  [4, 0x1000, '31'],
  [8, 0x1000, '1'],
  [9, 0x1000, '0'],
  // half a page before the MSI-X table: 1024 bytes apart the admin queues' alone
  [8, 0x800, '0'],
  [13, 4 * 2 ** 15, '1'],
  [13, 4 * 2 ** 15 - 4096, '1'],
  [13, 3 * 2 ** 15, '0'],
  [10, 0x1000, 'UNSUPPORTED_CONTROLLER'],
  [13, 0x1000, 'UNSUPPORTED_CONTROLLER'],
  [15, 0x4000, 'UNSUPPORTED_CONTROLLER'],
] as const;

/** On a controller that refuses Set Features for more than so many; what it was asked for, in turn. */
async function ask(mostAsked: number, wanted?: number): Promise<{ grant: QueueGrant; asked: number[] }> {
  const asked: number[] = [];
  const admin = {
    async setNumberOfQueues(count: number) {
      asked.push(count);
      if (count > mostAsked) throw invalidField();
      return Math.min(count, 8);
    },
  } as unknown as Admin;
  const window = { address: 0n, lengthBytes: 2 ** 20 };
  const capabilities = { doorbellStrideBytes: 4 } as Capabilities;
  return { grant: await askForQueues(admin, window, capabilities, wanted), asked };
}

const invalidField = (): NvmeStatusError =>
  new NvmeStatusError({
    code: 'NVME_STATUS',
    op: 'Set Features',
    target: 'fake:0',
    reason: 'Invalid Field in Command',
    hint: '',
    statusCodeType: 0,
    statusCode: 2,
    doNotRetry: true,
  });

test('as many queue pairs are asked for as jobs need, or all where nobody knows', async () => {
  assert.deepEqual((await ask(65_535, 3)).asked, [3]);
  assert.deepEqual((await ask(65_535)).asked, [65_534]);
});

test('a number that is refused is asked for again with less', async () => {
  const { asked, grant } = await ask(20);
  assert.deepEqual(asked, [65_534, 128, 64, 32, 16]);
  assert.equal(grant.queues, 8);
});

test('where all of less is given, the most below what is refused is found', async () => {
  const { asked, grant } = await ask(4, 10);
  assert.deepEqual([asked, grant.queues], [[10, 5, 2, 3, 4], 4]);
  assert.equal((await ask(7, 65_534)).grant.queues, 7);
});

test('a controller that refuses any number has no queue pairs, and says why', async () => {
  const { grant, asked } = await ask(0, 5);
  assert.deepEqual(asked, [5, 2, 1]);
  assert.equal(grant.queues, 0);
  assert.match(grant.reason, /gives no I\/O queue pairs \(Set Features: Invalid Field in Command\)/);
});

describe('doorbells within their window', { concurrency: false }, () => {
  for (const [dstrd, windowBytes, found] of WINDOWS)
    test(`no store leaves ${windowBytes} bytes of doorbells with a DSTRD of ${dstrd}`, () => {
      const { stdout, stderr, signal } = child(dstrd, windowBytes);
      assert.deepEqual([signal, stdout.trim()], [null, found], stderr);
    });

  test('a store that does leave the window ends the process', () => {
    assert.equal(child(0, 0x400, 'beyond').signal, 'SIGSEGV');
  });

  test('who asks for more queue pairs than can be rung is told of stride and window', async () => {
    const device = new FakeDevice({ cap: PLAIN_CAP | (8n << 32n) });
    const controller = await Controller.start(device, { hugepages: 'never' });
    await controller.createQueuePair(8);
    await assert.rejects(controller.createQueuePair(8), {
      code: 'NO_QUEUE_LEFT',
      reason:
        'the controller gives 2 I/O queue pairs, and those of 1: 4096 bytes of doorbells, 1024 bytes apart, can be reached; all are in use',
    });
    await controller.close();
  });
});
