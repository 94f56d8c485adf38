/** The devices of a run, bound for its time. */
import {
  bindFunction,
  EngineError,
  giveBackOwn,
  machineSetup,
  pciFunctionOf,
  type Setup,
} from '../../engine/index.js';
import { undoneText } from '../host/setup-words.js';

export interface BindOptions {
  readonly force: boolean;
  readonly signal: AbortSignal;
  /** What was given back, and what could not be where `body` failed too. */
  readonly onNotice: (text: string, error?: EngineError) => void;
}

/** The PCI functions of a run. */
interface Functions {
  readonly setup: Setup;
  readonly addresses: readonly string[];
}

/** Why not all was given back; undefined where all was. Never throws. */
async function giveBack(
  { setup, addresses }: Functions,
  say: BindOptions['onNotice'],
): Promise<EngineError | undefined> {
  try {
    const undone = await giveBackOwn(setup, addresses);
    for (const each of undone) say(undoneText(each));
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
  { force, signal, onNotice }: BindOptions,
  body: () => Promise<T>,
  setup: Setup = machineSetup(process.env),
): Promise<BoundOutcome<T>> {
  let value: T;
  const functions = { setup, addresses: targets.flatMap((target) => pciFunctionOf(target) ?? []) };
  try {
    for (const address of functions.addresses) {
      await bindFunction(setup, { address, driver: 'vfio-pci', force, maker: 'run', signal });
    }
    value = await body();
  } catch (error) {
    const failure = await giveBack(functions, onNotice);
    if (failure !== undefined) onNotice(failure.message, failure);
    throw error;
  }
  return { value, failure: await giveBack(functions, onNotice) };
}
