/** What a client sets in the configuration space of the function: a server keeps it from one client to the next. */
import {
  COMMAND_BUS_MASTER,
  COMMAND_INTX_DISABLE,
  COMMAND_MEMORY,
  COMMAND_OFFSET,
  type ConfigSpace,
  readMsix,
  updateCommand,
} from '../../pci/config-space.js';

const MSIX_CONTROL = 2;
const MSIX_ENABLE = 0x8000;

/**
 * Memory, bus mastering and no INTx, and MSI-X off: a completion with interrupts on and nobody to take them is a fatal
 * status of some servers. Returns what puts the former state back. Throws as `updateCommand` and `readMsix`.
 */
export function configureFunction(config: ConfigSpace): () => void {
  const formerCommand = updateCommand(config, COMMAND_MEMORY | COMMAND_BUS_MASTER | COMMAND_INTX_DISABLE);
  const msix = readMsix(config);
  if (msix?.enabled) {
    const control = config.read(msix.offset + MSIX_CONTROL, 2);
    config.write(msix.offset + MSIX_CONTROL, 2, control & ~MSIX_ENABLE);
  }
  return () => {
    if (msix?.enabled) {
      const control = config.read(msix.offset + MSIX_CONTROL, 2);
      config.write(msix.offset + MSIX_CONTROL, 2, control | MSIX_ENABLE);
    }
    config.write(COMMAND_OFFSET, 2, formerCommand);
  };
}
