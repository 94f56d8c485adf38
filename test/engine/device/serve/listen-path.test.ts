import assert from 'node:assert/strict';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { listenAt, stopListening } from '../../../../engine/device/serve/listen-path.js';
import { lockFd } from '../../../../engine/sys/fd.js';
import { UnixListener } from '../../../../engine/sys/unix-listener.js';
import { UnixSocket } from '../../../../engine/sys/unix-socket.js';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-listen-'));
  path = join(dir, 'cntrl');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a file that is no socket is left as it is', () => {
  writeFileSync(path, 'precious');
  assert.throws(() => listenAt(path), { code: 'SOCKET_IN_USE', reason: /no socket/ });
  assert.equal(readFileSync(path, 'utf8'), 'precious');
});

test('a socket that was left behind is replaced', () => {
  new UnixListener(path).close();
  const listener = listenAt(path);
  UnixSocket.connect(path, 0).close();
  stopListening(listener);
  assert.equal(existsSync(path), false);
});

test('while another process is at it, the path is left to that one', () => {
  new UnixListener(path).close();
  const fd = openSync(`${path}.lock`, 'w');
  try {
    lockFd(fd, { op: 'flock', target: path });
    assert.throws(() => listenAt(path), { code: 'SOCKET_IN_USE' });
    assert.ok(existsSync(path));
  } finally {
    closeSync(fd);
  }
});

test('listening leaves no other file behind', () => {
  const listener = listenAt(path);
  assert.equal(existsSync(`${path}.lock`), false);
  stopListening(listener);
});

test('the socket of another that has taken the path since stays', () => {
  const first = listenAt(path);
  rmSync(path);
  const second = listenAt(path);
  stopListening(first);
  UnixSocket.connect(path, 0).close();
  stopListening(second);
});

test('a folder that is not there is named by its errno', () => {
  assert.throws(() => listenAt(join(dir, 'missing/cntrl')), { code: 'ENOENT', hint: /folder/ });
});
