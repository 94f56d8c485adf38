/** Interrupts of the server, asked for by hand: what it answers, takes, refuses and gives back. */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import koffi from 'koffi';
import { attachTransport, Controller, serveVfioUser, type VfioUserServer } from '../../../../engine/index.js';
import { nowMs, sleepMs } from '../../../../engine/sys/clock.js';
import { createEventFd, drainEventFd, waitReadable } from '../../../../engine/sys/fd.js';
import { write } from '../../../../engine/sys/libc.js';
import { closeFds } from '../../../../engine/sys/unix-socket.js';
import { openFds, openFdsBecome } from '../../../fixtures/open-fds.js';
import { RawDriver } from '../raw-driver.js';
import { RawClient } from './raw-client.js';
import { rawDevice, sharedMemory } from './raw-device.js';

const EINVAL = 22;
const ENOTSUP = 95;
const DEVICE = 'sim:?size=16MiB&latency=none&write_latency=none&queues=8';
const MSIX = 2;
// data of SET_IRQS, and action
const NONE = 1;
const BOOL = 2;
const EVENTFD = 4;
const MASK = 8;
const UNMASK = 16;
const TRIGGER = 32;

const base = mkdtempSync(join(tmpdir(), 'nvbench-server-irq-'));
after(() => rmSync(base, { recursive: true }));

async function until(condition: () => boolean): Promise<boolean> {
  for (const deadline = nowMs() + 5000; !condition(); await sleepMs(2)) if (nowMs() > deadline) return false;
  return true;
}

describe('interrupts of the vfio-user server', { concurrency: false }, () => {
  let server: VfioUserServer;
  before(async () => {
    server = await serveVfioUser({ socketDir: join(base, 'one'), device: DEVICE });
  });
  after(() => server.close());

  describe('by hand', { concurrency: false }, () => {
    let client: RawClient;
    let fds: number[];
    let own: number;
    beforeEach(() => {
      client = RawClient.greeted(server.target);
      fds = [createEventFd(), createEventFd(), createEventFd()];
      own = openFds();
    });
    afterEach(() => {
      client.close();
      closeFds(fds);
    });

    test('MSI-X has a vector for each queue pair and the admin queue, MSI none, the others one', () => {
      const infos = [0, 1, 2, 3, 4].map((index) => client.irqInfo(index).body);
      assert.deepEqual(
        infos.map((body) => [0, 4, 8, 12].map((at) => body.readUInt32LE(at))),
        [
          [16, 7, 0, 1],
          [16, 0, 1, 0],
          [16, 1, 2, 9],
          [16, 1, 3, 1],
          [16, 1, 4, 1],
        ],
      );
      assert.equal(client.irqInfo(5).errno, EINVAL);
    });

    test('the configuration space has the MSI-X capability, of which only Enable can be written', () => {
      assert.equal(client.read(7, 6, 2).body.readUInt16LE(16) & 0x10, 0x10);
      const at = client.read(7, 0x34, 1).body.readUInt8(16);
      assert.equal(client.read(7, at, 1).body.readUInt8(16), 0x11);
      assert.equal(client.read(7, at + 2, 2).body.readUInt16LE(16), 8); // a table of 9
      assert.equal(client.write(7, at, Buffer.alloc(12, 0xff)).errno, 0); // no byte of the next capability
      assert.equal(client.read(7, at + 2, 2).body.readUInt16LE(16), 0x8008);
      assert.equal(client.write(7, at + 2, Buffer.alloc(2)).errno, 0);
      assert.equal(client.read(7, at + 2, 2).body.readUInt16LE(16), 0x0008);
    });

    test('the BAR that the capability names holds the table, and the pending bits behind it', () => {
      const [table, pending] = [0x44, 0x48].map((at) => client.read(7, at, 4).body.readUInt32LE(16));
      assert.deepEqual([table & 7, pending & 7], [4, 4]);
      const lengthBytes = Number(client.regionInfo(4, 64).body.readBigUInt64LE(16));
      const pendingOffset = pending & ~7;
      assert.ok((table & ~7) + 9 * 16 <= pendingOffset && pendingOffset + 8 <= lengthBytes);
      const entry = Buffer.from('0000e0fe000000002140000001000000', 'hex');
      assert.equal(client.write(4, (table & ~7) + 8 * 16, entry).errno, 0);
      assert.deepEqual(client.read(4, (table & ~7) + 8 * 16, 16).body.subarray(16), entry);
      assert.equal(client.write(4, pendingOffset, Buffer.alloc(8, 0xff)).errno, 0);
      assert.equal(client.read(4, pendingOffset, 8).body.readBigUInt64LE(16), 0n);
      assert.equal(client.read(4, lengthBytes - 4, 8).errno, EINVAL);
    });

    test('what cannot be set is refused, and no descriptor is kept', async () => {
      const file = openSync('/dev/zero', 'r+');
      const [one] = fds;
      const before = openFds();
      const cases: [what: string, errno: number, expected: number][] = [
        ['no data type', client.setIrqs(TRIGGER, MSIX, 0, 1, [one]), EINVAL],
        ['two data types', client.setIrqs(EVENTFD | BOOL | TRIGGER, MSIX, 0, 1, [one]), EINVAL],
        ['no action', client.setIrqs(EVENTFD, MSIX, 0, 1, [one]), EINVAL],
        ['two actions', client.setIrqs(EVENTFD | TRIGGER | MASK, MSIX, 0, 1, [one]), EINVAL],
        ['an index without interrupts', client.setIrqs(EVENTFD | TRIGGER, 1, 0, 1, [one]), EINVAL],
        ['a second INTx', client.setIrqs(EVENTFD | TRIGGER, 0, 1, 1, [one]), EINVAL],
        ['an eventfd for unmasking', client.setIrqs(EVENTFD | UNMASK, 0, 0, 1, [one]), ENOTSUP],
        ['errors to be masked', client.setIrqs(NONE | MASK, 3, 0, 1), ENOTSUP],
        ['no such index', client.setIrqs(EVENTFD | TRIGGER, 5, 0, 1, [one]), EINVAL],
        ['past the last vector', client.setIrqs(EVENTFD | TRIGGER, MSIX, 8, 2, [one, one]), EINVAL],
        ['from beyond the last vector', client.setIrqs(NONE | TRIGGER, MSIX, 9, 0), EINVAL],
        ['a sum that wraps', client.setIrqs(EVENTFD | TRIGGER, MSIX, 1, 0xffff_ffff, [one]), EINVAL],
        ['more descriptors than vectors', client.setIrqs(EVENTFD | TRIGGER, MSIX, 0, 1, fds), EINVAL],
        ['fewer descriptors than vectors', client.setIrqs(EVENTFD | TRIGGER, MSIX, 0, 3, [one]), EINVAL],
        ['descriptors that mean nothing', client.setIrqs(NONE | TRIGGER, MSIX, 0, 1, [one]), EINVAL],
        ['none at all', client.setIrqs(EVENTFD | TRIGGER, MSIX, 0, 0), EINVAL],
        ['what is no eventfd', client.setIrqs(EVENTFD | TRIGGER, MSIX, 0, 2, [one, file]), EINVAL],
        ['masking', client.setIrqs(NONE | MASK, MSIX, 0, 1), ENOTSUP],
        ['unmasking', client.setIrqs(NONE | UNMASK, MSIX, 0, 1), ENOTSUP],
        ['triggering by hand', client.setIrqs(NONE | TRIGGER, MSIX, 0, 1), ENOTSUP],
        ['a short message', client.call(8, Buffer.alloc(16), [one]).errno, EINVAL],
      ];
      for (const [what, errno, expected] of cases) assert.equal(errno, expected, what);
      await openFdsBecome(before);
      closeSync(file);
    });

    test('more descriptors than it said it takes are refused, and closed', () => {
      const nine = Array.from({ length: 9 }, () => fds[0]);
      assert.equal(client.setIrqs(EVENTFD | TRIGGER, MSIX, 0, 9, nine), EINVAL);
      assert.equal(openFds(), own);
    });

    test('eventfds are kept until others take their place, or none', () => {
      const setting = (start: number, count: number, some: readonly number[] = []): number => {
        assert.equal(client.setIrqs(EVENTFD | TRIGGER, MSIX, start, count, some), 0);
        return openFds() - own;
      };
      assert.equal(setting(0, 3, fds), 3);
      assert.equal(setting(1, 3, fds), 4);
      assert.equal(setting(0, 2), 2);
      assert.equal(client.setIrqs(NONE | TRIGGER, MSIX, 0, 0), 0);
      assert.equal(openFds(), own);
    });

    test('a reset gives them back and turns MSI-X off', () => {
      assert.equal(client.write(7, 0x42, Buffer.from('0080', 'hex')).errno, 0);
      assert.equal(client.setIrqs(EVENTFD | TRIGGER, MSIX, 0, 3, fds), 0);
      assert.equal(client.call(13, new Uint8Array(0)).errno, 0);
      assert.equal(openFds(), own);
      assert.equal(client.read(7, 0x42, 2).body.readUInt16LE(16), 8);
    });

    test('the eventfd of errors is kept, also over a reset, until it is taken away', () => {
      const ERRORS = 3;
      assert.equal(client.setIrqs(EVENTFD | TRIGGER, ERRORS, 0, 1, [fds[0]]), 0);
      assert.equal(client.setIrqs(EVENTFD | TRIGGER, ERRORS, 0, 1, [fds[1]]), 0);
      assert.equal(client.setIrqs(EVENTFD | TRIGGER, ERRORS, 1, 1, [fds[1]]), EINVAL);
      assert.equal(client.call(13, new Uint8Array(0)).errno, 0);
      assert.equal(openFds(), own + 1);
      assert.equal(client.setIrqs(NONE | TRIGGER, ERRORS, 0, 0), 0);
      assert.equal(openFds(), own);
      assert.equal(client.setIrqs(EVENTFD | TRIGGER, ERRORS, 0, 1, [fds[0]]), 0);
      assert.equal(client.setIrqs(EVENTFD | TRIGGER, ERRORS, 0, 1), 0);
      assert.equal(openFds(), own);
    });

    test('a client that leaves leaves none behind', async () => {
      assert.equal(client.setIrqs(EVENTFD | TRIGGER, MSIX, 0, 3, fds), 0);
      assert.equal(client.setIrqs(EVENTFD | TRIGGER, 3, 0, 1, [fds[0]]), 0);
      client.close();
      // the client's end, the server's end of the connection, and the doorbells
      assert.ok(await until(() => openFds() === own - 3), `${openFds()} descriptors after ${own}`);
    });
  });

  test('completions of admin commands signal vector 0 while MSI-X is on', async () => {
    const client = RawClient.greeted(server.target);
    const driver = new RawDriver(rawDevice(client), sharedMemory);
    const eventFd = createEventFd();
    const signals = (): bigint => (waitReadable(eventFd, 0) ? drainEventFd(eventFd) : 0n);
    driver.enable();
    assert.equal(client.setIrqs(EVENTFD | TRIGGER, MSIX, 0, 1, [eventFd]), 0);
    driver.identify(1, 0);
    assert.equal(signals(), 0n);
    assert.equal(client.write(7, 0x42, Buffer.from('0080', 'hex')).errno, 0);
    for (let round = 0; round < 3; round++) {
      driver.identify(1, 0);
      assert.ok(await until(() => signals() === 1n));
    }
    await driver.close();
    closeFds([eventFd]);
  });

  test('a client that makes its eventfd blocking and fills it holds up nobody', async () => {
    const fcntl = koffi.load('libc.so.6').func('int fcntl(int fd, int command, int value)');
    const F_SETFL = 4;
    const O_RDWR = 2;
    const controller = await Controller.start(await attachTransport(server.target, {}), {
      hugepages: 'never',
    });
    const [{ vector, eventFd }] = controller.device.interrupts?.arm(1) ?? assert.fail('no interrupts');
    try {
      const memory = await controller.createQueuePair(4, vector);
      drainEventFd(eventFd);
      assert.equal(fcntl(eventFd, F_SETFL, O_RDWR), 0);
      assert.equal(write(eventFd, BigUint64Array.of(2n ** 64n - 2n), 8), 8);
      const queue = controller.commandQueue(memory);
      for (let i = 0; i < 3; i++) await queue.execute({ name: 'Flush', opcode: 0, nsid: 1 }, 5000);
      assert.notEqual(await controller.admin.smart(), undefined);
    } finally {
      if (waitReadable(eventFd, 0)) drainEventFd(eventFd); // sets a controller free that was held up after all
      await controller.close();
    }
  });
});
