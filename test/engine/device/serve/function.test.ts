/** The served function as one of PCI Express: its capability, its reset, its line interrupt. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { serveVfioUser, type VfioUserServer } from '../../../../engine/index.js';
import { nowMs, sleepMs } from '../../../../engine/sys/clock.js';
import { createEventFd, drainEventFd, waitReadable } from '../../../../engine/sys/fd.js';
import { closeFds } from '../../../../engine/sys/unix-socket.js';
import { RawDriver } from '../raw-driver.js';
import { type Rings, statusOf } from '../raw-rings.js';
import { RawClient } from './raw-client.js';
import { rawDevice, sharedMemory } from './raw-device.js';

const CONFIG = 7;
const COMMAND = 4;
const INTX_DISABLE = '0604';
const INTX_ON = '0600';
const INTX = 0;
const MSIX = 2;
const SET_EVENTFD = 0x24;
const UNMASK = 0x11;
const MASK = 0x09;
const FLUSH = { opcode: 0x00, nsid: 1 };
/** Long enough for a signal that should not come. */
const QUIET_MS = 30;

const base = mkdtempSync(join(tmpdir(), 'nvbench-function-'));
after(() => rmSync(base, { recursive: true }));

describe('the served function', { concurrency: false }, () => {
  let server: VfioUserServer;
  let client: RawClient;
  let driver: RawDriver;
  let eventFd: number;
  before(async () => {
    const device = 'sim:?size=16MiB&latency=none&write_latency=none';
    server = await serveVfioUser({ socketDir: join(base, 'one'), device });
  });
  after(() => server.close());
  beforeEach(() => {
    client = RawClient.greeted(server.target);
    driver = new RawDriver(rawDevice(client), sharedMemory);
    eventFd = createEventFd();
  });
  afterEach(async () => {
    await driver.close();
    closeFds([eventFd]);
  });

  const config = (offset: number, bytes: string): void =>
    assert.equal(client.write(CONFIG, offset, Buffer.from(bytes, 'hex')).errno, 0);
  const word = (offset: number): number => client.read(CONFIG, offset, 2).body.readUInt16LE(16);

  /** Of the first capability of that kind, by the list. */
  function capability(id: number): number {
    for (let at = word(0x34) & 0xff; at !== 0; at = word(at) >>> 8) if ((word(at) & 0xff) === id) return at;
    throw new Error(`no capability ${id}`);
  }

  async function signalled(): Promise<boolean> {
    for (const deadline = nowMs() + 5000; nowMs() < deadline; await sleepMs(1))
      if (waitReadable(eventFd, 0)) return drainEventFd(eventFd) === 1n;
    return false;
  }

  async function quiet(): Promise<boolean> {
    await sleepMs(QUIET_MS);
    return !waitReadable(eventFd, 0);
  }

  /** An I/O queue pair with interrupts enabled. */
  function interruptingQueue(): Rings {
    const make = driver.createCq.bind(driver);
    driver.createCq = (qid, entries, iova) => make(qid, entries, iova, 3 | (qid << 16));
    return driver.ioQueue(1);
  }

  test('it is an endpoint of PCI Express that can be reset by itself, with nothing behind the capabilities', () => {
    const at = capability(0x10);
    assert.equal(word(at + 2), 0x0002);
    assert.equal(word(at + 6) & 0x1000, 0x1000);
    assert.equal(word(at + 0x12), 0x43);
    assert.equal(client.read(CONFIG, 0x100, 4).body.readUInt32LE(16), 0);
    assert.equal(capability(0x11), 0x40);
  });

  test('Initiate Function Level Reset resets the controller and what its driver set, and reads as zero', () => {
    const control = capability(0x10) + 8;
    driver.enable();
    config(COMMAND, INTX_DISABLE);
    config(0x42, '0080');
    config(control, '0f00');
    assert.deepEqual([word(COMMAND), word(control)], [0x0406, 0x000f]);
    config(control, '0f80');
    assert.deepEqual([word(COMMAND), word(control), word(0x42) & 0x8000], [0, 0x2810, 0]);
    assert.deepEqual([driver.csts(), driver.device.registers.read32(0x14)], [0, 0]);
    driver.enable();
    driver.identify(1, 0);
  });

  test('without MSI-X completions signal INTx once, until it is unmasked', async () => {
    config(COMMAND, INTX_ON);
    driver.enable();
    const queue = interruptingQueue();
    assert.equal(client.setIrqs(SET_EVENTFD, INTX, 0, 1, [eventFd]), 0);
    assert.ok(await quiet());
    queue.submit(FLUSH);
    assert.ok(await signalled());
    assert.deepEqual(statusOf(queue.waitKeeping()), [0, 0]);
    queue.submit(FLUSH);
    assert.deepEqual(statusOf(queue.waitKeeping()), [0, 0]);
    assert.ok(await quiet());
    // the host has not taken what it was told of: the level is still there
    assert.equal(client.setIrqs(UNMASK, INTX, 0, 1), 0);
    assert.ok(await signalled());
    queue.release();
    assert.equal(client.setIrqs(UNMASK, INTX, 0, 1), 0);
    assert.ok(await quiet());
    queue.submit(FLUSH);
    assert.ok(await signalled());
  });

  test('completions of admin commands signal INTx too', async () => {
    config(COMMAND, INTX_ON);
    driver.enable();
    assert.equal(client.setIrqs(SET_EVENTFD, INTX, 0, 1, [eventFd]), 0);
    driver.identify(1, 0);
    assert.ok(await signalled());
  });

  test('INTx that is masked, or disabled by the command register, waits until it may', async () => {
    driver.enable();
    config(COMMAND, INTX_DISABLE);
    assert.equal(client.setIrqs(SET_EVENTFD, INTX, 0, 1, [eventFd]), 0);
    driver.admin.submit({ opcode: 0x08, cdw10: 1 });
    assert.ok(await quiet());
    config(COMMAND, INTX_ON);
    assert.ok(await signalled());
    assert.equal(client.setIrqs(MASK, INTX, 0, 1), 0);
    driver.admin.submit({ opcode: 0x08, cdw10: 1 });
    assert.ok(await quiet());
    assert.equal(client.setIrqs(UNMASK, INTX, 0, 1), 0);
    assert.ok(await signalled());
  });

  test('where MSI-X is on INTx is not signalled', async () => {
    const vector = createEventFd();
    config(COMMAND, INTX_ON);
    driver.enable();
    assert.equal(client.setIrqs(SET_EVENTFD, INTX, 0, 1, [eventFd]), 0);
    assert.equal(client.setIrqs(SET_EVENTFD, MSIX, 0, 1, [vector]), 0);
    config(0x42, '0080');
    driver.identify(1, 0);
    assert.ok(await quiet());
    assert.equal(drainEventFd(vector), 1n);
    // a vector without an eventfd goes nowhere, not to the line
    assert.equal(client.setIrqs(SET_EVENTFD, MSIX, 0, 1), 0);
    driver.identify(1, 0);
    assert.ok(await quiet());
    config(0x42, '0000');
    driver.admin.submit({ opcode: 0x08, cdw10: 1 });
    assert.ok(await signalled());
    closeFds([vector]);
  });
});
