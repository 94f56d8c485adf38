/** What a thread is told, as it finds it: with its start, or later where it was started ahead of its need. */
import { getEnvironmentData, type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';

/** In place of the data of a thread that is started ahead. */
export interface DataToCome {
  readonly port: MessagePort;
  /** Its word `GIVEN` becomes 1 when the data are at `port`. */
  readonly words: SharedArrayBuffer;
}

export const GIVEN = 0;

/** Name of the words, among the environment data of a thread, whose `LOADED` becomes 1 when it has loaded all that it needs. */
export const LOADED_NAME = 'nvbench-thread-loaded';
export const LOADED = 0;

function tellLoaded(): void {
  const buffer = getEnvironmentData(LOADED_NAME) as unknown;
  if (!(buffer instanceof SharedArrayBuffer)) return;
  const words = new Int32Array(buffer);
  Atomics.store(words, LOADED, 1);
  Atomics.notify(words, LOADED);
}

/**
 * The data of this thread, which has loaded all that it needs: from here on it may be ended. Blocks one that was started ahead until
 * it is told; where nobody needs it, it is ended there.
 */
export function threadData<T>(): T {
  tellLoaded();
  const data = workerData as T | { readonly toCome: DataToCome };
  if (typeof data !== 'object' || data === null || !('toCome' in data)) return data as T;
  const { port } = data.toCome;
  Atomics.wait(new Int32Array(data.toCome.words), GIVEN, 0);
  const received = receiveMessageOnPort(port) as { message: T };
  port.close();
  return received.message;
}
