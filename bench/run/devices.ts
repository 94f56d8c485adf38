import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DeviceLists,
  EngineError,
  type EngineWarning,
  formatTarget,
  type OpenOptions,
  openDrive,
  parseTarget,
  type TargetChange,
  watchTarget,
} from '../../engine/index.js';
import { devicesOfJob, type RunConfig } from '../config/run-config.js';
import type { OpenDevice } from './plan/plan.js';
import { joinShared, type SharedAccess, withHolderHint } from './shared.js';
import { areBrief } from './threads-ahead.js';

interface OpenDeviceOptions extends OpenOptions {
  namespace?: number | string;
  shared?: SharedAccess;
}

/** Opens one drive and a namespace of it. Throws EngineError; nothing stays open then. */
export async function openDevice(target: string, options: OpenDeviceOptions): Promise<OpenDevice> {
  const { namespace: asked, shared, ...open } = options;
  const namespace = namespaceOf(target, asked);
  const drive = shared
    ? await joinShared(target, shared, open.hugepages)
    : await withHolderHint(target, () => openDrive(target, open));
  try {
    return { target: drive.target, drive, namespace: await drive.namespace(namespace) };
  } catch (error) {
    await drive.close().catch(() => undefined);
    throw error;
  }
}

type NamespaceChoice = OpenDeviceOptions['namespace'];

/** The one that the key `namespace` or the target names; where both do, they have to agree. */
function namespaceOf(target: string, asked: NamespaceChoice): NamespaceChoice {
  const { namespace: named } = parseTarget(target);
  if (named === undefined || asked === undefined || named === asked) return asked ?? named;
  throw new EngineError({
    code: 'TWO_NAMESPACES',
    op: 'choose a namespace',
    target,
    reason: `the target names namespace ${named}, the configuration ${asked}`,
    hint: 'leave ns out of the target, or `namespace` out of the configuration',
    kind: 'input',
  });
}

/** How long to look for a device that is not there, and what ends the wait early. */
export interface WaitOptions {
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

const WAIT_STEP_MS = 200;
/** A drive that was just plugged in is missing, then there without a driver. */
const NOT_YET: readonly string[] = ['NO_SUCH_DEVICE', 'DEVICE_NOT_BOUND'];

const isNotYet = (error: unknown): boolean => error instanceof EngineError && NOT_YET.includes(error.code);

async function openWhenThere(
  target: string,
  options: OpenDeviceOptions,
  wait: WaitOptions,
): Promise<OpenDevice> {
  const untilMs = performance.now() + wait.waitMs;
  // Before the first attempt, so that nothing is missed which happens between the two.
  const look = wait.waitMs > 0 ? watchTarget(target) : undefined;
  for (;;) {
    try {
      return await openDevice(target, options);
    } catch (error) {
      if (look === undefined || !isNotYet(error)) throw error;
      if (!(await hasChanged(target, look, wait.signal, untilMs))) throw error;
    }
  }
}

/** Waits until something becomes of the target; false where the time is over before, or a signal comes. */
async function hasChanged(
  target: string,
  look: () => readonly TargetChange[],
  signal: AbortSignal,
  untilMs: number,
): Promise<boolean> {
  const canonical = formatTarget(parseTarget(target));
  while (!signal.aborted && performance.now() < untilMs) {
    await sleep(WAIT_STEP_MS);
    const changes = look();
    const gone = changes.find(({ kind, attached }) => attached && kind === 'removed');
    if (gone !== undefined) throw lostWhileWaiting(gone.target, canonical);
    if (changes.some((each) => each.target === canonical)) return true;
  }
  return false;
}

function lostWhileWaiting(target: string, awaited: string): EngineError {
  return new EngineError({
    code: 'DEVICE_LOST',
    op: `wait for ${awaited}`,
    target,
    reason: 'it was attached already, and has gone from the bus',
    hint: 'look at the kernel log and the device, then run again',
  });
}

/** How a run reaches its devices. */
export interface Access {
  readonly wait?: WaitOptions;
  /** Aborted: nothing is waited for any more. */
  readonly abandonSignal?: AbortSignal | undefined;
  readonly shared?: SharedAccess | undefined;
  readonly pciLists?: DeviceLists | undefined;
  /** No I/O is to come. */
  readonly planOnly?: boolean | undefined;
}

/** What a configuration says of its devices. */
type DeviceKeys = Pick<RunConfig, 'devices' | 'namespace' | 'attach' | 'allowUnsafeDma' | 'hugepages'> &
  Partial<Pick<RunConfig, 'quirks' | 'hostMemory' | 'doorbells' | 'turns' | 'ownDevices'>>;

/** The jobs of each turn that run on a device. */
const turnsOn = ({ turns = [], ownDevices = [] }: DeviceKeys, target: string): RunConfig['turns'] =>
  turns
    .map((turn) => turn.filter((job) => devicesOfJob({ ownDevices }, job).includes(target)))
    .filter(({ length }) => length > 0);

/** What the turn with the most needs of a device; undefined where it is not known. */
function mostQueuePairs(turns: RunConfig['turns']): number | undefined {
  const needs = turns.map((turn) =>
    turn.reduce((sum, { numjobs, queuePairs }) => sum + numjobs * queuePairs, 0),
  );
  return needs.length === 0 ? undefined : Math.max(...needs);
}

/** The namespaces that jobs have of a device, as they name them. */
function namespacesOn(config: DeviceKeys, turns: RunConfig['turns']): NamespaceChoice[] {
  if (turns.length === 0) return [config.namespace];
  return [...new Set(turns.flat().map(({ namespace = config.namespace }) => namespace))];
}

/**
 * The namespaces of an open drive by the names that a configuration has for them; the first is open. Two names of one are one
 * device. Where there are several, each has its own in its target: results tell them apart by that. Throws EngineError.
 */
export async function withNamespaces(
  device: OpenDevice,
  target: string,
  [first, ...others]: readonly NamespaceChoice[],
): Promise<OpenDevice[]> {
  const { drive } = device;
  let open: OpenDevice[] = [{ ...device, named: [{ target, namespace: first }] }];
  for (const choice of others) {
    const namespace = await drive.namespace(namespaceOf(target, choice));
    const name = { target, namespace: choice };
    const known = open.find((each) => each.namespace.nsid === namespace.nsid);
    open =
      known === undefined
        ? [...open, { ...device, namespace, named: [name] }]
        : open.map((each) => (each === known ? { ...each, named: [...(each.named ?? []), name] } : each));
  }
  if (open.length === 1) return open;
  return open.map((each) => ({ ...each, target: `${each.target} ns=${each.namespace.nsid}` }));
}

/** Attaches all devices of a configuration with the namespaces that its jobs run on, or none. */
export async function openDevices(config: DeviceKeys, access: Access = {}): Promise<OpenDevice[]> {
  const {
    shared,
    pciLists,
    planOnly,
    abandonSignal,
    wait = { waitMs: 0, signal: new AbortController().signal },
  } = access;
  const open: OpenDevice[] = [];
  try {
    const { attach, allowUnsafeDma, hugepages, quirks, hostMemory, doorbells } = config;
    const briefly = planOnly || areBrief(config.turns);
    for (const target of config.devices) {
      const turns = turnsOn(config, target);
      const namespaces = namespacesOn(config, turns);
      const options = {
        namespace: namespaces[0],
        attach,
        allowUnsafeDma,
        hugepages,
        quirks,
        ...(hostMemory === undefined ? {} : { hostMemory }),
        ...(doorbells === undefined ? {} : { doorbells }),
        queuePairs: mostQueuePairs(turns),
        ...(turns.flat().some(({ priority }) => priority !== undefined) ? { weightedRoundRobin: true } : {}),
        together: config.devices,
        ...(abandonSignal ? { abandonSignal } : {}),
        ...(briefly ? { briefly } : {}),
        ...(pciLists ? { pciLists } : {}),
        ...(shared ? { shared } : {}),
      };
      const device = await openWhenThere(target, options, wait);
      open.push(device);
      open.splice(-1, 1, ...(await withNamespaces(device, target, namespaces)));
    }
    return open;
  } catch (error) {
    await closeDevices(open).catch(() => undefined);
    throw error;
  }
}

/** Gives all drives back, in the reverse order, each whatever became of the others. Throws the first failure. */
export async function closeDevices(devices: readonly OpenDevice[]): Promise<void> {
  const failures: unknown[] = [];
  for (const drive of [...new Set(devices.map((device) => device.drive))].reverse()) {
    await drive.close().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0] as EngineError;
}

/** Each kind of warning once for each device. */
export function deviceWarnings(devices: readonly OpenDevice[]): EngineWarning[] {
  return devices.flatMap(({ drive }) => drive.warnings);
}
