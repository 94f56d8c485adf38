/** The devices of a run, bound for its time. */
import {
  bindFunction,
  EngineError,
  giveBackOwn,
  machineSetup,
  parseTarget,
  type Setup,
} from '../../engine/index.js';
import { printError } from '../console/print-error.js';
import { pciAddressOf, undoneText } from './setup-words.js';

export interface BindOptions {
  readonly force: boolean;
  readonly signal: AbortSignal;
}

const isPci = (target: string): boolean => parseTarget(target).scheme === 'pci';

/** Why not all was given back; undefined where all was. Never throws. */
async function giveBack(setup: Setup): Promise<EngineError | undefined> {
  try {
    const undone = await giveBackOwn(setup);
    for (const each of undone) process.stderr.write(`nvbench: ${undoneText(each)}\n`);
    return undone.find(({ outcome }) => outcome === 'failed')?.error;
  } catch (error) {
    return error instanceof EngineError ? error : notGivenBack(error);
  }
}

const notGivenBack = (cause: unknown): EngineError =>
  new EngineError({
    code: 'NOT_GIVEN_BACK',
    op: 'give back',
    target: 'the devices of the run',
    reason: cause instanceof Error ? cause.message : String(cause),
    hint: 'the next nvbench command tries again; see nvbench status',
    cause,
  });

export interface BoundOutcome<T> {
  readonly value: T;
  /** Why a device could not be given back after `body`. */
  readonly failure?: EngineError;
}

/**
 * Binds every PCI target to vfio-pci, does `body`, and gives all of them back whatever became of it. Throws
 * EngineError as `bindFunction`, and what `body` throws; what then cannot be given back is only said.
 */
export async function withBoundDevices<T>(
  targets: readonly string[],
  { force, signal }: BindOptions,
  body: () => Promise<T>,
  setup: Setup = machineSetup(process.env),
): Promise<BoundOutcome<T>> {
  let value: T;
  try {
    for (const target of targets.filter(isPci)) {
      const address = pciAddressOf(target);
      await bindFunction(setup, { address, driver: 'vfio-pci', force, maker: 'run', signal });
    }
    value = await body();
  } catch (error) {
    const failure = await giveBack(setup);
    if (failure !== undefined) printError(failure);
    throw error;
  }
  return { value, failure: await giveBack(setup) };
}
