/** How a controller is stopped: memory goes only when it is known to let it alone. */
import type { EngineError } from '../../errors.js';
import type { DmaArena } from '../../memory/arena.js';
import type { Capabilities } from '../../spec/index.js';
import type { GivenMemory } from './given-memory.js';
import type { Manner } from './manner.js';
import { disable, isDisabled, shutDown } from './registers.js';
import type { TransportDevice } from './transport/transport.js';

/** A controller that has been given up is reset by its transport sooner than CAP.TO asks. */
export const GIVEN_UP_TIMEOUT_MS = 2000;

/** Runs steps of an end one after the other, whatever becomes of those before; keeps what they throw. */
export class Steps {
  readonly failures: unknown[] = [];

  async take(run: () => unknown): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.failures.push(error);
    }
  }
}

export interface Ending {
  readonly device: TransportDevice;
  readonly arena: DmaArena;
  readonly capabilities: Capabilities;
  readonly manner: Manner;
  readonly given?: Pick<GivenMemory, 'controllerMemory'> | undefined;
  /** How long a normal shutdown may take; undefined where there is none, as the controller does not answer. */
  readonly shutdownMs: number | undefined;
  /** The most that each wait for CSTS takes. */
  readonly mostMs: number | undefined;
}

/**
 * Without an IOMMU only a controller that is disabled or reset is known to leave memory alone. The error that
 * says that memory is kept, where neither can be had.
 */
async function memoryToKeep({ device, arena }: Ending): Promise<EngineError | undefined> {
  if (device.dma.iovaMode !== 'pa' || isDisabled(device)) return undefined;
  await device.reset().catch(() => false);
  if (isDisabled(device)) return undefined;
  return arena.abandon('the controller can be neither disabled nor reset');
}

/** Shuts the controller down, disables it, gives the memory back, then the device. */
export async function stopAndRelease(steps: Steps, ending: Ending): Promise<void> {
  const { device, arena, capabilities, manner, shutdownMs, mostMs } = ending;
  if (shutdownMs !== undefined) await steps.take(() => shutDown(device, shutdownMs));
  await steps.take(() => disable(device, capabilities, { mostMs, restMs: manner.restMs.readyCheck }));
  await steps.take(() => ending.given?.controllerMemory.release());
  const kept = await memoryToKeep(ending);
  if (kept) steps.failures.unshift(kept);
  else await steps.take(() => arena.close());
  await steps.take(() => device.close());
}

/** Gives a controller up that another process holds, which deletes what queues are left, once this process has gone: their memory stays till then. */
export async function leave(
  steps: Steps,
  { arena, device }: Pick<Ending, 'arena' | 'device'>,
  qids: readonly number[],
): Promise<void> {
  if (qids.length > 0) arena.abandon('the holder of the controller deletes its queues');
  else await steps.take(() => arena.close());
  await steps.take(() => device.close());
}
