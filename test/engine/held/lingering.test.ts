/** Secondaries that send descriptors whose closing takes its time. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeFrame } from '../../../engine/held/frame.js';
import { nowMs } from '../../../engine/sys/clock.js';
import { HeldTarget } from '../../fixtures/held.js';
import { Lingering } from '../../fixtures/lingering.js';
import { RawSecondary } from './raw-secondary.js';

const LINGER_S = 60;

test('a holder waits for no descriptor that a secondary sends', async (t) => {
  const held = new HeldTarget('sim:?size=16MiB');
  const lingering = new Lingering();
  t.after(async () => {
    lingering.close();
    await held.dispose();
  });
  await lingering.listen();
  const path = join(held.folder, 'socket');
  const holder = await held.hold('--socket', path);
  const hostile = await RawSecondary.joined(path);
  const map = { kind: 'map', iova: `0x${hostile.start.toString(16)}`, lengthBytes: 4096 };
  holder.child.kill('SIGSTOP'); // so that all of it is there when the first is read
  for (const [id, body] of [map, map, {}, map].entries()) {
    const fd = await lingering.open(LINGER_S);
    const frame = encodeFrame({ id, body });
    hostile.socket.send(frame.subarray(0, 2), [fd], nowMs() + 1000);
    lingering.give(fd);
    hostile.socket.send(frame.subarray(2), [], nowMs() + 1000);
  }
  holder.child.kill('SIGCONT');
  const startMs = nowMs();
  const honest = await RawSecondary.joined(path);
  assert.equal((await honest.ask({ kind: 'take-queue' })).error, undefined);
  honest.close();
  hostile.close();
  const ended = await holder.kill('SIGTERM');
  assert.ok(nowMs() - startMs < (LINGER_S * 1000) / 2);
  assert.deepEqual([ended.exitCode, ended.signal], [0, null], ended.stderr);
});
