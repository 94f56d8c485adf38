/** The thread of a worker: by which name it is started, and the first one ahead of its need. */
import { startThreadAhead } from '../sys/thread.js';

export { endThreadsAhead } from '../sys/thread.js';

export const WORKER_FILE = new URL('./thread.js', import.meta.url);

export const workerName = (index: number): string => `nvbench-io-${index}`;

/** For a job that is brief (brief.ts); others start theirs another way. */
export function startWorkerAhead(): void {
  startThreadAhead(WORKER_FILE, workerName(0));
}
