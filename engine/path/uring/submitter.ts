/** The kernel's thread that submits for a ring (SQPOLL): which of this process's threads it is. */
import { threadIds, threadName } from '../../sys/threads.js';
import type { RingSpec } from './ring.js';

/** As io_uring names them; before Linux 5.12 they are no threads of the process. */
const NAME = /^iou-sqp-/;
/** A thread names itself when it first runs. */
const NAMED_WITHIN_MS = 2_000;

export interface SubmittedRing {
  readonly ring: RingSpec;
  /** Undefined where it cannot be told. */
  readonly threadId: number | undefined;
}

/** Makes a ring with SQPOLL; what `make` throws is thrown. */
export function withSubmitter(make: () => RingSpec): SubmittedRing {
  const before = threadIds();
  const ring = make();
  const added = [...threadIds()].filter((id) => !before.has(id));
  const named = (): number | undefined => added.find((id) => NAME.test(threadName(id) ?? ''));
  let threadId = named();
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (
    let waitedMs = 0;
    threadId === undefined && added.length > 0 && waitedMs < NAMED_WITHIN_MS;
    waitedMs++
  ) {
    Atomics.wait(pause, 0, 0, 1);
    threadId = named();
  }
  return { ring, threadId };
}
