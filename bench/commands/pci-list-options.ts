/** Which PCI functions a command may touch. */
import type { Argv } from 'yargs';
import type { DeviceLists } from '../../engine/index.js';
import { pciLists } from '../host/pci-function.js';

export interface PciListArguments {
  'pci-allowed': string[] | undefined;
  'pci-blocked': string[] | undefined;
}

/** Adds `--pci-allowed` and `--pci-blocked`, as DPDK's -a and -b. */
export function pciListOptions<Arguments>(yargs: Argv<Arguments>) {
  return yargs
    .option('pci-allowed', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Touch no other PCI function than this one; may be given several times',
    })
    .option('pci-blocked', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Never touch this PCI function; may be given several times',
    });
}

/** The lists that were given. Throws EngineError BAD_PCI_ADDRESS of kind `input`. */
export function pciListsOf(args: PciListArguments): DeviceLists {
  return pciLists({ pciAllowed: args['pci-allowed'], pciBlocked: args['pci-blocked'] });
}
