/** The first steps of a controller, and what becomes of its device where it does not come up. */
import type { Capabilities } from '../../spec/index.js';
import type { ControllerOptions } from './controller-options.js';
import { mannerOf, refuseQuirks } from './manner.js';
import { disable, readCapabilities } from './registers.js';
import type { TransportDevice } from './transport/transport.js';
import { rest } from './wait.js';

interface Closing {
  close(): Promise<void>;
}

/** What its registers say of a controller, which is disabled then. Throws EngineError. */
export async function disabledCapabilities(
  device: TransportDevice,
  { quirks: respected = true }: ControllerOptions,
): Promise<Capabilities> {
  const { quirks, restMs } = mannerOf(device, respected);
  refuseQuirks(device, quirks);
  const capabilities = readCapabilities(device);
  await rest(restMs.start);
  await disable(device, capabilities, { restMs: restMs.readyCheck });
  return capabilities;
}

/** Makes something of a device and brings it up; where either throws it is closed, with the device. Throws what they do. */
export async function broughtUp<T extends Closing>(
  device: Closing,
  make: () => T | Promise<T>,
  up: (made: T) => Promise<void>,
): Promise<T> {
  let made: T | undefined;
  try {
    made = await make();
    await up(made);
    return made;
  } catch (error) {
    await (made ?? device).close().catch(() => undefined);
    throw error;
  }
}
