import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Controller } from '../../../../engine/path/pcie/controller.js';
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
