/** What the server tells of a client that has gone: an exception that its controller has survived. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { listenIn } from '../../../../engine/device/serve/listen-path.js';
import { VfioUserServerLoop } from '../../../../engine/device/serve/server.js';
import { parseTarget } from '../../../../engine/path/open.js';
import { attachSim } from '../../../../engine/path/pcie/transport/sim.js';
import { nowMs } from '../../../../engine/sys/clock.js';
import { createEventFd, signalEventFd } from '../../../../engine/sys/fd.js';
import { closeFds } from '../../../../engine/sys/unix-socket.js';
import { RawClient } from './raw-client.js';

const GREETING = Buffer.from('\0\0\x01\0{"capabilities":{}}\0', 'latin1');

test('an exception that the controller has survived is told once its client has gone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-notices-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const device = await attachSim(parseTarget('sim:?size=16MiB'));
  const defects = ['thought up', undefined];
  device.newDefect = () => defects.shift();
  const notices: string[] = [];
  const wakeFd = createEventFd();
  const options = { mapDoorbells: true, wakeFd };
  const hooks = { notice: (notice: string) => notices.push(notice), unplugged: () => undefined };
  const server = new VfioUserServerLoop(listenIn(folder), device, options, hooks);
  const clients = [0, 1].map(() => new RawClient(`vfio-user:${folder}`));
  for (const { socket } of clients) socket.send(RawClient.message(1, 1, GREETING), [], nowMs() + 5000);
  const served = server.run();
  for (const deadline = nowMs() + 20_000; nowMs() < deadline && defects.length > 0; ) {
    for (const { socket } of clients) if (socket.peerGone() || socket.waitReadable(0)) socket.close();
    await new Promise((resolve) => setImmediate(resolve));
  }
  server.stop();
  signalEventFd(wakeFd);
  await served;
  await server.close();
  closeFds([wakeFd]);
  assert.deepEqual(notices, ['the controller failed a client: thought up']);
});
