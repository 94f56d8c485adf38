/** Threads that the kernel makes for I/O whose submission would block (io-wq), such as a write that makes a file grow. */
import { threadIds, threadName } from '../../sys/threads.js';

/** As io_uring names them, since Linux 5.12: after the thread that submits. */
const NAME = /^iou-wrk-(\d+)$/;

/**
 * Those of the thread `submitter` of this process, by their ids. In a PID namespace the names have the numbers of another: each
 * that may be anybody's is undefined.
 */
export function blockedThreads(submitter: number): (number | undefined)[] {
  const ids = threadIds();
  return [...ids].flatMap((id) => {
    const of = NAME.exec(threadName(id) ?? '')?.[1];
    if (of === undefined) return [];
    if (Number(of) === submitter) return [id];
    return ids.has(Number(of)) ? [] : [undefined];
  });
}
