/** Clients that wait for their turn, and such that say nothing or nothing whole. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, beforeEach, describe, test } from 'node:test';
import { attachTransport, Controller } from '../../../../engine/index.js';
import { nowMs, sleepMs } from '../../../../engine/sys/clock.js';
import { createEventFd } from '../../../../engine/sys/fd.js';
import { closeFds } from '../../../../engine/sys/unix-socket.js';
import { HeldTarget, type Program } from '../../../fixtures/held.js';
import { RawClient } from './raw-client.js';

const PATIENCE_MS = 60_000;
const OPEN_FILES = 160;
const [MSIX, EVENTFD_TRIGGER] = [2, 0x24];

describe('a server before clients that do not talk', { concurrency: false }, () => {
  const held = new HeldTarget('sim:?size=16MiB&latency=none&queues=400');
  const target = `vfio-user:${held.folder}`;
  let server: Program;
  let silent: RawClient[] = [];
  before(async () => {
    server = held.limited(OPEN_FILES, 'serve', '--socket', held.folder, '--device', held.target);
    await server.says(/serving/);
  });
  beforeEach(() => {
    for (const client of silent) client.close();
    silent = [];
  });
  after(async () => {
    const ended = await server.kill('SIGTERM');
    await held.dispose();
    assert.deepEqual([ended.exitCode, ended.signal], [0, null], ended.stderr);
  });

  /** Connects, and sends the first bytes of a message. */
  function connect(firstBytes: number): RawClient {
    const client = new RawClient(target);
    if (firstBytes > 0)
      client.socket.send(
        RawClient.message(1, 1, Buffer.alloc(4)).subarray(0, firstBytes),
        [],
        nowMs() + 1000,
      );
    silent.push(client);
    return client;
  }

  async function until(condition: () => boolean, what: string): Promise<void> {
    for (const untilMs = nowMs() + PATIENCE_MS; !condition(); await sleepMs(10))
      assert.ok(nowMs() < untilMs, what);
  }

  const openFds = (): number => readdirSync(`/proc/${server.child.pid}/fd`).length;

  test('serves whoever greets, while as many as may connect say nothing or not all of it', () => {
    for (let client = 0; client < 12; client++) connect([0, 1, 15, 18][client % 4]);
    RawClient.greeted(target).close();
    assert.ok(
      silent.some(({ socket }) => !socket.peerGone()),
      'it waited for each of them',
    );
  });

  test('serves whoever greets behind more of them than it lets in', async () => {
    for (let client = 0; client < 40; client++) connect(0);
    const controller = await Controller.start(await attachTransport(target, {}), { hugepages: 'never' });
    await controller.close();
  });

  test('sends those away that say nothing for long, also while it serves', async () => {
    const served = RawClient.greeted(target);
    for (let client = 0; client < 4; client++) connect([0, 3][client % 2]);
    await until(() => silent.every(({ socket }) => socket.peerGone()), 'they are still there');
    assert.equal(
      served.read(0, 8, 4).body.readUInt32LE(16),
      0x10400,
      'silence after the greeting is none of it',
    );
    served.close();
  });

  test('serves those that have greeted in their order, each when the one before has left', async () => {
    const first = RawClient.greeted(target);
    const others = [connect(0), connect(0)];
    for (const { socket } of others)
      socket.send(RawClient.message(1, 1, Buffer.from('\0\0\x01\0', 'latin1')), [], nowMs() + 1000);
    first.read(0, 8, 4);
    assert.deepEqual(
      others.map(({ socket }) => socket.waitReadable(200)),
      [false, false],
    );
    first.close();
    assert.equal(others[0].reply(1, 1).errno, 0);
    assert.equal(others[1].socket.waitReadable(200), false);
    others[0].close();
    assert.equal(others[1].reply(1, 1).errno, 0);
  });

  test('says that it has no descriptors left, and goes on with who is there, then with who waits', async () => {
    const greedy = RawClient.greeted(target);
    const eventFd = createEventFd();
    for (let vector = 0; openFds() < OPEN_FILES - 8; vector++)
      assert.equal(greedy.setIrqs(EVENTFD_TRIGGER, MSIX, vector, 1, [eventFd]), 0);
    closeFds([eventFd]);
    for (let client = 0; client < 14; client++) connect(0);
    await server.says(/accept \(.*\): EMFILE; raise the limit.*; who connects meanwhile has to wait/);
    assert.equal(greedy.read(0, 8, 4).errno, 0);
    const next = connect(0);
    next.socket.send(RawClient.message(1, 1, Buffer.from('\0\0\x01\0', 'latin1')), [], nowMs() + 1000);
    greedy.close();
    await until(() => next.socket.waitReadable(0), 'it is not served');
    assert.equal(next.reply(1, 1).errno, 0);
    assert.ok(openFds() < OPEN_FILES / 2);
  });
});
