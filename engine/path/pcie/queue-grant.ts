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

/** What to do where more queue pairs are asked for than there are. */
export const fewerQueues = ({ queues }: QueueGrant): string =>
  queues > 0
    ? 'use fewer numjobs or queue_pairs'
    : 'no job can run on it this way: leave it to the kernel and use its block device';

async function ask(admin: Admin, wanted: number): Promise<QueueGrant> {
  let refused = { count: wanted + 1, why: '' };
  for (let count = wanted; count >= 1; count = fewer(count)) {
    const given = await giveOrRefuse(admin, count);
    if (typeof given === 'number') return granted(await mostBelow(admin, given, count, refused.count));
    refused = { count, why: given.reason };
  }
  return { queues: 0, reason: `the controller gives no I/O queue pairs (Set Features: ${refused.why})` };
}

async function giveOrRefuse(admin: Admin, count: number): Promise<number | NvmeStatusError> {
  try {
    return await admin.setNumberOfQueues(count);
  } catch (error) {
    if (error instanceof NvmeStatusError) return error;
    throw error;
  }
}

/** Where it gives all of `asked`, and refuses `refused`: the most in between, since a refusal leaves what was given. */
async function mostBelow(admin: Admin, given: number, asked: number, refused: number): Promise<number> {
  if (given !== asked || refused - asked <= 1) return given;
  const count = Math.floor((asked + refused) / 2);
  const more = await giveOrRefuse(admin, count);
  return typeof more === 'number'
    ? mostBelow(admin, more, count, refused)
    : mostBelow(admin, given, asked, count);
}

/** Far fewer than all that there can be, then half as many each time. */
const fewer = (count: number): number => (count > MOST_USUAL ? MOST_USUAL : Math.floor(count / 2));
