import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachTransport, Controller, type TransportDevice } from '../../../../engine/index.js';
import type { ControllerOptions } from '../../../../engine/path/pcie/controller-options.js';
import { mannerOf, trueCapabilities } from '../../../../engine/path/pcie/manner.js';
import { decodeCapabilities } from '../../../../engine/spec/index.js';

const OPTIONS: ControllerOptions = { hugepages: 'never', adminTimeoutMs: 20_000 };
const SMALL = 'size=16MiB&latency=none&write_latency=none';

async function started(options: string, more: ControllerOptions = {}): Promise<Controller> {
  const device = await attachTransport(`sim:?${SMALL}&${options}`);
  return Controller.start(device, { ...OPTIONS, ...more });
}

/** How often the device was reset so far. */
function countResets(device: TransportDevice): () => number {
  let resets = 0;
  const reset = device.reset.bind(device);
  device.reset = () => {
    resets++;
    return reset();
  };
  return () => resets;
}

test('a family that hangs when CSTS is read too early is closed and started again without a reset', async () => {
  const device = await attachTransport(`sim:?${SMALL}&personality=samsung-pm1725`);
  const resets = countResets(device);
  const close = device.close.bind(device);
  device.close = async () => undefined;
  const first = await Controller.start(device, OPTIONS);
  assert.deepEqual([...first.quirks], ['late-ready-check', 'queues-of-64']);
  await first.close();
  assert.equal(device.registers.read32(0x1c), 0);
  assert.equal(resets(), 0);
  device.close = close;
  await device.close();
});

test('without its quirks it hangs, and a reset is what brings it back', async () => {
  const device = await attachTransport(`sim:?${SMALL}&personality=samsung-pm1725`);
  const resets = countResets(device);
  const controller = await Controller.start(device, { ...OPTIONS, quirks: false });
  assert.equal(controller.quirks.size, 0);
  await controller.close().catch(() => undefined);
  assert.ok(resets() > 0);
});

test('a family whose large queues reset it gets queues of two entries; without its quirks it dies of them', async () => {
  const careful = await started('personality=apple-2001');
  assert.equal(careful.capabilities.maxQueueEntries, 2);
  await careful.createQueuePair(2);
  await careful.close();
  const careless = await started('personality=apple-2001', { quirks: false });
  await assert.rejects(careless.createQueuePair(16), { code: 'DEVICE_LOST', reason: /CSTS\.CFS/ });
  await careless.close();
});

test('a family that wants a whole page of admin queue gets it; without its quirks it cannot be enabled', async () => {
  await (await started('personality=microsoft-b111')).close();
  await assert.rejects(started('personality=microsoft-b111', { quirks: false }), {
    code: 'CONTROLLER_FATAL',
  });
});

test('a family with entries of 128 bytes is refused by name of its quirk, unless quirks are off', async () => {
  await assert.rejects(started('pci=106b:2005'), { code: 'UNSUPPORTED_CONTROLLER', reason: /wide-commands/ });
  await (await started('pci=106b:2005', { quirks: false })).close();
});

test('CAP.MQES of 0 is 64 entries on the family that means that, and nowhere else', () => {
  const said = decodeCapabilities(0x20_0000_0000n);
  const of = (deviceId: number): number =>
    trueCapabilities(said, mannerOf({ pciId: { vendorId: 0x144d, deviceId } }, true).quirks).maxQueueEntries;
  assert.deepEqual([of(0xa821), of(0xa808)], [64, 1]);
});

test('times, priority and sizes follow the quirks', () => {
  const of = (vendorId: number, deviceId: number) => mannerOf({ pciId: { vendorId, deviceId } }, true);
  const plain = mannerOf({}, true);
  assert.deepEqual(plain.restMs, { readyCheck: 0, start: 0, queue: 0 });
  assert.equal(plain.shutdownMs(0), 10_000);
  assert.equal(of(0x15ad, 0x07f0).shutdownMs(0), 60_000);
  assert.equal(of(0x8086, 0xf1a5).queuePriority, 2);
  assert.equal(of(0x8086, 0x0953).leastEntries, 1024);
  assert.ok(of(0x8086, 0x0953).restMs.start > 0);
  assert.ok(of(0x80ee, 0x4e56).restMs.queue > 0);
});

test('what is known of a model is in force once the controller has said that it is one, unless nobody asks', async () => {
  const options = 'pci=1e0f:0001&model=KCD6XVUL6T40';
  for (const [quirks, known] of [
    [true, ['no-autonomous-states']],
    [false, []],
  ] as const) {
    const controller = await started(options, { quirks });
    assert.deepEqual([...controller.quirks], known);
    await controller.close();
  }
});

test('a family is let alone before its first start', async () => {
  const begin = performance.now();
  const controller = await started('pci=8086:0953');
  assert.ok(performance.now() - begin >= 2000);
  await controller.close();
});

test('a family is let alone after each new queue pair', async () => {
  const controller = await started('pci=80ee:4e56');
  const { admin } = controller;
  const execute = admin.execute.bind(admin);
  let answeredAt = 0;
  admin.execute = async (...args) => {
    const answer = await execute(...args);
    answeredAt = performance.now();
    return answer;
  };
  await controller.createQueuePair(2);
  // A timer of a millisecond, less what its clock is behind.
  assert.ok(performance.now() - answeredAt >= 0.5);
  await controller.close();
});

for (const [pci, qprio] of [
  ['8086:f1a5', 2],
  ['8086:0001', 0],
] as const)
  test(`submission queues of ${pci} are created with a priority of ${qprio}`, async () => {
    const controller = await started(`pci=${pci}`);
    const { admin } = controller;
    const execute = admin.execute.bind(admin);
    const priorities: number[] = [];
    admin.execute = (command, ...rest) => {
      if (command.opcode === 0x01) priorities.push(((command.cdw11 ?? 0) >> 1) & 3);
      return execute(command, ...rest);
    };
    await controller.createQueuePair(2);
    assert.deepEqual(priorities, [qprio]);
    await controller.close();
  });

test('a controller that refuses Number of Queues is identified and tells its health, and gives no queue', async () => {
  const controller = await started('refuse_features=7');
  assert.equal(controller.maxIoQueues, 0);
  assert.equal((await controller.namespace()).nsid, 1);
  assert.ok((await controller.admin.smart()).temperatureKelvin > 0);
  await assert.rejects(controller.createQueuePair(2), {
    code: 'NO_QUEUE_LEFT',
    reason: /gives no I\/O queue pairs \(Set Features: Invalid Field in Command/,
  });
  await controller.close();
});

test('no more queue pairs are asked for than are wanted', async () => {
  const controller = await started('queues=64', { queuePairs: 3 });
  assert.equal(controller.maxIoQueues, 3);
  await controller.close();
});

test('CAP.TO of 0, and CRTO, leave a controller the time that it takes', async () => {
  await (await started('to=0&ready_after=1s')).close();
  await (await started('to=0&crto=20&ready_after=3s')).close();
  await assert.rejects(started('to=0&ready_after=30s'), { code: 'NOT_READY', reason: /2000 ms/ });
});

test('the version that Identify leaves out is that of VS', async () => {
  const controller = await started('vs=1.0&refuse_cns=2;3');
  assert.deepEqual([controller.identity.version, controller.version], ['1.0.0', '1.0.0']);
  await controller.close();
});
