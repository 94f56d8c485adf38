/** Threads, whose start can fail before there is one, and takes long: some are started ahead of their need. */
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import {
  MessageChannel,
  type MessagePort,
  setEnvironmentData,
  Worker,
  type WorkerOptions,
} from 'node:worker_threads';
import { EngineError } from '../errors.js';
import { shortageOf } from '../shortage.js';
import { type DataToCome, GIVEN, LOADED, LOADED_NAME } from './thread-data.js';

/** What a thread allocates before V8 first collects it; V8 itself begins with 0.5 to 2 MiB and grows as far. */
const ROOM_BEFORE_COLLECTION_MIB = 16;

/** A thread that waits to be told what it is for. */
interface Ahead {
  readonly worker: Worker;
  readonly file: string;
  readonly name: string;
  readonly port: MessagePort;
  readonly words: Int32Array;
  readonly forget: () => void;
}

const ahead = new Set<Ahead>();

/** Until then a thread has loaded what it needs, or it hangs. */
const LOADED_BY_MS = 10_000;

/** Threads that have not ended, each with the word that tells whether it has loaded what it needs. */
const loading = new Map<Worker, Int32Array>();

/** A thread that is ended while it loads native code takes the process with it: koffi throws where nobody can catch it any more. */
function waitUntilLoaded(): void {
  const deadlineMs = performance.now() + LOADED_BY_MS;
  for (const words of loading.values())
    Atomics.wait(words, LOADED, 0, Math.max(0, deadlineMs - performance.now()));
}

/** Its file calls `threadData` once it has loaded all that it needs. */
function newThread(url: URL, options: WorkerOptions): Worker {
  const words = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  setEnvironmentData(LOADED_NAME, words.buffer);
  try {
    // options of the command line are for the main program: a thread may refuse them, or load what they name
    const worker = new Worker(url, { execArgv: [], ...options });
    loading.set(worker, words);
    worker.once('exit', () => loading.delete(worker));
    if (!process.listeners('exit').includes(waitUntilLoaded)) process.on('exit', waitUntilLoaded);
    return worker;
  } finally {
    setEnvironmentData(LOADED_NAME, undefined as never);
  }
}

/** Ends a thread, whatever it does, but not before it has loaded what it needs. */
export async function endThread(worker: Worker): Promise<void> {
  // One that keeps no event loop alive does not tell of its end either.
  worker.ref();
  const deadlineMs = performance.now() + LOADED_BY_MS;
  for (let words = loading.get(worker); words !== undefined; words = loading.get(worker)) {
    if (Atomics.load(words, LOADED) !== 0 || performance.now() > deadlineMs) break;
    await setTimeout(1);
  }
  await worker.terminate();
}

/**
 * Starts a thread, with no more room on its heap than V8 gives, which the next `startThread` of this file and name takes where it
 * is brief too. Its file asks `threadData` for what it is told. Does nothing where it cannot be started: who needs it will say so.
 */
export function startThreadAhead(url: URL, name: string): void {
  const { port1: port, port2 } = new MessageChannel();
  const words = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const toCome: DataToCome = { port: port2, words: words.buffer };
  try {
    const worker = newThread(url, { workerData: { toCome }, transferList: [port2], name });
    const forget = (): void => void ahead.delete(thread);
    const thread = { worker, file: url.href, name, port, words, forget };
    // one that fails is none
    worker.once('error', forget).once('exit', forget).unref();
    ahead.add(thread);
  } catch {
    port.close();
  }
}

/** Ends the threads that nobody took, once they have loaded what they need. */
export async function endThreadsAhead(): Promise<void> {
  const unused = [...ahead];
  for (const { forget } of unused) forget();
  await Promise.all(unused.map(({ worker }) => endThread(worker)));
}

function takeAhead(url: URL, { name, workerData, transferList }: WorkerOptions): Worker | undefined {
  const thread = [...ahead].find((each) => each.file === url.href && each.name === name);
  if (thread === undefined) return undefined;
  const { worker, port, words, forget } = thread;
  forget();
  worker.off('error', forget).off('exit', forget).ref();
  port.postMessage(workerData, transferList ?? []);
  Atomics.store(words, GIVEN, 1);
  Atomics.notify(words, GIVEN);
  // of the event loop of this thread, which it would keep
  port.unref();
  return worker;
}

/**
 * Starts a thread on a file, with so much room on its heap that nothing is collected while it measures; `briefly`: with no more
 * than V8 gives, which saves 20 ms, since a flag that is set has Node compile its own modules for the thread; or it takes the one
 * that was started ahead. Throws EngineError THREAD_NOT_STARTED.
 */
export function startThread(
  url: URL,
  options: WorkerOptions & { name: string },
  target: string,
  briefly = false,
): Worker {
  const taken = briefly ? takeAhead(url, options) : undefined;
  if (taken !== undefined) return taken;
  // no option of the thread sets the first size of its heap; V8 reads this one when it makes the heap
  if (!briefly) setFlagsFromString(`--min-semi-space-size=${ROOM_BEFORE_COLLECTION_MIB}`);
  try {
    return newThread(url, options);
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
