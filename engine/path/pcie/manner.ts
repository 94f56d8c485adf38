/** How a controller is treated: what its quirks make of the usual times and sizes. */
import { EngineError } from '../../errors.js';
import type { Capabilities } from '../../spec/index.js';
import { type Model, type Quirks, quirksOf } from './quirks.js';
import { shutdownTimeoutMs } from './registers.js';
import type { TransportDevice } from './transport/transport.js';

const ADMIN_ENTRIES = 32;
const PAGE_OF_ADMIN_ENTRIES = 64;
const REST_MS = { readyCheck: 2300, start: 2000, queue: 1 };
const SLOW_SHUTDOWN_MS = 60_000;
const LARGE_QUEUE_ENTRIES = 1024;
const MEDIUM_PRIORITY = 2;

export interface Manner {
  readonly quirks: Quirks;
  /** What is let alone: CSTS after disabling, the controller before its first start, a new queue pair. In ms. */
  readonly restMs: { readonly readyCheck: number; readonly start: number; readonly queue: number };
  readonly adminEntries: number;
  /** QPRIO of submission queues. */
  readonly queuePriority: number;
  /** Entries of a queue where the job does not say how many, as far as the controller has them; undefined for the usual. */
  readonly leastEntries: number | undefined;
  /** For a normal shutdown of a controller that says it needs so long (RTD3E). */
  shutdownMs(latencyUs: number): number;
}

/** `respected`: false to treat the controller as if nothing were known of it. `model`: what it says that it is, once it has. */
export function mannerOf(
  { pciId }: Partial<Pick<TransportDevice, 'pciId'>>,
  respected: boolean,
  model?: Model,
): Manner {
  const quirks = quirksOf(respected ? pciId : undefined, model);
  return {
    quirks,
    restMs: {
      readyCheck: quirks.has('late-ready-check') ? REST_MS.readyCheck : 0,
      start: quirks.has('late-start') ? REST_MS.start : 0,
      queue: quirks.has('delay-after-queue') ? REST_MS.queue : 0,
    },
    adminEntries: quirks.has('page-wide-admin-queue') ? PAGE_OF_ADMIN_ENTRIES : ADMIN_ENTRIES,
    queuePriority: quirks.has('medium-priority-queues') ? MEDIUM_PRIORITY : 0,
    leastEntries: quirks.has('large-queues') ? LARGE_QUEUE_ENTRIES : undefined,
    shutdownMs: (latencyUs) =>
      quirks.has('slow-shutdown') ? SLOW_SHUTDOWN_MS : shutdownTimeoutMs(latencyUs),
  };
}

/** Throws EngineError UNSUPPORTED_CONTROLLER for a family that cannot be driven. */
export function refuseQuirks({ target }: TransportDevice, quirks: Quirks): void {
  if (!quirks.has('wide-commands')) return;
  throw new EngineError({
    code: 'UNSUPPORTED_CONTROLLER',
    op: 'start the controller',
    target,
    reason: 'its submission queue entries have 128 bytes, where NVMe has 64 (quirk wide-commands)',
    hint: 'nvbench drives controllers that keep to NVMe here; use another drive',
  });
}

/** CAP as it holds: what it says of queues is not true of every controller. */
export function trueCapabilities(said: Capabilities, quirks: Quirks): Capabilities {
  if (quirks.has('queues-of-two')) return { ...said, maxQueueEntries: 2 };
  if (quirks.has('queues-of-64') && said.maxQueueEntries === 1) return { ...said, maxQueueEntries: 64 };
  return said;
}
