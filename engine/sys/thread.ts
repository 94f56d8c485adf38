/** Threads, whose start can fail before there is one. */
import { setFlagsFromString } from 'node:v8';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { EngineError } from '../errors.js';
import { shortageOf } from '../shortage.js';

/** What a thread allocates before V8 first collects it; V8 itself begins with 0.5 to 2 MiB and grows as far. */
const ROOM_BEFORE_COLLECTION_MIB = 16;

/**
 * Starts a thread on a file, with so much room on its heap that nothing is collected while it measures; `briefly`: with no more
 * than V8 gives, which saves 20 ms, since a flag that is set has Node compile its own modules for the thread. Throws
 * EngineError THREAD_NOT_STARTED.
 */
export function startThread(
  url: URL,
  options: WorkerOptions & { name: string },
  target: string,
  briefly = false,
): Worker {
  // no option of the thread sets the first size of its heap; V8 reads this one when it makes the heap
  if (!briefly) setFlagsFromString(`--min-semi-space-size=${ROOM_BEFORE_COLLECTION_MIB}`);
  try {
    // options of the command line are for the main program: a thread may refuse them, or load what they name
    return new Worker(url, { execArgv: [], ...options });
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
