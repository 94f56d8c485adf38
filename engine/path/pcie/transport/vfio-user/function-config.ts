/** What a client sets in the configuration space of the function: a server keeps it from one client to the next. */
import {
  COMMAND_BUS_MASTER,
  COMMAND_INTX_DISABLE,
  COMMAND_MEMORY,
  COMMAND_OFFSET,
  type ConfigSpace,
  readMsix,
  updateCommand,
} from '../../../../pci/config-space.js';

const MSIX_CONTROL = 2;
const MSIX_ENABLE = 0x8000;

/**
 * Memory, bus mastering and no INTx, and MSI-X off: a completion with interrupts on and nobody to take them is a fatal
 * status of some servers. Returns what puts the former state back. Throws as `updateCommand` and `readMsix`.
 */
export function configureFunction(config: ConfigSpace): () => void {
  const formerCommand = updateCommand(config, COMMAND_MEMORY | COMMAND_BUS_MASTER | COMMAND_INTX_DISABLE);
  const msix = readMsix(config);
  if (msix?.enabled) setMsixEnable(config, msix.offset, false);
  return () => {
    if (msix?.enabled) setMsixEnable(config, msix.offset, true);
    config.write(COMMAND_OFFSET, 2, formerCommand);
  };
}

/** MSI-X Enable of the capability at an offset (PCI Local Bus 3.0, 6.8.2.3). Throws as `config`. */
export function setMsixEnable(config: ConfigSpace, capabilityOffset: number, on: boolean): void {
  const control = config.read(capabilityOffset + MSIX_CONTROL, 2);
  config.write(capabilityOffset + MSIX_CONTROL, 2, on ? control | MSIX_ENABLE : control & ~MSIX_ENABLE);
}
