/** Whoever comes after the attackers, and means well. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { attachTransport, Controller, EngineError, IoChannel, joinController } from '../../engine/index.js';
import type { HeldTarget } from '../fixtures/held.js';
import { targetAt } from './serve/client.js';

const BYTES = 64 * 1024;
const PLACES = 16;

/** Writes all over the first megabyte, no two blocks alike, and reads it again. */
async function writeAndRead(controller: Controller, seed: number): Promise<void> {
  const namespace = await controller.namespace();
  const channel = await IoChannel.open(controller, namespace);
  const lbas = BYTES / namespace.lbaBytes;
  const [out, back] = [controller.arena.allocate(BYTES, 4096), controller.arena.allocate(BYTES, 4096)];
  const fill = (place: number): void => {
    new Uint32Array(out.view).forEach((_, index, words) => {
      words[index] = Math.imul(seed + place, 0x9e37_79b1) ^ index;
    });
  };
  for (let place = 0; place < PLACES; place++) {
    fill(place);
    await channel.write(place * lbas, lbas, out);
  }
  for (let place = 0; place < PLACES; place++) {
    fill(place);
    await channel.read(place * lbas, lbas, back);
    assert.ok(Buffer.from(back.view).equals(Buffer.from(out.view)), `other data at ${place * BYTES}`);
  }
  await channel.close();
}

/** Those before may still have to be let go of; on a machine of little CPU time one attempt is too short for that. */
const LET_IN_WITHIN_MS = 60_000;
const AGAIN_MS = 100;

/** By the hint of the error: it waits for the others. */
async function letIn(folder: string): ReturnType<typeof attachTransport> {
  const endMs = performance.now() + LET_IN_WITHIN_MS;
  for (;;) {
    try {
      return await attachTransport(targetAt(folder), {});
    } catch (error) {
      const isWaiting = error instanceof EngineError && error.code === 'VFIO_USER_NO_VERSION';
      if (!isWaiting || performance.now() > endMs) throw error;
      await sleep(AGAIN_MS);
    }
  }
}

/** As a client of the server in that folder. */
export async function serveHonestly(folder: string, seed: number): Promise<void> {
  const device = await letIn(folder);
  const controller = await Controller.start(device, { hugepages: 'never' });
  try {
    await writeAndRead(controller, seed);
  } finally {
    await controller.close();
  }
}

/** As a secondary of the holder. */
export async function joinHonestly(held: HeldTarget, socketPath: string, seed: number): Promise<void> {
  const options = { state: held.state, socketPath, hugepages: 'never' } as const;
  const controller = await joinController(held.target, options);
  try {
    await writeAndRead(controller, seed);
  } finally {
    await controller.close();
  }
}
