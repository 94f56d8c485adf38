/** What comes to, goes from, or changes on the PCI bus while a process runs. */
import { EngineError } from '../../../errors.js';
import { rescanPci } from '../../../pci/rescan.js';
import { type ScanResult, scanPci } from '../../../pci/scan.js';
import type { TargetChange } from '../../scheme.js';

const NOTHING: ScanResult = { functions: [], problems: [] };

/** Undefined where there is no bus to look at just now. */
function unlessNoBus<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

/**
 * Scans, and returns what scans again and says what changed since. Functions that are not attached are refreshed; a
 * change under one that is attached is said again until it is detached.
 */
export function watchPci(
  attachedAddresses: () => Iterable<string>,
  sysfsRoot: string,
): () => readonly TargetChange[] {
  let former = unlessNoBus(() => scanPci({ sysfsRoot })) ?? NOTHING;
  return () => {
    const now = unlessNoBus(() => rescanPci(former, attachedAddresses(), { sysfsRoot }));
    if (now === undefined) return [];
    former = now;
    return now.changes.map(({ address, kind, attached }) => ({ target: `pci:${address}`, kind, attached }));
  };
}
