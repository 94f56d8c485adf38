/** What the holder makes of secondaries that are no nvbench, from a socket and in this process. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Frame, receiveFrame, sendFrame } from '../../../engine/held/frame.js';
import { type HeldController, holdController } from '../../../engine/index.js';
import { nowMs, sleepMs } from '../../../engine/sys/clock.js';
import { isEventFd } from '../../../engine/sys/fd.js';
import { ftruncate } from '../../../engine/sys/libc.js';
import { mapFd, mapFdToRead, retire, viewAt } from '../../../engine/sys/mapping.js';
import { closeFds, UnixSocket } from '../../../engine/sys/unix-socket.js';

const TIMEOUT_MS = 10_000;
const NAMED_UID = 60_001;
const PAGE_BYTES = 4096;
const VS = 0x08;

interface Answer {
  readonly id?: number;
  readonly ok?: Record<string, unknown>;
  readonly error?: { readonly code: string };
}

describe('holdController', { concurrency: false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-hold-'));
  const state = { env: { NVBENCH_STATE_DIR: folder }, uid: process.geteuid?.() ?? 0 };
  let held: HeldController;
  before(async () => {
    held = await holdController('sim:?size=16MiB&latency=none&queues=4', { state, hugepages: 'never' });
  });
  after(async () => {
    await held.close();
    rmSync(folder, { recursive: true });
  });

  const connect = (): UnixSocket => UnixSocket.connect(held.socketPath, nowMs() + TIMEOUT_MS);

  /** The holder runs on this thread: what waits for it may not block. */
  async function receive(socket: UnixSocket): Promise<Frame> {
    const until = nowMs() + TIMEOUT_MS;
    while (!socket.waitReadable(0) && nowMs() < until) await sleepMs(1);
    return receiveFrame(socket, nowMs() + 1000);
  }

  async function ask(socket: UnixSocket, body: object, id = 1): Promise<Answer> {
    sendFrame(socket, { id, body }, [], nowMs() + 1000);
    const { value, fds } = await receive(socket);
    closeFds(fds);
    return value as Answer;
  }

  async function hello(socket: UnixSocket): Promise<{ start: bigint; last: bigint }> {
    const { ok } = await ask(socket, { kind: 'hello', version: 3 });
    assert.ok(ok, 'hello is refused');
    const { start, last } = ok.window as { start: string; last: string };
    return { start: BigInt(start), last: BigInt(last) };
  }

  async function until(condition: () => boolean, what: string): Promise<void> {
    const deadline = nowMs() + TIMEOUT_MS;
    while (!condition()) {
      if (nowMs() > deadline) assert.fail(what);
      await sleepMs(5);
    }
  }

  async function leave(...sockets: UnixSocket[]): Promise<void> {
    for (const socket of sockets) socket.close();
    await until(() => held.joined === 0, 'they are still there');
  }

  test('its socket is open to its own user only', () => {
    assert.equal(statSync(held.socketPath).mode & 0o777, 0o600);
  });

  test('a secondary gets the registers and a window of its own', async () => {
    const [one, two] = [connect(), connect()];
    const first = await hello(one);
    const second = await hello(two);
    assert.ok(first.last < second.start || second.last < first.start);
    await leave(one, two);
  });

  test('the registers that a secondary gets can be read, and neither written nor cut short', async () => {
    const socket = connect();
    sendFrame(socket, { id: 1, body: { kind: 'hello', version: 3 } }, [], nowMs() + 1000);
    const { fds } = await receive(socket);
    assert.equal(fds.length, 2);
    const [registers, doorbells] = fds;
    const again = openSync(`/proc/self/fd/${registers}`, 'r+');
    const readable = mapFdToRead(registers, PAGE_BYTES, 'registers');
    assert.equal(new Uint32Array(viewAt(readable.address, PAGE_BYTES))[VS / 4], 0x10400);
    for (const fd of [registers, again]) {
      assert.throws(() => mapFd(fd, PAGE_BYTES, 0, 'registers'), { errnoName: 'EPERM' });
      assert.throws(() => writeSync(fd, Buffer.alloc(4), 0, 4, 0), { code: 'EPERM' });
    }
    for (const fd of [registers, again, doorbells]) assert.equal(ftruncate(fd, 0), -1);
    assert.equal(held.controller.unusable(), undefined);
    retire(readable);
    closeFds([...fds, again]);
    await leave(socket);
  });

  test('nothing is answered before hello, or to another version', async () => {
    const socket = connect();
    assert.equal((await ask(socket, { kind: 'take-queue' })).error?.code, 'SHARING_BROKEN');
    assert.equal((await ask(socket, { kind: 'hello', version: 99 })).error?.code, 'SHARING_BROKEN');
    await leave(socket);
  });

  test('one that sends rubbish is left, the others are not', async () => {
    const [good, bad] = [connect(), connect()];
    await hello(good);
    bad.send(Uint8Array.of(0xff, 0xff, 0xff, 0x7f), [], nowMs() + 1000);
    await until(() => bad.peerGone(), 'the holder still listens to it');
    assert.equal((await ask(good, { kind: 'take-queue' }, 2)).ok, 1);
    await leave(good, bad);
  });

  test('a request as long as a message may be is answered, and nobody suffers', async () => {
    const [good, bad] = [connect(), connect()];
    await hello(good);
    await hello(bad);
    // Escaped in the answer it would be longer than a message.
    const command = { name: '"'.repeat(29_000), opcode: 0x80, nsid: 1 };
    const answer = await ask(bad, { kind: 'admin', command, timeoutMs: 1000 }, 2);
    assert.equal(answer.error?.code, 'NVME_STATUS');
    assert.equal((await ask(good, { kind: 'take-queue' }, 2)).ok, 1);
    await leave(good, bad);
  });

  test('a secondary cannot have the controller given up by a deadline of its own', async () => {
    const socket = connect();
    await hello(socket);
    const command = { name: 'Get Features', opcode: 0x0a, cdw10: 7 };
    for (const timeoutMs of [0, -1, 2 ** 53 - 1])
      assert.ok((await ask(socket, { kind: 'admin', command, timeoutMs }, 2)).ok);
    assert.equal(held.controller.unusable(), undefined);
    await leave(socket);
  });

  test('queue identifiers that a secondary leaves behind are free again', async () => {
    const socket = connect();
    await hello(socket);
    const taken = [];
    for (let i = 0; i < 4; i++) taken.push((await ask(socket, { kind: 'take-queue' }, 10 + i)).ok);
    assert.deepEqual(taken, [1, 2, 3, 4]);
    assert.equal((await ask(socket, { kind: 'take-queue' }, 20)).error?.code, 'NO_QUEUE_LEFT');
    await leave(socket);
    const next = connect();
    await hello(next);
    assert.equal((await ask(next, { kind: 'take-queue' }, 2)).ok, 1);
    await leave(next);
  });

  async function takeVector(socket: UnixSocket, id = 2): Promise<Answer & { fds: readonly number[] }> {
    sendFrame(socket, { id, body: { kind: 'take-vector' } }, [], nowMs() + 1000);
    const { value, fds } = await receive(socket);
    return { ...(value as Answer), fds };
  }

  test('a vector comes with the eventfd that it signals, and each is handed out once', async () => {
    const [one, two] = [connect(), connect()];
    for (const socket of [one, two]) await hello(socket);
    const [first, second] = [await takeVector(one), await takeVector(two)];
    assert.deepEqual([first.ok, second.ok], [1, 2]);
    for (const { fds } of [first, second]) {
      assert.equal(fds.length, 1);
      assert.ok(isEventFd(fds[0]));
      closeFds(fds);
    }
    await leave(one, two);
  });

  test('vectors that a secondary leaves behind are free again', async () => {
    const socket = connect();
    await hello(socket);
    for (let i = 0; i < 4; i++) closeFds((await takeVector(socket, 10 + i)).fds);
    assert.equal((await takeVector(socket, 20)).error?.code, 'NO_VECTOR_LEFT');
    await leave(socket);
    const next = connect();
    await hello(next);
    const { ok, fds } = await takeVector(next);
    assert.equal(ok, 1);
    closeFds(fds);
    await leave(next);
  });

  test("a vector that is another's cannot be given back, one's own can", async () => {
    const [owner, other] = [connect(), connect()];
    for (const socket of [owner, other]) await hello(socket);
    closeFds((await takeVector(owner)).fds);
    const give = { kind: 'give-vector', vector: 1 };
    assert.equal((await ask(other, give, 3)).error, undefined);
    const second = await takeVector(other, 4);
    assert.equal(second.ok, 2);
    assert.equal((await ask(owner, give, 5)).error, undefined);
    const again = await takeVector(other, 6);
    assert.equal(again.ok, 1);
    closeFds([...second.fds, ...again.fds]);
    await leave(owner, other);
  });

  test('memory outside the window is refused, and so is memory without a descriptor', async () => {
    const socket = connect();
    const { start, last } = await hello(socket);
    const map = (iova: bigint, lengthBytes: number) =>
      ask(socket, { kind: 'map', iova: `0x${iova.toString(16)}`, lengthBytes }, 2);
    assert.equal((await map(start - 4096n, 4096)).error?.code, 'SHARED_MAP_REFUSED');
    assert.equal((await map(last + 1n - 4096n, 8192)).error?.code, 'SHARED_MAP_REFUSED');
    assert.equal((await map(start, 0)).error?.code, 'SHARED_MAP_REFUSED');
    assert.equal((await map(start, 4096)).error?.code, 'SHARED_MAP_REFUSED');
    await leave(socket);
  });

  test('a user who is not named is told so, one who is named is let in', async (t) => {
    if (process.geteuid?.() !== 0) return t.skip('only root can be somebody else');
    chmodSync(folder, 0o755);
    const socketPath = join(folder, 'open.sock');
    const options = { state, socketPath, allowUid: NAMED_UID, hugepages: 'never' } as const;
    const open = await holdController('sim:?size=16MiB&latency=none&seed=2', options);
    try {
      const connectAs = (uid: number): UnixSocket => {
        process.seteuid?.(uid);
        try {
          return UnixSocket.connect(socketPath, nowMs() + TIMEOUT_MS);
        } finally {
          process.seteuid?.(0);
        }
      };
      const stranger = connectAs(NAMED_UID + 1);
      const { value } = await receive(stranger);
      assert.equal((value as Answer).error?.code, 'PEER_REFUSED');
      stranger.close();
      const named = connectAs(NAMED_UID);
      await hello(named);
      named.close();
    } finally {
      await open.close();
    }
  });
});
