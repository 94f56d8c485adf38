/** What a run needs before its first job: the traces that jobs play, read, and its devices, attached; given back afterwards. */
import type { DeviceLists } from '../../engine/index.js';
import type { LoadedConfig } from '../config/load.js';
import { closeDevices, openDevices } from './devices.js';
import type { JobHooks } from './job/job-run.js';
import type { OpenDevice } from './plan/plan.js';
import type { Earlier } from './resume/resumed.js';
import type { SharedAccess } from './shared.js';
import { withTraces } from './traces.js';

/** How a run reaches its devices, and what ends it. */
export interface RunAccess extends Pick<JobHooks, 'signal' | 'abandonSignal'> {
  /** How long to wait for devices that are not there yet. */
  readonly waitMs?: number;
  /** Present where the devices are held by another process. */
  readonly shared?: SharedAccess | undefined;
  /** PCI functions that may be attached. */
  readonly pciLists?: DeviceLists;
  /** What an earlier attempt of the run has left, to go on with. */
  readonly earlier?: Earlier | undefined;
  /** No I/O is to come. */
  readonly planOnly?: boolean;
}

/** Attaches the devices for the time of `body`. Throws what kept them from being attached. */
async function withAttached<T>(
  config: LoadedConfig,
  { signal, abandonSignal, waitMs = 0, shared, pciLists, planOnly }: RunAccess,
  body: (devices: readonly OpenDevice[]) => Promise<T>,
): Promise<{ value?: T; failure?: unknown }> {
  const wait = { waitMs, signal };
  const devices = await openDevices(config, { wait, abandonSignal, shared, pciLists, planOnly });
  const abandon = (): void => {
    for (const { drive } of devices) drive.giveUp('asked to end at once');
  };
  const endSoon = (): void => {
    for (const { drive } of devices) drive.endSoon?.('asked to end');
  };
  signal.addEventListener('abort', endSoon);
  abandonSignal.addEventListener('abort', abandon);
  const outcome: { value?: T; failure?: unknown } = {};
  try {
    outcome.value = await body(devices);
  } catch (error) {
    outcome.failure = error;
  }
  await closeDevices(devices).catch((error: unknown) => {
    outcome.failure ??= error;
  });
  signal.removeEventListener('abort', endSoon);
  abandonSignal.removeEventListener('abort', abandon);
  return outcome;
}

/**
 * Does `body` with the devices, and with the configuration whose jobs know their traces. Throws what kept a device from being
 * attached or a trace from being read.
 */
export function withDevices<T>(
  config: LoadedConfig,
  access: RunAccess,
  body: (devices: readonly OpenDevice[], config: LoadedConfig) => Promise<T>,
): Promise<{ value?: T; failure?: unknown }> {
  return withTraces(config, access.signal, (known) =>
    withAttached(known, access, (devices) => body(devices, known)),
  );
}
