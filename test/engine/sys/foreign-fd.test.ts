import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { nowMs } from '../../../engine/sys/clock.js';
import { createEventFd } from '../../../engine/sys/fd.js';
import { isMemory, letGo } from '../../../engine/sys/foreign-fd.js';
import { createMemfd } from '../../../engine/sys/mapping.js';
import { UnixListener } from '../../../engine/sys/unix-listener.js';
import { UnixSocket } from '../../../engine/sys/unix-socket.js';
import { Lingering } from '../../fixtures/lingering.js';
import { openFds, openFdsBecome } from '../../fixtures/open-fds.js';

const LINGER_S = 20;
const folder = mkdtempSync(join(tmpdir(), 'nvbench-foreign-'));
const lingering = new Lingering();
after(() => {
  lingering.close();
  rmSync(folder, { recursive: true });
});

let count = 0;
function pair(): [UnixSocket, UnixSocket] {
  const listener = new UnixListener(join(folder, `s${count++}`));
  const one = UnixSocket.connect(listener.path, nowMs() + 1000);
  const other = listener.accept(1000) ?? assert.fail();
  listener.close();
  return [one, other];
}

/** Fails where it takes half of the time for which the descriptors linger. */
function atOnce(run: () => void): void {
  const startMs = nowMs();
  run();
  assert.ok(nowMs() - startMs < (LINGER_S * 1000) / 2, `${nowMs() - startMs} ms`);
}

test('memory is a file in memory, and nothing else', () => {
  const [memfd, event] = [createMemfd(4096, 'test'), createEventFd()];
  const others = ['/proc/self/exe', '/proc/self/status', '/dev/null', '/'].map((path) => openSync(path, 'r'));
  const [one, other] = pair();
  assert.ok(isMemory(memfd));
  for (const fd of [event, one.fd, ...others]) assert.equal(isMemory(fd), false);
  assert.equal(isMemory(-1), false);
  one.close();
  other.close();
  for (const fd of [memfd, event, ...others]) closeSync(fd);
});

test('descriptors of every kind are closed in the end', async () => {
  const before = openFds();
  const files = ['/proc/self/exe', '/dev/null', '/'].map((path) => openSync(path, 'r'));
  letGo([createMemfd(4096, 'test'), createEventFd(), ...files]);
  await openFdsBecome(before);
});

test('nobody waits for a connection that lingers', async () => {
  await lingering.listen();
  const fds = [await lingering.open(LINGER_S), await lingering.open(LINGER_S)];
  atOnce(() => letGo(fds));
});

test('nobody waits for one that lingers on its way through a socket', async () => {
  const fd = await lingering.open(LINGER_S);
  const [one, other] = pair();
  one.send(Uint8Array.of(1), [fd], nowMs() + 1000);
  lingering.give(fd);
  one.close();
  atOnce(() => letGo([other.fd]));
});

test('nobody waits for those that a dismissed peer had sent', async () => {
  const [peer, own] = pair();
  for (let message = 0; message < 3; message++) {
    const fd = await lingering.open(LINGER_S);
    peer.send(Uint8Array.of(1), [fd, fd], nowMs() + 1000);
    lingering.give(fd);
  }
  atOnce(() => own.dismiss());
  assert.throws(() => peer.send(Uint8Array.of(1), [], nowMs() + 1000), { code: 'PEER_GONE' });
  own.dismiss();
  peer.close();
});
