/** What nvbench has changed on this machine, and how the machine is now. */
import { listNvmeFunctions } from '../disks/nvme-functions.js';
import { ownNodes, userNodes } from '../pci/device-nodes.js';
import { isRunning } from '../sys/process-identity.js';
import { type NodePages, nodePages } from './hugepages.js';
import type { JournalEntry } from './journal.js';
import type { Setup } from './setup.js';

export interface FunctionStatus {
  readonly address: string;
  /** Empty where none. */
  readonly driver: string;
  readonly iommuGroup: number | undefined;
  /** Device nodes for user space. */
  readonly nodes: readonly string[];
}

export interface SetupStatus {
  readonly stateDir: string;
  readonly entries: readonly (JournalEntry & { readonly running: boolean })[];
  readonly functions: readonly FunctionStatus[];
  readonly hugepages: readonly NodePages[];
}

/** Reads journal, drivers and hugepages. Throws EngineError JOURNAL_DAMAGED, PCI_BUS_MISSING. */
export function readStatus({ host, journal }: Setup): SetupStatus {
  const { functions } = listNvmeFunctions({
    sysfsRoot: host.sysfsRoot,
    mountinfoPath: `${host.procRoot}/self/mountinfo`,
    swapsPath: `${host.procRoot}/swaps`,
  });
  return {
    stateDir: journal.dir,
    entries: journal.entries().map((entry) => ({ ...entry, running: isRunning(entry.process) })),
    functions: functions.map(({ address, driver, iommuGroup }) => ({
      address,
      driver: driver.name,
      iommuGroup,
      nodes: ownNodes(userNodes(host, address)),
    })),
    hugepages: nodePages(host),
  };
}
