/** The moment after a disk has come: programs of the system look at it, as udev does, and close it again. */
import { setTimeout as delay } from 'node:timers/promises';
import { findUses } from '../disks/find-reasons.js';
import { EngineError } from '../errors.js';
import type { Setup } from './setup.js';

const DEADLINE_MS = 10_000;
const STEP_MS = 50;

/** Whether a program has a disk of the function open; also where that cannot be told for now. */
function isOpen({ host }: Setup, address: string): boolean {
  try {
    return findUses(host, address).some(({ kind }) => kind === 'open' || kind === 'exclusive');
  } catch (error) {
    if (error instanceof EngineError) return true;
    throw error;
  }
}

/**
 * Waits until nobody has a disk of the function (canonical address) open, ten seconds at most: whoever is left then is for
 * `bindFunction` to refuse. Throws nothing.
 */
export async function untilQuiet(setup: Setup, address: string, signal: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + DEADLINE_MS;
  while (!signal.aborted && performance.now() < giveUpAt && isOpen(setup, address)) await delay(STEP_MS);
}
