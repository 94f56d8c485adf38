/** The only place that knows every transport: from a target string to an attached controller. */
import type { AttachOptions } from '../../scheme.js';
import { readTarget, type Target } from '../../target.js';
import { pciTransport } from './pci.js';
import { simTransport } from './sim.js';
import type { Transport, TransportDevice } from './transport.js';
import { vfioUserTransport } from './vfio-user.js';

const byScheme = new Map<string, Transport>();

/** The registered transports, in the order they were registered. */
export function transports(): readonly Transport[] {
  return [...byScheme.values()];
}

/** Adds a transport, or replaces the one of its scheme; targets of that scheme can be named from now on. */
export function registerTransport(transport: Transport): void {
  byScheme.set(transport.scheme, transport);
}

for (const each of [pciTransport, vfioUserTransport, simTransport]) registerTransport(each);

/** The transport of a target that was read. */
export function transportOf({ scheme }: Target): Transport {
  const transport = byScheme.get(scheme);
  if (transport === undefined) throw new Error(`no transport is called ${scheme}`);
  return transport;
}

/**
 * Attaches the controller that a target names, for example `pci:0000:01:00.0`. Throws EngineError: of kind `input`
 * where no transport has such targets, else what the transport's attach throws.
 */
export async function attachTransport(text: string, options: AttachOptions = {}): Promise<TransportDevice> {
  const target = readTarget(text, transports());
  return transportOf(target).attach(target, options);
}
