/** Commands of the main thread over a queue pair that is there for these alone, and memory that is theirs. */
import type { DmaBuffer } from '../../memory/arena.js';
import type { CommandQueue } from './command-queue.js';
import type { Controller } from './controller.js';

const DEPTH = 15;

export interface OwnQueue {
  readonly queue: CommandQueue;
  /** Commands that may be outstanding at a time. */
  readonly depth: number;
  /** From the beginning of a page on. It goes with the queue pair: after a time-out the controller may still write to it. Throws EngineError. */
  allocate(lengthBytes: number): DmaBuffer;
}

/** `depth`: outstanding commands to ask for. Throws what `act` throws; EngineError, NvmeStatusError. */
export async function withOwnQueue<T>(
  controller: Controller,
  act: (own: OwnQueue) => Promise<T>,
  depth = DEPTH,
): Promise<T> {
  const { arena, pageBytes, capabilities } = controller;
  const entries = Math.min(depth + 1, capabilities.maxQueueEntries);
  const memory = await controller.createQueuePair(entries);
  const buffers: DmaBuffer[] = [];
  const allocate = (lengthBytes: number): DmaBuffer => {
    const buffer = arena.allocate(lengthBytes, pageBytes);
    buffers.push(buffer);
    return buffer;
  };
  try {
    return await act({ queue: controller.commandQueue(memory), depth: entries - 1, allocate });
  } finally {
    await controller.deleteQueuePair(memory.qid).catch((error: unknown) => {
      for (const buffer of buffers.splice(0)) arena.leave(buffer);
      throw error;
    });
    for (const buffer of buffers) arena.free(buffer);
  }
}
