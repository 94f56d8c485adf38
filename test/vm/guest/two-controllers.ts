import assert from 'node:assert/strict';
import { type AttachOptions, attachTransport, Controller, IoChannel } from '../../../engine/index.js';
import type { DmaBuffer } from '../../../engine/memory/arena.js';

const BLOCK = 4096;

export interface TwoControllers {
  kinds: string[];
  iovaModes: string[];
  /** They take their addresses from one space. */
  shared: boolean;
}

/**
 * Attaches two drives that keep data in this process, writes to both by turns and reads back, then closes the first
 * and does it again on the second. Throws where data differ.
 */
export async function driveTwo(
  targets: readonly [string, string],
  options: AttachOptions,
): Promise<TwoControllers> {
  const controllers: Controller[] = [];
  try {
    for (const target of targets) {
      const device = await attachTransport(target, { ...options, together: targets });
      controllers.push(await Controller.start(device));
    }
    const [first, second] = [await openDrive(controllers[0]), await openDrive(controllers[1])];
    for (let turn = 1; turn <= 8; turn++) {
      await writeThenRead(first, turn, turn);
      await writeThenRead(second, turn, turn + 100);
    }
    await first.channel.close();
    await controllers[0].close();
    await writeThenRead(second, 9, 77);
    await second.channel.close();
    const devices = controllers.map(({ device }) => device);
    return {
      kinds: devices.map(({ kind }) => kind),
      iovaModes: devices.map(({ dma }) => dma.iovaMode ?? 'va'),
      shared: devices[0].dma.iovas !== undefined && devices[0].dma.iovas === devices[1].dma.iovas,
    };
  } finally {
    for (const controller of controllers.reverse()) await controller.close();
  }
}

interface Drive {
  readonly channel: IoChannel;
  readonly buffer: DmaBuffer;
  readonly lbas: number;
}

async function openDrive(controller: Controller): Promise<Drive> {
  const namespace = await controller.namespace();
  return {
    channel: await IoChannel.open(controller, namespace),
    buffer: controller.arena.allocate(2 * BLOCK, BLOCK),
    lbas: BLOCK / namespace.lbaBytes,
  };
}

async function writeThenRead({ channel, buffer, lbas }: Drive, block: number, value: number): Promise<void> {
  const [written, read] = [new Uint8Array(buffer.view, 0, BLOCK), new Uint8Array(buffer.view, BLOCK, BLOCK)];
  written.fill(value);
  read.fill(0);
  await channel.write(block * lbas, lbas, buffer);
  await channel.read(block * lbas, lbas, buffer, BLOCK);
  assert.ok(read.every((byte) => byte === value));
}
