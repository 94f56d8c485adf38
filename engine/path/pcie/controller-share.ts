import type { AdminQueue } from './admin.js';
import type { QueueIdSource } from './queue-ids.js';

/** What a process asks of the one that holds the controller; everything else it does by itself. */
export interface ControllerShare {
  /** I/O queue pairs that the controller gives to this host, all its processes together. */
  readonly queuesGranted: number;
  readonly queueIds: QueueIdSource;
  /** `unusable` says why the controller cannot answer any more; `onTimeout` hears of a command without an answer. */
  adminQueue(unusable: () => string | undefined, onTimeout: (reason: string) => void): AdminQueue;
}
