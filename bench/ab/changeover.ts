/** How legs come to their devices: where both sides want one drive, each by a driver of its own, it changes hands between legs. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  EngineError,
  listNvmeFunctions,
  machineSetup,
  type NvmeFunction,
  pciFunctionOf,
  type Setup,
  untilQuiet,
  type Whereabouts,
  whereaboutsOf,
} from '../../engine/index.js';
import type { AbSideName } from '../../reports/ab/index.js';
import type { LoadedConfig } from '../config/load.js';
import { renamed } from '../config/run-config.js';
import { withBoundDevices } from '../run/bound-devices.js';
import type { Sides } from './sides.js';

/** A large drive may take a minute to become ready, and CAP.TO allows two. */
const BACK_DEADLINE_MS = 130_000;
/** After a killed session the drive may just be on its way back. */
const START_DEADLINE_MS = 30_000;
const STEP_MS = 50;
const SETTLE_MS = 2000;
const KERNEL_DRIVER = 'nvme';

export interface LegOutcome<T> {
  readonly value: T;
  /** Why a drive is not back where it was. */
  readonly failure?: unknown;
}

export interface Changeover {
  /**
   * Does `body` with the configuration of a side and its devices where they can be had, and puts them back whatever became of
   * it. Throws what keeps them from being had, and what `body` throws.
   */
  leg<T>(name: AbSideName, body: (config: LoadedConfig) => Promise<T>): Promise<LegOutcome<T>>;
}

export interface ChangeoverHooks {
  readonly signal: AbortSignal;
  /** A drive that could not be given back, where something else ended the leg. */
  onNotGivenBack(text: string): void;
}

/** What is asked of the machine, so that a test can play it. */
export interface Machine {
  readonly setup: Setup;
  whereaboutsOf(target: string): Whereabouts | undefined;
  /** Driver and disks of a PCI function. */
  functionAt(address: string): Holding | undefined;
}

type Holding = Pick<NvmeFunction, 'driver' | 'blockDevices'>;

const thisMachine = (): Machine => ({
  setup: machineSetup(process.env),
  whereaboutsOf,
  functionAt: (address) => listNvmeFunctions().functions.find((each) => each.address === address),
});

/** A side's targets: PCI functions, and devices of the kernel's with where they are. */
interface Way {
  readonly functions: readonly string[];
  /** By target. */
  readonly kernel: ReadonlyMap<string, Whereabouts>;
}

const OTHER = { A: 'B', B: 'A' } as const;

const functionsOf = ({ devices }: LoadedConfig): string[] =>
  devices.flatMap((target) => pciFunctionOf(target) ?? []);

/** What a side is looked up with; `others` are the functions of the other side, which may be why a device is not there. */
interface Lookup {
  readonly machine: Machine;
  readonly others: readonly string[];
  readonly signal: AbortSignal;
}

/** Waits for the disks of drives that the kernel has just got back; false where none of the others is with its driver. */
async function haveCome({ machine, others, signal }: Lookup): Promise<boolean> {
  const held = others.filter((address) => machine.functionAt(address)?.driver.name === KERNEL_DRIVER);
  const isEmpty = (address: string): boolean => machine.functionAt(address)?.blockDevices.length === 0;
  const giveUpAt = performance.now() + START_DEADLINE_MS;
  while (held.some(isEmpty) && performance.now() < giveUpAt && !signal.aborted) await delay(STEP_MS);
  return held.length > 0;
}

async function lookedUp(target: string, lookup: Lookup): Promise<Whereabouts | undefined> {
  const { machine, others, signal } = lookup;
  for (let settleUntil: number | undefined; ; await delay(STEP_MS))
    try {
      return machine.whereaboutsOf(target);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'NO_SUCH_FILE') throw error;
      for (const address of others) {
        const driver = machine.functionAt(address)?.driver.name ?? '';
        if (driver !== '' && driver !== KERNEL_DRIVER) throw withoutKernel(target, address, driver, error);
      }
      if (signal.aborted || !(await haveCome(lookup))) throw error;
      // The kernel knows a disk a moment before its name is in /dev.
      settleUntil ??= performance.now() + SETTLE_MS;
      if (performance.now() > settleUntil) throw error;
    }
}

function withoutKernel(target: string, address: string, driver: string, cause: EngineError): EngineError {
  return new EngineError({
    code: 'KERNEL_HAS_NOT_DRIVE',
    op: 'ab',
    target,
    reason: `${cause.reason}; ${address}, which the other side wants, is with driver ${driver}`,
    hint: `give it to the kernel first (nvbench unbind ${address}); with rebind: true legs take it and give it back`,
    cause,
  });
}

async function wayOf(config: LoadedConfig, lookup: Lookup): Promise<Way> {
  const kernel = new Map<string, Whereabouts>();
  for (const target of config.devices) {
    const found = await lookedUp(target, lookup);
    if (found !== undefined) kernel.set(target, found);
  }
  return { functions: functionsOf(config), kernel };
}

/** The functions that one side wants of the kernel, and the other by a driver for user space. */
function contested(mine: Way, other: Way): string[] {
  const kernels = [...other.kernel.values()].map(({ pciFunction }) => pciFunction);
  return mine.functions.filter((address) => kernels.includes(address));
}

function checkSides(sides: Sides, ways: Readonly<Record<AbSideName, Way>>): void {
  for (const name of ['A', 'B'] as const) {
    const refuse = (code: string, address: string, reason: string, hint: string): EngineError =>
      new EngineError({ code, op: 'ab', target: address, reason, hint, kind: 'input' });
    const [twice] = contested(ways[name], ways[name]);
    if (twice !== undefined)
      throw refuse(
        'DRIVE_TWICE_IN_SIDE',
        twice,
        `side ${name} wants it by a driver for user space and by the kernel's at once`,
        'a drive has one driver at a time: put the other target on the other side',
      );
    const [address] = contested(ways[name], ways[OTHER[name]]);
    if (address !== undefined && !sides[name].rebind)
      throw refuse(
        'REBIND_NOT_ALLOWED',
        address,
        `side ${name} wants it by a driver for user space, side ${OTHER[name]} by the kernel's`,
        'as root, set rebind: true: legs then take it from the kernel and give it back, each time',
      );
  }
}

/** Waits for the devices that the kernel makes of these functions. */
async function untilBack(
  setup: Setup,
  functions: readonly string[],
  kernel: readonly Whereabouts[],
  signal: AbortSignal,
): Promise<void> {
  const giveUpAt = performance.now() + BACK_DEADLINE_MS;
  const awaited = kernel.filter(({ pciFunction }) => functions.includes(pciFunction));
  for (const { what, pciFunction, targetNow } of awaited)
    while (targetNow() === undefined) {
      if (signal.aborted) return;
      if (performance.now() > giveUpAt) throw notBack(what, pciFunction);
      await delay(STEP_MS);
    }
  for (const address of functions) await untilQuiet(setup, address, signal);
}

function notBack(what: string, address: string): EngineError {
  return new EngineError({
    code: 'NAMESPACE_NOT_BACK',
    op: 'wait for the kernel',
    target: address,
    reason: `${what} has not come up within ${BACK_DEADLINE_MS / 1000} s of being given back`,
    hint: 'look at dmesg for the nvme driver, and at nvbench list; what was measured is kept',
  });
}

/** The side with its kernel devices by the names that they have now. */
function withNamesNow(config: LoadedConfig, { kernel }: Way): LoadedConfig {
  return renamed(config, (target) => {
    const found = kernel.get(target);
    if (found === undefined) return target;
    const now = found.targetNow();
    if (now === undefined) throw notBack(found.what, found.pciFunction);
    return now;
  });
}

/** A leg for which PCI functions are taken from the kernel, and given back to it. */
async function borrowed<T>(
  {
    config,
    functions,
    kernel,
  }: { config: LoadedConfig; functions: readonly string[]; kernel: Whereabouts[] },
  body: (config: LoadedConfig) => Promise<T>,
  { signal, onNotGivenBack }: ChangeoverHooks,
  setup: Setup,
): Promise<LegOutcome<T>> {
  const onNotice = (text: string, error?: EngineError): void => {
    if (error !== undefined) onNotGivenBack(text);
  };
  const binding = { force: false, signal, onNotice };
  const outcome = await withBoundDevices(config.devices, binding, () => body(config), setup);
  if (outcome.failure !== undefined) return outcome;
  const failure = await untilBack(setup, functions, kernel, signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { value: outcome.value, failure };
}

/**
 * Finds out where the devices of both sides are, before any is touched. Throws EngineError REBIND_NOT_ALLOWED,
 * DRIVE_TWICE_IN_SIDE of kind `input`, KERNEL_HAS_NOT_DRIVE, and as `whereaboutsOf`.
 */
export async function changeoverOf(
  sides: Sides,
  hooks: ChangeoverHooks,
  machine: Machine = thisMachine(),
): Promise<Changeover> {
  const { signal } = hooks;
  const ways = {
    A: await wayOf(sides.A, { machine, others: functionsOf(sides.B), signal }),
    B: await wayOf(sides.B, { machine, others: functionsOf(sides.A), signal }),
  };
  checkSides(sides, ways);
  const kernel = [...ways.A.kernel.values(), ...ways.B.kernel.values()];
  return {
    async leg(name, body) {
      const { functions } = ways[name];
      const config = withNamesNow(sides[name], ways[name]);
      if (!config.rebind || functions.length === 0) return { value: await body(config) };
      return borrowed({ config, functions, kernel }, body, hooks, machine.setup);
    },
  };
}
