/** A drive that is taken out of its slot while it is served, and put back. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ControlCommand } from '../../../../engine/device/serve/control-requests.js';
import { askServed, attachTransport, serveVfioUser, type VfioUserServer } from '../../../../engine/index.js';
import { sleepMs } from '../../../../engine/sys/clock.js';
import { mapMemfd } from '../../../../engine/sys/mapping.js';
import { RawDriver } from '../raw-driver.js';
import { read, statusOf, write } from '../raw-rings.js';
import { RawClient } from './raw-client.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-unplug-'));

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const untilMs = performance.now() + 20_000; !(await condition()); await sleepMs(5))
    assert.ok(performance.now() < untilMs);
}

describe('a served drive', { concurrency: false }, () => {
  let server: VfioUserServer;
  before(async () => {
    server = await serveVfioUser({ socketDir: folder, device: 'sim:?size=16MiB&latency=none' });
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const ask = (command: ControlCommand, argument?: string) =>
    askServed(folder, { command, ...(argument === undefined ? {} : { argument }) });
  const slot = async () => (await ask('truth')).truth!.slot;
  const refusedAsNobodyServes = () =>
    assert.rejects(attachTransport(server.target, {}), { code: 'VFIO_USER_NO_SERVER' });

  test('its client is asked to release it, has it until then, and nobody else has; what it wrote is there when it is back', async () => {
    const device = await attachTransport(server.target, {});
    const driver = new RawDriver(device, mapMemfd);
    driver.enable();
    const queue = driver.ioQueue(1);
    const page = driver.dma(4096);
    page.view.setUint32(0, 4711, true);
    assert.equal(device.askedBack!(), undefined);
    assert.deepEqual((await ask('unplug')).slot, { state: 'leaving', asked: true });
    await refusedAsNobodyServes();
    await assert.rejects(ask('plug'), { code: 'STILL_PLUGGED' });
    assert.deepEqual(statusOf(queue.run(write({ slba: 8, lbas: 1, prp1: page.iova }))), [0, 0]);
    assert.match(device.askedBack!()!, /to be unplugged/);
    await driver.close();
    await until(async () => (await slot()) === 'out');
    assert.ok(!existsSync(join(folder, 'cntrl')));
    assert.deepEqual((await ask('plug')).slot, { state: 'in' });
    const again = new RawDriver(await attachTransport(server.target, {}), mapMemfd);
    again.enable();
    const found = again.dma(4096);
    assert.deepEqual(statusOf(again.ioQueue(1).run(read({ slba: 8, lbas: 1, prp1: found.iova }))), [0, 0]);
    assert.equal(found.view.getUint32(0, true), 4711);
    await again.close();
  });

  test('a surprise is told to nobody: its client has lost it', async () => {
    const device = await attachTransport(server.target, {});
    const driver = new RawDriver(device, mapMemfd);
    driver.enable();
    assert.deepEqual((await ask('unplug', 'surprise')).slot, { state: 'out' });
    await until(() => device.lost() !== undefined);
    assert.equal(device.askedBack!(), undefined);
    await refusedAsNobodyServes();
    await device.close();
    assert.deepEqual([(await ask('truth')).truth!.ready, await slot()], [false, 'out']);
    await ask('plug');
  });

  test('a client that has not said how it is asked keeps it until it leaves', async () => {
    const client = RawClient.greeted(server.target);
    assert.deepEqual((await ask('unplug')).slot, { state: 'leaving', asked: false });
    assert.equal(client.read(0, 8, 4).errno, 0);
    client.close();
    await until(async () => (await slot()) === 'out');
    assert.deepEqual((await ask('unplug')).slot, { state: 'out' });
    await ask('plug');
  });
});
