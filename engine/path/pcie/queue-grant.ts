/** How many I/O queue pairs may be used of a controller: what it gives, as far as their doorbells can be reached. */
import { NvmeStatusError } from '../../errors.js';
import { type Capabilities, lastDoorbellPair } from '../../spec/index.js';
import type { Admin } from './admin.js';
import type { DoorbellWindow } from './transport/transport.js';

const MOST_IO_QUEUES = 65_534;
/** As many as controllers that count their queues usually have. */
const MOST_USUAL = 128;

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

/**
 * Asks for so many queue pairs, all that there can be where the number is not known, and for fewer where that is refused.
 * A controller that refuses any number has none, and can still be identified. Throws EngineError.
 */
export async function askForQueues(
  admin: Admin,
  { lengthBytes }: DoorbellWindow,
  { doorbellStrideBytes }: Capabilities,
  wanted = MOST_IO_QUEUES,
): Promise<QueueGrant> {
  const given = await ask(admin, Math.min(wanted, MOST_IO_QUEUES));
  const reachable = lastDoorbellPair(lengthBytes, doorbellStrideBytes);
  if (given.queues <= reachable) return given;
  const window = `${lengthBytes} bytes of doorbells, ${doorbellStrideBytes} bytes apart, can be reached`;
  return { queues: reachable, reason: `${given.reason}, and those of ${reachable}: ${window}` };
}

async function ask(admin: Admin, wanted: number): Promise<QueueGrant> {
  let refusal = '';
  for (let count = wanted; count >= 1; count = fewer(count)) {
    try {
      return granted(await admin.setNumberOfQueues(count));
    } catch (error) {
      if (!(error instanceof NvmeStatusError)) throw error;
      refusal = error.reason;
    }
  }
  return { queues: 0, reason: `the controller gives no I/O queue pairs (Set Features: ${refusal})` };
}

/** Far fewer than all that there can be, then half as many each time. */
const fewer = (count: number): number => (count > MOST_USUAL ? MOST_USUAL : Math.floor(count / 2));
