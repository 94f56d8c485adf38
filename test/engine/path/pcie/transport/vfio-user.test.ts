/** Attaching, losing and sharing a vfio-user server, over the project's own one. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  attachTransport,
  Controller,
  serveVfioUser,
  type VfioUserServer,
} from '../../../../../engine/index.js';
import { sleepMs } from '../../../../../engine/sys/clock.js';
import { viewAt } from '../../../../../engine/sys/mapping.js';
import { openFds } from '../../../../fixtures/open-fds.js';

const base = mkdtempSync(join(tmpdir(), 'nvbench-vfio-user-'));
after(() => rmSync(base, { recursive: true }));
let count = 0;

const DEVICE = 'sim:?size=16MiB&latency=none&write_latency=none';
const serve = (mapDoorbells = true, device = DEVICE): Promise<VfioUserServer> =>
  serveVfioUser({ socketDir: join(base, `${count++}`), device, mapDoorbells });

async function until(test: () => boolean): Promise<boolean> {
  for (let i = 0; i < 2000; i++) {
    if (test()) return true;
    await sleepMs(1);
  }
  return false;
}

test('the directory and the path of the socket lead to the same controller', async () => {
  const server = await serve();
  for (const target of [server.target, `${server.target}/cntrl`]) {
    const device = await attachTransport(target, {});
    assert.deepEqual([device.kind, device.software, device.target], ['vfio-user', true, target]);
    assert.match(device.notice ?? '', /^SOFTWARE CONTROLLER: .* behind a vfio-user socket/);
    assert.equal(device.registers.read32(8), 0x10400);
    assert.deepEqual(device.warnings, []);
    await device.close();
  }
  await server.close();
});

test('doorbells by message are warned of', async () => {
  const server = await serve(false);
  const device = await attachTransport(server.target, {});
  assert.deepEqual(
    device.warnings.map(({ code }) => code),
    ['doorbells-by-message'],
  );
  await device.close();
  await server.close();
});

test('queues lie in memory of the served controller, which the next client has anew', async () => {
  const server = await serve(true, `${DEVICE}&cmb=64KiB`);
  let before: Uint32Array | undefined;
  for (let client = 0; client < 2; client++) {
    const controller = await Controller.start(await attachTransport(server.target, {}));
    const memory = await controller.createQueuePair(8, undefined, { sqMemory: 'cmb' });
    const words = new Uint32Array(viewAt(memory.sqAddress, 64));
    assert.equal(words[1], 0);
    // what the former client has still mapped is nobody's
    if (before !== undefined) before[1] = 99;
    const queue = controller.commandQueue(memory);
    for (let i = 0; i < 9; i++) await queue.execute({ name: 'Flush', opcode: 0, nsid: 1 }, 2000);
    assert.equal(words[1], 1);
    before = words;
    await controller.close();
  }
  await server.close();
});

test('a second client waits its turn, and says so when the time runs out', async () => {
  const server = await serve();
  const first = await attachTransport(server.target, {});
  await assert.rejects(attachTransport(`${server.target}?timeout=50ms`, {}), {
    code: 'VFIO_USER_NO_VERSION',
    hint: /another client may hold it/,
  });
  assert.equal(first.lost(), undefined);
  await first.close();
  const second = await attachTransport(server.target, {});
  await second.close();
  await server.close();
});

test('a client that leaves with its controller enabled leaves nothing to the next one', async () => {
  const server = await serve();
  const abandoned = await Controller.start(await attachTransport(server.target, {}));
  assert.equal(abandoned.device.registers.read32(0x1c) & 1, 1);
  await abandoned.device.close();
  const controller = await Controller.start(await attachTransport(server.target, {}));
  assert.notEqual(controller.identity.serialNumber, '');
  await controller.close();
  await abandoned.close();
  await server.close();
});

for (const mapDoorbells of [true, false]) {
  test(`a server that ends is noticed, doorbells mapped: ${mapDoorbells}`, async () => {
    const server = await serve(mapDoorbells);
    const controller = await Controller.start(await attachTransport(server.target, {}));
    await server.close();
    assert.ok(await until(() => controller.dead() !== undefined));
    assert.match(controller.dead() ?? '', /closed the connection/);
    await assert.rejects(controller.admin.smart(), { code: 'DEVICE_LOST' });
    await controller.close();
  });
}

test('attaching and detaching leaves no descriptor behind', async () => {
  const server = await serve(false);
  const cycle = async (): Promise<void> => {
    const controller = await Controller.start(await attachTransport(server.target, {}));
    await controller.close();
  };
  await cycle();
  const before = openFds();
  for (let i = 0; i < 3; i++) await cycle();
  assert.ok(await until(() => openFds() <= before), `${openFds()} descriptors after ${before}`);
  await server.close();
});

test('a path without a server is an error that says what to do', async () => {
  const missing = { code: 'VFIO_USER_NO_SERVER', kind: 'environment', hint: /start the server/ };
  await assert.rejects(attachTransport(`vfio-user:${base}/none`, {}), missing);
  const file = join(base, 'file');
  writeFileSync(file, '');
  await assert.rejects(attachTransport(`vfio-user:${file}`, {}), { code: 'VFIO_USER_NO_SERVER' });
});

test('options are checked before anything is connected', async () => {
  for (const query of ['doorbells=none', 'timeout=5', 'timeout=0ms', 'colour=red'])
    await assert.rejects(attachTransport(`vfio-user:${base}/none?${query}`, {}), {
      code: 'BAD_VFIO_USER_OPTION',
      kind: 'input',
    });
});

test('the ids of the function that a server plays are known', async () => {
  const socketDir = join(base, `${count++}`);
  const server = await serveVfioUser({ socketDir, device: 'sim:?size=16MiB&pci=c0a9:540a' });
  const device = await attachTransport(server.target);
  assert.deepEqual(device.pciId, { vendorId: 0xc0a9, deviceId: 0x540a });
  await device.close();
  await server.close();
});

test("a server that is told no function plays QEMU's drive", async () => {
  const server = await serve();
  const device = await attachTransport(server.target);
  assert.deepEqual(device.pciId, { vendorId: 0x1b36, deviceId: 0x0010 });
  await device.close();
  await server.close();
});
