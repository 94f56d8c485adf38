/** What an entry of the journal may ask for: only changes of the kinds that nvbench makes. */
import { EngineError } from '../errors.js';
import { canonicalPciAddress } from '../pci/address.js';
import type { BindHost } from '../pci/bind-host.js';
import { isUserNode } from '../pci/device-nodes.js';
import type { Change } from './journal.js';

const USER_DRIVERS: readonly string[] = ['vfio-pci', 'uio_pci_generic'];
const POOL = /^\/(?:kernel\/mm|devices\/system\/node\/node\d+)\/hugepages\/hugepages-(\d+)kB\/nr_hugepages$/;
const MOST_NAME_CHARS = 255;

/** The kernel's names of drivers become components of paths. */
const isName = (text: string): boolean =>
  text.length <= MOST_NAME_CHARS && !text.includes('/') && !text.startsWith('.') && /^[ -~]*$/.test(text);

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function isCanonical(address: string): boolean {
  try {
    return canonicalPciAddress(address) === address;
  } catch {
    return false;
  }
}

/** Why it is nothing that nvbench writes down; undefined where it can be. */
function problemOf(host: BindHost, change: Change): string | undefined {
  switch (change.kind) {
    case 'driver':
      if (!isCanonical(change.address)) return `${change.address} is no PCI address`;
      if (!USER_DRIVERS.includes(change.driver)) return `${change.driver} is no driver for user space`;
      if (!isName(change.formerDriver)) return `${change.formerDriver} is no name of a driver`;
      return isName(change.formerOverride) ? undefined : `${change.formerOverride} is no driver_override`;
    case 'owner':
      if (!isUserNode(host, change.path)) return `${change.path} is no device node of VFIO or uio`;
      return [change.uid, change.formerUid].every(isCount) ? undefined : 'its users are no numbers';
    case 'hugepages': {
      const below = change.path.startsWith(host.sysfsRoot) ? change.path.slice(host.sysfsRoot.length) : '';
      if (!POOL.test(below)) return `${change.path} is no pool of hugepages`;
      return [change.pages, change.formerPages, change.pageSizeBytes].every(isCount)
        ? undefined
        : 'its pages are no numbers';
    }
  }
}

/** Before a change is undone. Throws EngineError JOURNAL_FORGED where nvbench cannot have made it. */
export function checkUndoable(host: BindHost, change: Change, target: string, dir: string): void {
  const problem = problemOf(host, change);
  if (problem === undefined) return;
  throw new EngineError({
    code: 'JOURNAL_FORGED',
    op: 'give back',
    target,
    reason: `the journal asks for what nvbench never does: ${problem}`,
    hint: `find out who wrote to ${dir}, undo by hand what was changed, then delete the entry there`,
  });
}
