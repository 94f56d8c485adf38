/** PCI functions as they are named by users. */
import { DeviceLists, EngineError, parseTarget, pciFunctionOf } from '../../engine/index.js';

/** The canonical PCI address of a target. Throws EngineError BAD_TARGET, NOT_A_PCI_TARGET of kind `input`. */
export function pciAddressOf(text: string): string {
  const address = pciFunctionOf(text);
  if (address !== undefined) return address;
  throw new EngineError({
    code: 'NOT_A_PCI_TARGET',
    op: 'bind',
    target: text,
    reason: `a target of ${parseTarget(text).scheme} has no kernel driver`,
    hint: 'name a PCI function, for example pci:0000:01:00.0',
    kind: 'input',
  });
}

/** By address, with or without `pci:`. */
export interface PciChoice {
  /** Touch no other functions than these. */
  readonly pciAllowed?: readonly string[] | undefined;
  /** Never touch these. */
  readonly pciBlocked?: readonly string[] | undefined;
}

/** The functions that may be touched. Throws EngineError BAD_PCI_ADDRESS of kind `input`. */
export function pciLists({ pciAllowed = [], pciBlocked = [] }: PciChoice): DeviceLists {
  const addressOf = (text: string): string => text.replace(/^pci:/, '');
  return new DeviceLists({ allow: pciAllowed.map(addressOf), block: pciBlocked.map(addressOf) });
}
