/** What a secondary makes of the answers of a holder that the test plays. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { HolderConnection } from '../../../engine/held/connection.js';
import { receiveFrame, sendFrame } from '../../../engine/held/frame.js';
import { nowMs } from '../../../engine/sys/clock.js';
import { closeFd, createEventFd } from '../../../engine/sys/fd.js';
import { UnixListener } from '../../../engine/sys/unix-listener.js';
import { closeFds, UnixSocket } from '../../../engine/sys/unix-socket.js';
import { openFds } from '../../fixtures/open-fds.js';

/** Asks for something; the holder answers with an eventfd. The descriptors that came of it. */
async function fdsOfAnswer(kind: 'hello' | 'take-queue'): Promise<{ fds: readonly number[]; more: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-connection-'));
  const listener = new UnixListener(join(folder, 'socket'));
  const socket = UnixSocket.connect(join(folder, 'socket'), nowMs() + 1000);
  const holder = listener.accept(1000);
  assert.ok(holder);
  const connection = new HolderConnection(socket, process.pid);
  try {
    const asked = connection.request(kind === 'hello' ? { kind, version: 3 } : { kind }, 5000);
    closeFds(receiveFrame(holder, nowMs() + 1000).fds);
    const before = openFds();
    const fd = createEventFd();
    sendFrame(holder, { id: 1, ok: 1 }, [fd], nowMs() + 1000);
    closeFd(fd);
    const { fds } = await asked;
    const more = openFds() - before;
    closeFds(fds);
    return { fds, more };
  } finally {
    connection.close();
    holder.close();
    listener.close();
    rmSync(folder, { recursive: true });
  }
}

test('descriptors come with the answer to hello', async () => {
  const { fds, more } = await fdsOfAnswer('hello');
  assert.deepEqual([fds.length, more], [1, 1]);
});

test('descriptors that nobody asked for are closed', async () => {
  const { fds, more } = await fdsOfAnswer('take-queue');
  assert.deepEqual([fds.length, more], [0, 0]);
});
