/** Commands of the main thread over a queue pair that is there for these alone. */
import type { CommandQueue } from './command-queue.js';
import type { Controller } from './controller.js';

const ENTRIES = 16;

/** Throws what `act` throws; EngineError, NvmeStatusError. */
export async function withOwnQueue<T>(
  controller: Controller,
  act: (queue: CommandQueue) => Promise<T>,
): Promise<T> {
  const entries = Math.min(ENTRIES, controller.capabilities.maxQueueEntries);
  const memory = await controller.createQueuePair(entries);
  try {
    return await act(controller.commandQueue(memory));
  } finally {
    await controller.deleteQueuePair(memory.qid);
  }
}
