/** Whatever a secondary sends, the holder and the others go on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Controller, IoChannel, joinController } from '../../../engine/index.js';
import { HeldTarget } from '../../fixtures/held.js';
import { HostileSecondary } from './hostile-secondary.js';

const REQUESTS = 1500;
const BYTES = 64 * 1024;

/** An honest secondary, with a queue pair before anybody else can have taken it. */
class Honest {
  readonly #controller: Controller;
  readonly #channel: IoChannel;
  readonly #lbas: number;

  static async join(held: HeldTarget): Promise<Honest> {
    const controller = await joinController(held.target, { state: held.state, hugepages: 'never' });
    const namespace = await controller.namespace();
    return new Honest(controller, await IoChannel.open(controller, namespace), BYTES / namespace.lbaBytes);
  }

  private constructor(controller: Controller, channel: IoChannel, lbas: number) {
    this.#controller = controller;
    this.#channel = channel;
    this.#lbas = lbas;
  }

  async writeAndRead(seed: number): Promise<void> {
    const { arena } = this.#controller;
    const [out, back] = [arena.allocate(BYTES, 4096), arena.allocate(BYTES, 4096)];
    new Uint32Array(out.view).forEach((_, index, words) => {
      words[index] = index * seed;
    });
    await this.#channel.write(0, this.#lbas, out);
    await this.#channel.read(0, this.#lbas, back);
    assert.deepEqual(Buffer.from(back.view), Buffer.from(out.view));
    arena.free(out);
    arena.free(back);
  }

  async leave(): Promise<void> {
    await this.#channel.close();
    await this.#controller.close();
  }
}

for (const seed of [1, 2, 3])
  test(`random requests of two secondaries end neither the holder nor another, seed ${seed}`, async (t) => {
    const held = new HeldTarget('sim:?size=16MiB&latency=none&queues=8');
    t.after(() => held.dispose());
    const holder = await held.hold();
    const socketPath = /run --shared` on (.*);/.exec(holder.stderr)?.[1] ?? '';
    const honest = await Honest.join(held);
    const hostile = [2 * seed, 2 * seed + 1].map((each) => new HostileSecondary(socketPath, each));
    for (let round = 0; round < 3; round++) {
      await Promise.all(hostile.map((secondary) => secondary.attack(REQUESTS / 3)));
      await honest.writeAndRead(round + 1);
    }
    for (const secondary of hostile) secondary.leave();
    await honest.writeAndRead(99);
    await honest.leave();
    const next = await Honest.join(held);
    await next.writeAndRead(100);
    await next.leave();
    const ended = await holder.kill('SIGTERM');
    assert.deepEqual([ended.exitCode, ended.signal], [0, null], ended.stderr);
  });
