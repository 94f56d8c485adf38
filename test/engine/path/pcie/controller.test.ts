import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, test } from 'node:test';
import { EngineError, NvmeStatusError } from '../../../../engine/errors.js';
import { Controller } from '../../../../engine/path/pcie/controller.js';
import type { ControllerOptions } from '../../../../engine/path/pcie/controller-options.js';
import { FakeDevice, type FakeOptions, PLAIN_CAP } from './fake-device.js';

/** Far above what an answered command takes on a busy machine; only tests of time-outs wait so long. */
const OPTIONS: ControllerOptions = { hugepages: 'never', adminTimeoutMs: 1500, shutdownTimeoutMs: 1500 };
// Opcodes of NVMe base 2.0, figure 138.
const DELETE_SQ = 0x00;
const CREATE_SQ = 0x01;
const DELETE_CQ = 0x04;
const CREATE_CQ = 0x05;
const IDENTIFY = 0x06;
const GET_LOG_PAGE = 0x02;

/** Answers everything but one opcode. */
const silentOn =
  (silent: number) =>
  (opcode: number): number | undefined =>
    opcode === silent ? undefined : 0;

async function started(options: FakeOptions = {}): Promise<{ device: FakeDevice; controller: Controller }> {
  const device = new FakeDevice(options);
  const controller = await Controller.start(device, OPTIONS);
  device.log.length = 0;
  return { device, controller };
}

describe('controller', { concurrency: true }, () => {
  test('a device that does not answer is closed', async () => {
    const device = new FakeDevice({ cap: 0xffff_ffff_ffff_ffffn });
    await assert.rejects(Controller.start(device, OPTIONS), { code: 'DEVICE_LOST' });
    assert.deepEqual(device.log, ['close']);
  });

  test('a fatal status on enabling gives memory and device back', async () => {
    const device = new FakeDevice({ cstsWhenEnabled: 2 });
    await assert.rejects(Controller.start(device, OPTIONS), { code: 'CONTROLLER_FATAL' });
    assert.deepEqual(device.log.slice(-3), ['CC=460000', 'unmap', 'close']);
  });

  test('one that is not ready yet is let go when it is asked', async () => {
    // CAP.TO of 127.5 s
    const device = new FakeDevice({ cap: PLAIN_CAP | (0xffn << 24n), cstsWhenEnabled: 0 });
    const abandon = new AbortController();
    const start = Controller.start(device, { ...OPTIONS, abandonSignal: abandon.signal });
    setTimeout(() => abandon.abort(), 20);
    await assert.rejects(start, { code: 'NOT_READY', reason: /^asked to end at once/ });
    assert.deepEqual(device.log.slice(-3), ['CC=460000', 'unmap', 'close']);
  });

  test('one that is there leaves nothing at a signal that outlives it', async () => {
    const { signal } = new AbortController();
    const controller = await Controller.start(new FakeDevice({}), { ...OPTIONS, abandonSignal: signal });
    assert.equal(getEventListeners(signal, 'abort').length, 0);
    await controller.close();
  });

  test('an Identify without an answer ends the start, and the controller is reset without further commands', async () => {
    const device = new FakeDevice({ status: silentOn(IDENTIFY) });
    await assert.rejects(Controller.start(device, OPTIONS), {
      code: 'COMMAND_TIMEOUT',
      op: 'Identify Controller',
    });
    assert.deepEqual(device.log.slice(-4), ['admin 06', 'CC=460000', 'unmap', 'close']);
  });

  test('no more queue pairs are used than have doorbells that can be reached', async () => {
    // 1024 bytes apart: the admin queue's and those of one more, though the controller gives two
    const { controller } = await started({ cap: PLAIN_CAP | (8n << 32n) });
    assert.equal(controller.maxIoQueues, 1);
    await controller.createQueuePair(8);
    await assert.rejects(controller.createQueuePair(8), { code: 'NO_QUEUE_LEFT' });
    await controller.close();
  });

  test('closing deletes the submission queue first, shuts down, disables, unmaps, and closes last', async () => {
    const { device, controller } = await started();
    await controller.createQueuePair(8);
    device.log.length = 0;
    await controller.close();
    assert.deepEqual(device.log, ['admin 00', 'admin 04', 'CC=464001', 'CC=464000', 'unmap', 'close']);
  });

  test('a reset disables the controller, frees its queues, and brings it up again', async () => {
    const { device, controller } = await started();
    const usedBytes = controller.arena.usedBytes;
    await controller.createQueuePair(8);
    device.log.length = 0;
    await controller.reset();
    assert.deepEqual(
      device.log.filter((entry) => !/^A[SC]?Q/.test(entry)),
      ['CC=460000', 'CC=460001', 'admin 06', 'admin 09', 'admin 09'],
    );
    assert.equal(controller.arena.usedBytes, usedBytes);
    assert.equal((await controller.createQueuePair(8)).qid, 1);
    await controller.close();
  });

  test('a controller that stays enabled keeps the memory of its queues, whatever was asked of it', async () => {
    const { device, controller } = await started({ cstsWhenDisabled: 1 });
    await controller.createQueuePair(8);
    const usedBytes = controller.arena.usedBytes;
    await assert.rejects(controller.reset(), { code: 'NOT_READY' });
    assert.equal(controller.arena.usedBytes, usedBytes);
    assert.ok(!device.log.includes('unmap'));
    await controller.close().catch(() => undefined);
  });

  test('what was set lasts over a reset; a controller that was given up is not reset', async () => {
    const { device, controller } = await started();
    await controller.admin.setFeature('interrupt_coalescing', 0x08, { word: 0x0307 });
    device.log.length = 0;
    await controller.reset();
    assert.deepEqual(device.log.slice(-4), ['admin 06', 'admin 09', 'admin 09', 'admin 09']);
    controller.giveUp('asked to end at once');
    device.log.length = 0;
    await assert.rejects(controller.reset(), { code: 'NO_RESET', reason: 'asked to end at once' });
    assert.deepEqual(device.log, []);
    await controller.close();
  });

  test('a reset makes up for an admin command without an answer, and frees what it might have written to', async () => {
    let silent = true;
    const { controller } = await started({
      status: (opcode) => (opcode === GET_LOG_PAGE && silent ? undefined : 0),
    });
    const usedBytes = controller.arena.usedBytes;
    await assert.rejects(controller.admin.smart(), { code: 'COMMAND_TIMEOUT' });
    assert.ok(controller.arena.usedBytes > usedBytes);
    silent = false;
    await controller.reset();
    assert.equal(controller.arena.usedBytes, usedBytes);
    await controller.admin.smart();
    await controller.close();
  });

  test('an order to end that comes while it is reset holds', async () => {
    const { controller } = await started();
    const reset = controller.reset();
    controller.giveUp('asked to end at once');
    await assert.rejects(reset, { reason: 'asked to end at once' });
    await controller.close();
  });

  test('who waits for an answer when it is reset has none, and does not disturb the new queue', async () => {
    let silent = true;
    const device = new FakeDevice({
      status: (opcode) => (opcode === GET_LOG_PAGE && silent ? undefined : 0),
    });
    const controller = await Controller.start(device, { hugepages: 'never' });
    const waiting = assert.rejects(controller.admin.smart(), {
      code: 'DEVICE_LOST',
      reason: 'the controller was reset',
    });
    await controller.reset();
    silent = false;
    for (let i = 0; i < 40; i++) await controller.admin.smart();
    await waiting;
    assert.equal(controller.unusable(), undefined);
    await controller.close();
  });

  test('closing twice closes once', async () => {
    const { device, controller } = await started();
    await Promise.all([controller.close(), controller.close()]);
    assert.equal(device.log.filter((entry) => entry === 'close').length, 1);
  });

  test('a shutdown that does not complete still disables, unmaps and closes, in this order', async () => {
    const { device, controller } = await started({ shutsDown: false });
    await assert.rejects(controller.close(), { code: 'NOT_READY', op: 'shut the controller down' });
    assert.deepEqual(device.log, ['CC=464001', 'CC=464000', 'unmap', 'close']);
  });

  test('a controller that stays ready is still given back, after its reset has been tried', async () => {
    const { device, controller } = await started({ cstsWhenDisabled: 1 });
    await assert.rejects(controller.close(), { code: 'NOT_READY', op: 'disable the controller' });
    assert.deepEqual(device.log, ['CC=464001', 'CC=464000', 'reset', 'unmap', 'close']);
  });

  test('a lost device is closed without touching its registers', async () => {
    const { device, controller } = await started();
    await controller.createQueuePair(8);
    device.log.length = 0;
    device.lostReason = 'pulled';
    await controller.close();
    assert.deepEqual(device.log, ['unmap', 'close']);
  });

  test('an admin command without an answer leaves its buffer to the controller', async () => {
    const { controller } = await started({ status: silentOn(GET_LOG_PAGE) });
    const before = controller.arena.usedBytes;
    await assert.rejects(controller.admin.smart(), { code: 'COMMAND_TIMEOUT' });
    assert.equal(controller.arena.usedBytes, before + 4096);
    await controller.close();
  });

  test('an admin command that fails gives its buffer back', async () => {
    const { controller } = await started({ status: (opcode) => (opcode === GET_LOG_PAGE ? 0x02 : 0) });
    const before = controller.arena.usedBytes;
    await assert.rejects(controller.admin.smart(), NvmeStatusError);
    assert.equal(controller.arena.usedBytes, before);
    await controller.close();
  });

  test('after a time-out nothing else is waited for, and closing resets at once', async () => {
    const { device, controller } = await started({ status: silentOn(DELETE_SQ) });
    const first = await controller.createQueuePair(8);
    await controller.createQueuePair(8);
    await assert.rejects(controller.deleteQueuePair(first.qid), { code: 'COMMAND_TIMEOUT' });
    device.log.length = 0;
    await controller.close();
    assert.deepEqual(device.log, ['CC=460000', 'unmap', 'close']);
  });

  test('giving up ends a wait in progress', async () => {
    const device = new FakeDevice({ status: silentOn(GET_LOG_PAGE) });
    const controller = await Controller.start(device, { hugepages: 'never' });
    const smart = controller.admin.smart();
    controller.giveUp('asked to end at once');
    await assert.rejects(smart, { reason: 'asked to end at once' });
    await controller.close();
  });

  test('a controller that was given up is shut down by its registers, without a command', async () => {
    const { device, controller } = await started();
    await controller.createQueuePair(8);
    device.log.length = 0;
    controller.giveUp('asked to end at once');
    await controller.close();
    assert.deepEqual(device.log, ['CC=464001', 'CC=464000', 'unmap', 'close']);
  });

  test('a fatal status while a command waits ends the wait', async () => {
    const { device, controller } = await started({ status: silentOn(GET_LOG_PAGE) });
    const smart = controller.admin.smart();
    device.csts |= 2;
    await assert.rejects(smart, { code: 'DEVICE_LOST', reason: /CSTS\.CFS/ });
    assert.match(controller.dead() ?? '', /CSTS\.CFS/);
    await controller.close();
  });

  for (const [name, refused] of [
    ['completion', CREATE_CQ],
    ['submission', CREATE_SQ],
  ] as const) {
    test(`a refused ${name} queue leaves nothing behind`, async () => {
      let refusals = 1;
      const status = (opcode: number): number => (opcode === refused && refusals-- > 0 ? 0x02 : 0);
      const { device, controller } = await started({ status });
      const before = controller.arena.usedBytes;
      await assert.rejects(controller.createQueuePair(8), NvmeStatusError);
      assert.equal(controller.arena.usedBytes, before);
      const made = device.log.filter((entry) => entry === 'admin 05').length;
      const deleted = device.log.filter((entry) => entry === 'admin 04').length;
      assert.equal(made - deleted, refused === CREATE_CQ ? 1 : 0);
      assert.equal((await controller.createQueuePair(8)).qid, 1);
      await controller.close();
    });
  }

  test('a completion queue that cannot be deleted again keeps its memory and its identifier', async () => {
    const refused = new Set([CREATE_SQ, DELETE_CQ]);
    const { controller } = await started({ status: (opcode) => (refused.has(opcode) ? 0x02 : 0) });
    const before = controller.arena.usedBytes;
    await assert.rejects(controller.createQueuePair(8), {
      code: 'COMPLETION_QUEUE_LEFT',
      reason: /Invalid Field/,
    });
    assert.ok(controller.arena.usedBytes > before);
    refused.clear();
    assert.equal((await controller.createQueuePair(8)).qid, 2);
    await controller.close();
  });

  test('queue identifiers are used again, and no more are made than the controller gives', async () => {
    const { controller } = await started();
    const first = await controller.createQueuePair(8);
    const second = await controller.createQueuePair(8);
    assert.deepEqual([first.qid, second.qid], [1, 2]);
    await assert.rejects(controller.createQueuePair(8), { code: 'NO_QUEUE_LEFT', kind: 'input' });
    await controller.deleteQueuePair(1);
    assert.equal((await controller.createQueuePair(8)).qid, 1);
    await controller.close();
  });

  test('a queue deeper than CAP.MQES is refused before any command', async () => {
    const { device, controller } = await started();
    await assert.rejects(controller.createQueuePair(65), {
      code: 'QUEUE_TOO_DEEP',
      hint: /iodepth of at most 63/,
    });
    assert.deepEqual(device.log, []);
    await controller.close();
  });

  test('a namespace that is not active is refused by name', async () => {
    const { controller } = await started();
    await assert.rejects(controller.namespace(3), (error: unknown) => {
      assert.ok(error instanceof EngineError);
      assert.equal(error.code, 'NO_SUCH_NAMESPACE');
      assert.equal(error.reason, 'the controller has no active namespace');
      return true;
    });
    await controller.close();
  });
});
