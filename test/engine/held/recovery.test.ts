/** A controller that fails under its secondaries. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { Suspicion } from '../../../engine/held/suspicion.js';
import { IoChannel, joinController } from '../../../engine/index.js';
import { HeldTarget } from '../../fixtures/held.js';

const BYTES = 4096;
/** Connects, says nothing, and stays. */
const SILENT = `require('node:net').connect(process.argv[1], () => console.log('connected'))`;

test('a controller with a fatal status is reset, its secondaries lose it, and the next one has it with its data', async (t) => {
  const held = new HeldTarget('sim:?size=16MiB&latency=none&faults=cfs(2)');
  t.after(() => held.dispose());
  const socketPath = join(held.folder, 'socket');
  const holder = await held.hold('--socket', socketPath);
  const silent = spawn(process.execPath, ['-e', SILENT, socketPath]);
  t.after(() => silent.kill());
  await once(silent.stdout, 'data');
  const joined = () => joinController(held.target, { state: held.state, socketPath, hugepages: 'never' });
  const [first, bystander] = [await joined(), await joined()];
  const namespace = await first.namespace();
  const channel = await IoChannel.open(first, namespace);
  const buffer = first.arena.allocate(BYTES, 4096);
  new Uint8Array(buffer.view).fill(0x5a);
  const lbas = BYTES / namespace.lbaBytes;
  await channel.write(0, lbas, buffer);
  await assert.rejects(channel.read(0, lbas, buffer), { code: 'DEVICE_LOST' });
  await holder.says(/had to be reset: the controller reports a fatal status .*process \d+ of user \d+/);
  assert.doesNotMatch(holder.stderr, new RegExp(`process ${silent.pid} `), 'it never had the doorbells');
  for (const controller of [first, bystander])
    assert.match(
      controller.unusable() ?? '',
      /CSTS\.CFS.*the last admin command \(01h\) was that of process/,
    );
  await Promise.allSettled([first.close(), bystander.close()]);
  const next = await joined();
  const again = await IoChannel.open(next, namespace);
  const back = next.arena.allocate(BYTES, 4096);
  await again.read(0, lbas, back);
  assert.deepEqual(Buffer.from(back.view), Buffer.alloc(BYTES, 0x5a));
  await again.close();
  await next.close();
  const ended = await holder.kill('SIGTERM');
  assert.deepEqual([ended.exitCode, ended.signal], [0, null], ended.stderr);
});

test('a failure is put down to whoever sent the last admin command', () => {
  const suspicion = new Suspicion();
  const [one, two] = [
    { pid: 10, uid: 0, gid: 0 },
    { pid: 11, uid: 1000, gid: 0 },
  ];
  assert.match(suspicion.describe([one]), /no secondary.*shared by process 10 of user 0/);
  suspicion.note(one, 0x05);
  suspicion.note(two, 0x01);
  assert.match(
    suspicion.describe([]),
    /\(01h\) was that of process 11 of user 1000; it was shared by nobody$/,
  );
  suspicion.left(one);
  assert.match(
    suspicion.describe([two, two]),
    /; it was shared by process 11 of user 1000, and process 10 of user 0 had left it last$/,
  );
});
