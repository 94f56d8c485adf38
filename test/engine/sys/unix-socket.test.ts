import assert from 'node:assert/strict';
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { nowMs } from '../../../engine/sys/clock.js';
import { UnixListener } from '../../../engine/sys/unix-listener.js';
import { UnixSocket } from '../../../engine/sys/unix-socket.js';
import { openFds, openFdsBecome } from '../../fixtures/open-fds.js';

const directory = mkdtempSync(join(tmpdir(), 'nvbench-socket-'));
after(() => rmSync(directory, { recursive: true }));
let count = 0;

function pair(): { a: UnixSocket; b: UnixSocket; close(): void } {
  const listener = new UnixListener(join(directory, `s${count++}`));
  const a = UnixSocket.connect(listener.path, nowMs() + 1000);
  const b = listener.accept(1000);
  assert.ok(b);
  listener.close();
  return {
    a,
    b,
    close() {
      a.close();
      b.close();
    },
  };
}

const soon = (): number => nowMs() + 2000;

test('bytes arrive as sent, in pieces or at once', () => {
  const { a, b, close } = pair();
  a.send(Uint8Array.of(1, 2, 3), [], soon());
  a.send(Uint8Array.of(4, 5), [], soon());
  assert.deepEqual([...b.receiveExactly(5, soon()).data], [1, 2, 3, 4, 5]);
  close();
});

test('a descriptor arrives as another one of the same file, close-on-exec', () => {
  const { a, b, close } = pair();
  const path = join(directory, 'file');
  writeFileSync(path, 'content');
  const fd = openSync(path, 'r');
  a.send(Uint8Array.of(9), [fd, fd], soon());
  const { fds } = b.receive(16, soon());
  assert.equal(fds.length, 2);
  assert.ok(!fds.includes(fd));
  assert.equal(fstatSync(fds[0]).ino, fstatSync(fd).ino);
  const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fds[0]}`, 'utf8'))?.[1];
  assert.equal(Number.parseInt(flags ?? '', 8) & 0o2000000, 0o2000000);
  const text = Buffer.alloc(7);
  readSync(fds[1], text, 0, 7, 0);
  assert.equal(text.toString(), 'content');
  for (const each of [...fds, fd]) closeSync(each);
  close();
});

test('a receive that times out closes the descriptors that had come', async () => {
  const { a, b, close } = pair();
  const fd = openSync('/dev/null', 'r');
  const before = openFds();
  a.send(Uint8Array.of(1), [fd], soon());
  assert.throws(() => b.receiveExactly(2, nowMs() + 20), { code: 'SOCKET_TIMEOUT' });
  await openFdsBecome(before);
  closeSync(fd);
  close();
});

test('a full buffer makes the sender wait until its deadline', () => {
  const { a, close } = pair();
  const block = new Uint8Array(60_000);
  assert.throws(
    () => {
      for (let i = 0; i < 1000; i++) a.send(block, [], nowMs() + 20);
    },
    { code: 'SOCKET_TIMEOUT' },
  );
  close();
});

test('a peer that left is noticed without reading, and by reading and writing', () => {
  const { a, b, close } = pair();
  assert.equal(a.peerGone(), false);
  b.close();
  assert.equal(a.peerGone(), true);
  assert.throws(() => a.receive(1, soon()), { code: 'PEER_GONE' });
  assert.throws(() => a.send(Uint8Array.of(1), [], soon()), { code: 'PEER_GONE' });
  close();
});

test('the peer is this process', () => {
  const { b, close } = pair();
  assert.deepEqual(b.peerCredentials(), {
    pid: process.pid,
    uid: process.getuid?.(),
    gid: process.getgid?.(),
  });
  close();
});

test('nothing listening is ECONNREFUSED or ENOENT, a long path is refused before', () => {
  assert.throws(() => UnixSocket.connect(join(directory, 'none'), soon()), { errnoName: 'ENOENT' });
  const listener = new UnixListener(join(directory, 'left'));
  listener.close();
  assert.throws(() => UnixSocket.connect(listener.path, soon()), { errnoName: 'ECONNREFUSED' });
  const long = join(directory, 'x'.repeat(108));
  assert.throws(() => new UnixListener(long), { code: 'SOCKET_PATH_TOO_LONG', kind: 'input' });
});

test('a failed connect leaves no descriptor behind', () => {
  const before = openFds();
  assert.throws(() => UnixSocket.connect(join(directory, 'none'), soon()));
  assert.equal(openFds(), before);
});

test('accept gives up when nobody comes', () => {
  const listener = new UnixListener(join(directory, `s${count++}`));
  assert.equal(listener.accept(10), undefined);
  listener.close();
});
