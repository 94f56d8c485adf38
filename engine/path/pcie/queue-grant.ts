/** How many I/O queue pairs may be used of a controller: what it gives, as far as their doorbells can be reached. */
import { type Capabilities, lastDoorbellPair } from '../../spec/index.js';
import type { Admin } from './admin.js';
import type { DoorbellWindow } from './transport/transport.js';

const MOST_IO_QUEUES = 65_534;

export interface QueueGrant {
  /** Queue pairs; their identifiers are 1 to this. */
  readonly queues: number;
  /** Why there are no more, as a clause for messages. */
  readonly reason: string;
}

/** What a controller that names a number gives. */
export function granted(queues: number): QueueGrant {
  return { queues, reason: `the controller gives ${queues} I/O queue pairs` };
}

/** Asks for all queue pairs that there can be. Throws NvmeStatusError, EngineError. */
export async function askForQueues(
  admin: Admin,
  { lengthBytes }: DoorbellWindow,
  { doorbellStrideBytes }: Capabilities,
): Promise<QueueGrant> {
  const given = granted(await admin.setNumberOfQueues(MOST_IO_QUEUES));
  const reachable = lastDoorbellPair(lengthBytes, doorbellStrideBytes);
  if (given.queues <= reachable) return given;
  const window = `${lengthBytes} bytes of doorbells, ${doorbellStrideBytes} bytes apart, can be reached`;
  return { queues: reachable, reason: `${given.reason}, and those of ${reachable}: ${window}` };
}
