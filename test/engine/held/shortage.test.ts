/** A holder without descriptors for whoever connects. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { SystemError } from '../../../engine/errors.js';
import { joinController } from '../../../engine/index.js';
import { nowMs } from '../../../engine/sys/clock.js';
import { UnixSocket } from '../../../engine/sys/unix-socket.js';
import { HeldTarget } from '../../fixtures/held.js';

const OPEN_FILES = 160;
const TARGET = 'sim:?size=16MiB&latency=none';

/** Peers that say nothing, until nobody is let in any more. */
function crowd(path: string): UnixSocket[] {
  const peers: UnixSocket[] = [];
  try {
    for (;;) peers.push(UnixSocket.connect(path, nowMs() + 1000));
  } catch (error) {
    assert.ok(error instanceof SystemError && error.errnoName === 'EAGAIN', String(error));
    return peers;
  }
}

test('a holder without descriptors says so, waits, and lets the next one in', async (t) => {
  const held = new HeldTarget(TARGET);
  t.after(() => held.dispose());
  const path = join(held.folder, 'socket');
  const holder = held.limited(OPEN_FILES, 'hold', TARGET, '--socket', path);
  await holder.says(/holding/);
  const peers = crowd(path);
  assert.ok(peers.length > OPEN_FILES / 2);
  await holder.says(/accept \(.*\): EMFILE; raise the limit.*; who connects meanwhile has to wait/);
  for (const peer of peers) peer.close();
  const controller = await joinController(TARGET, {
    state: held.state,
    socketPath: path,
    hugepages: 'never',
  });
  assert.notEqual((await controller.admin.identifyController()).modelNumber, '');
  await controller.close();
  const ended = await holder.kill('SIGTERM');
  assert.deepEqual([ended.exitCode, ended.signal], [0, null], ended.stderr);
});
