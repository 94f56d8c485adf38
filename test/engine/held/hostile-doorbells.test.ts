/** A secondary that rings the doorbells of others: they share a page. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Random } from '../../../engine/device/latency.js';
import { IoChannel, joinController } from '../../../engine/index.js';
import { nowMs, sleepMs } from '../../../engine/sys/clock.js';
import { mapFd, retire, viewAt } from '../../../engine/sys/mapping.js';
import { HeldTarget } from '../../fixtures/held.js';
import { RawSecondary } from './raw-secondary.js';

const PAGE = 4096;
const BYTES = 64 * 1024;
const QUEUES = 4;
const RINGS_MS = 300;

for (const seed of [1, 2, 3])
  test(`one that rings at random costs the others their queues and not the holder, seed ${seed}`, async (t) => {
    const held = new HeldTarget(`sim:?size=16MiB&latency=none&queues=${QUEUES}`);
    t.after(() => held.dispose());
    const socketPath = join(held.folder, 'socket');
    const holder = await held.hold('--socket', socketPath);
    const hostile = await RawSecondary.joined(socketPath);
    const doorbells = mapFd(hostile.fds[1], PAGE, PAGE, 'doorbells');
    const words = new Uint32Array(viewAt(doorbells.address, PAGE));
    const random = new Random(seed);
    const below = (limit: number): number => (random.next() >>> 0) % limit;
    const ringFor = async (ms: number, whileSo: () => boolean = () => true): Promise<void> => {
      for (const until = nowMs() + ms; nowMs() < until && whileSo(); await sleepMs(1))
        words[below(2 * QUEUES + 2)] = [below(32), below(5000), 0xffff_ffff][below(3)];
    };
    words[0] = 5; // the admin queue's
    await ringFor(60_000, () => !/had to be reset/.test(holder.stderr));
    assert.match(
      holder.stderr,
      /had to be reset: it answers commands that were not sent.*; it was shared by process/,
    );
    const ringing = ringFor(RINGS_MS);
    const controller = await joinController(held.target, {
      state: held.state,
      socketPath,
      hugepages: 'never',
    });
    const namespace = await controller.namespace();
    const channel = await IoChannel.open(controller, namespace);
    const [out, back] = [controller.arena.allocate(BYTES, PAGE), controller.arena.allocate(BYTES, PAGE)];
    for (let round = 0; round < 10; round++) {
      new Uint32Array(out.view).fill(below(2 ** 31));
      await channel.write(0, BYTES / namespace.lbaBytes, out);
      await channel.read(0, BYTES / namespace.lbaBytes, back);
      assert.ok(Buffer.from(back.view).equals(Buffer.from(out.view)), 'what it has mapped still rings');
    }
    await ringing;
    await channel.close();
    await controller.close();
    retire(doorbells);
    hostile.close();
    const ended = await holder.kill('SIGTERM');
    assert.deepEqual([ended.exitCode, ended.signal], [0, null], ended.stderr);
  });

for (const seed of [1, 2, 3])
  test(`whoever comes after one that rang for the admin queue has a controller that answers, seed ${seed}`, async (t) => {
    const held = new HeldTarget(`sim:?size=16MiB&latency=none&queues=${QUEUES}`);
    t.after(() => held.dispose());
    const socketPath = join(held.folder, 'socket');
    await held.hold('--socket', socketPath);
    const options = { state: held.state, socketPath, hugepages: 'never' } as const;
    const random = new Random(seed);
    for (let round = 0; round < 8; round++) {
      const hostile = await RawSecondary.joined(socketPath);
      const doorbells = mapFd(hostile.fds[1], PAGE, PAGE, 'doorbells');
      const words = new Uint32Array(viewAt(doorbells.address, PAGE));
      // tail and head of the admin queue: room that there is not, for commands that nobody sent
      for (const until = nowMs() + 20; nowMs() < until; )
        words[(random.next() >>> 0) % 2] = (random.next() >>> 0) % 32;
      hostile.close();
      retire(doorbells);
      const controller = await joinController(held.target, options);
      assert.equal((await controller.namespace()).nsid, 1, `round ${round}`);
      await controller.close();
    }
  });
