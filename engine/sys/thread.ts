/** Threads, whose start can fail before there is one. */
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { EngineError } from '../errors.js';
import { shortageOf } from '../shortage.js';

/** Starts a thread on a file. Throws EngineError THREAD_NOT_STARTED. */
export function startThread(url: URL, options: WorkerOptions & { name: string }, target: string): Worker {
  try {
    return new Worker(url, options);
  } catch (cause) {
    const shortage = shortageOf(cause);
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError({
      code: 'THREAD_NOT_STARTED',
      op: `start thread ${options.name}`,
      target,
      reason: shortage === undefined ? said : `${shortage.reason} (${said})`,
      hint: shortage?.hint ?? 'free CPU time or memory',
      cause,
    });
  }
}
