/** Transports that a test registers. */
import { EngineError } from '../../../../../engine/errors.js';
import type { Transport } from '../../../../../engine/path/pcie/transport/transport.js';
import type { ScanEntry } from '../../../../../engine/path/scheme.js';

/** One that takes every address, and answers with what it was asked, as its error. */
export function echoing(scheme: string, entries: readonly ScanEntry[] | EngineError = []): Transport {
  return {
    scheme,
    examples: [`${scheme}:ANYTHING`],
    holdsData: () => true,
    exclusive: true,
    readAddress: (address) => address,
    offers: () => [],
    async scan() {
      if (entries instanceof EngineError) throw entries;
      return [...entries];
    },
    async attach({ address }) {
      throw new EngineError({ code: 'ECHO', op: scheme, target: address, reason: '', hint: '' });
    },
  };
}
