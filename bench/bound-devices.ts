/** The devices of a run, bound for its time. */
import {
  bindFunction,
  type EngineError,
  giveBackOwn,
  machineSetup,
  parseTarget,
  type Setup,
  type Undone,
} from '../engine/index.js';
import { pciAddressOf, undoneText } from './setup-words.js';

export interface BindOptions {
  readonly force: boolean;
  readonly signal: AbortSignal;
}

const isPci = (target: string): boolean => parseTarget(target).scheme === 'pci';

async function giveBack(setup: Setup): Promise<Undone | undefined> {
  const undone = await giveBackOwn(setup);
  for (const each of undone) process.stderr.write(`nvbench: ${undoneText(each)}\n`);
  return undone.find(({ outcome }) => outcome === 'failed');
}

export interface BoundOutcome<T> {
  readonly value: T;
  /** Why a device could not be given back after `body`. */
  readonly failure?: EngineError;
}

/**
 * Binds every PCI target to vfio-pci, does `body`, and gives all of them back whatever became of it. Throws
 * EngineError as `bindFunction`, and what `body` throws.
 */
export async function withBoundDevices<T>(
  targets: readonly string[],
  { force, signal }: BindOptions,
  body: () => Promise<T>,
): Promise<BoundOutcome<T>> {
  const setup = machineSetup(process.env);
  let value: T;
  try {
    for (const target of targets.filter(isPci)) {
      const address = pciAddressOf(target);
      await bindFunction(setup, { address, driver: 'vfio-pci', force, maker: 'run', signal });
    }
    value = await body();
  } catch (error) {
    await giveBack(setup);
    throw error;
  }
  return { value, failure: (await giveBack(setup))?.error };
}
