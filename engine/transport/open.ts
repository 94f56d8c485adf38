/** The only place that knows every transport: from a target string to an attached controller. */
import { EngineError } from '../errors.js';
import { pciTransport } from './pci.js';
import { simTransport } from './sim.js';
import { parseTarget } from './target.js';
import type { AttachOptions, ScanEntry, Transport, TransportDevice } from './transport.js';
import { vfioUserTransport } from './vfio-user.js';

const byScheme = new Map<string, Transport>(
  [pciTransport, vfioUserTransport, simTransport].map((each) => [each.scheme, each]),
);

/** What all transports found, and the transports that could not look. */
export interface ScanAllResult {
  readonly entries: readonly ScanEntry[];
  readonly failures: readonly { readonly scheme: string; readonly error: EngineError }[];
}

/** The registered transports, in the order they were registered. */
export function transports(): readonly Transport[] {
  return [...byScheme.values()];
}

/** Adds a transport, or replaces the one of its scheme. */
export function registerTransport(transport: Transport): void {
  byScheme.set(transport.scheme, transport);
}

/**
 * Attaches the controller that a target names, for example `pci:0000:01:00.0`. Throws EngineError: of kind `input`
 * where the text is no target or no transport has its scheme, else what the transport's attach throws.
 */
export async function attachTransport(text: string, options: AttachOptions = {}): Promise<TransportDevice> {
  const target = parseTarget(text);
  const transport = byScheme.get(target.scheme);
  if (transport === undefined) {
    throw new EngineError({
      code: 'UNKNOWN_SCHEME',
      op: 'attach',
      target: text,
      reason: `no transport is called ${target.scheme}`,
      hint: `write one of: ${transports()
        .map((each) => each.usage)
        .join(' | ')}`,
      kind: 'input',
    });
  }
  return transport.attach(target, options);
}

/** Scans every transport; one that cannot look (no PCI bus) does not keep the others from it. */
export async function scanAll(options: AttachOptions = {}): Promise<ScanAllResult> {
  const entries: ScanEntry[] = [];
  const failures: { scheme: string; error: EngineError }[] = [];
  for (const transport of transports()) {
    try {
      entries.push(...(await transport.scan(options)));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      failures.push({ scheme: transport.scheme, error });
    }
  }
  return { entries, failures };
}
