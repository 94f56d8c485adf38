/** The only place that knows every transport: from a target string to an attached controller. */
import { EngineError } from '../../../errors.js';
import { pciTransport } from './pci.js';
import { simTransport } from './sim.js';
import { acceptScheme, parseTarget } from './target.js';
import type {
  AttachOptions,
  ScanEntry,
  Target,
  Transport,
  TransportChange,
  TransportDevice,
} from './transport.js';
import { vfioUserTransport } from './vfio-user.js';

const byScheme = new Map<string, Transport>();

/** What all transports found, and the transports that could not look. */
export interface ScanAllResult {
  readonly entries: readonly ScanEntry[];
  readonly failures: readonly { readonly scheme: string; readonly error: EngineError }[];
}

/** The registered transports, in the order they were registered. */
export function transports(): readonly Transport[] {
  return [...byScheme.values()];
}

/** Adds a transport, or replaces the one of its scheme; targets of that scheme can be named from now on. */
export function registerTransport(transport: Transport): void {
  acceptScheme(transport.scheme);
  byScheme.set(transport.scheme, transport);
}

for (const each of [pciTransport, vfioUserTransport, simTransport]) registerTransport(each);

/** The transport of a target. Throws EngineError UNKNOWN_SCHEME of kind `input`. */
function transportOf({ scheme }: Target, text: string): Transport {
  const transport = byScheme.get(scheme);
  if (transport !== undefined) return transport;
  throw new EngineError({
    code: 'UNKNOWN_SCHEME',
    op: 'attach',
    target: text,
    reason: `no transport is called ${scheme}`,
    hint: `write one of: ${transports()
      .map((each) => each.usage)
      .join(' | ')}`,
    kind: 'input',
  });
}

/**
 * Attaches the controller that a target names, for example `pci:0000:01:00.0`. Throws EngineError: of kind `input`
 * where the text is no target or no transport has its scheme, else what the transport's attach throws.
 */
export async function attachTransport(text: string, options: AttachOptions = {}): Promise<TransportDevice> {
  const target = parseTarget(text);
  return transportOf(target, text).attach(target, options);
}

/**
 * Looks at what the transport of a target has now; each call of the result says what has changed since. Undefined where
 * its devices do not come and go. Throws EngineError as `attachTransport` for a text that is no target.
 */
export function watchTarget(
  text: string,
  options: AttachOptions = {},
): (() => readonly TransportChange[]) | undefined {
  return transportOf(parseTarget(text), text).watch?.(options);
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
