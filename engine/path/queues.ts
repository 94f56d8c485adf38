/** The paths by the names that specifications of queues carry: what a worker's thread opens its queues with. */
import { nullQueues } from './null/queues.js';
import type { QueuePath } from './path.js';
import { pcieQueues } from './pcie/queues.js';
import { uringQueues } from './uring/queues.js';

const PATHS: Readonly<Record<string, QueuePath>> = { pcie: pcieQueues, null: nullQueues, uring: uringQueues };

/** The path of that name. Throws RangeError where there is none. */
export function queuePath(name: string): QueuePath {
  const path = PATHS[name];
  if (path === undefined) throw new RangeError(`no path is called ${name}`);
  return path;
}
