/**
 * Uses every queue pair of a controller whose doorbells end at a page that cannot be touched: `node
 * guarded-doorbells-child.js DSTRD WINDOW_BYTES [beyond]`. Prints how many there were, or the code of the refusal.
 * `beyond` stores one word behind the window and lives through it only if the guard is none.
 */
import { EngineError } from '../../../../engine/errors.js';
import { Controller } from '../../../../engine/path/pcie/controller.js';
import { QueuePair } from '../../../../engine/path/pcie/queue-pair.js';
import { mprotect } from '../../../../engine/sys/libc.js';
import { reserve, viewAt } from '../../../../engine/sys/mapping.js';
import { FakeDevice, PLAIN_CAP } from './fake-device.js';

/** DSTRD 15 puts the last doorbell of 65,535 queue pairs 16 GiB behind the first. */
const GUARD_BYTES = 17 * 2 ** 30;
const PAGE_BYTES = 4096;
const PROT_NONE = 0;

/** Memory of so many bytes with nothing but guard behind it. */
function guardedWindow(lengthBytes: number): { address: bigint; lengthBytes: number } {
  const pages = Math.ceil(lengthBytes / PAGE_BYTES) * PAGE_BYTES;
  const { address } = reserve(pages + GUARD_BYTES, 'guarded doorbells');
  if (mprotect(address + BigInt(pages), GUARD_BYTES, PROT_NONE) !== 0) throw new Error('mprotect failed');
  return { address: address + BigInt(pages - lengthBytes), lengthBytes };
}

async function useAll(controller: Controller): Promise<number> {
  const { maxIoQueues } = controller;
  for (let i = 0; i < maxIoQueues; i++) {
    const pair = new QueuePair(await controller.createQueuePair(2));
    pair.ring();
    pair.release();
  }
  const more = await controller.createQueuePair(2).catch((error: unknown) => error);
  if (!(more instanceof EngineError) || more.code !== 'NO_QUEUE_LEFT') throw new Error('one more was made');
  return maxIoQueues;
}

const [dstrd, windowBytes] = process.argv.slice(2).map(Number);
const doorbells = guardedWindow(windowBytes);
if (process.argv[4] === 'beyond') new Uint32Array(viewAt(doorbells.address + BigInt(windowBytes), 4))[0] = 1;
const device = new FakeDevice({ cap: PLAIN_CAP | (BigInt(dstrd) << 32n), queues: 65_535, doorbells });
try {
  const controller = await Controller.start(device, { hugepages: 'never', adminTimeoutMs: 20_000 });
  console.log(await useAll(controller));
  await controller.close();
} catch (error) {
  console.log(error instanceof EngineError ? error.code : String(error));
}
