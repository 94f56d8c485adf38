/** What options say that several commands have. */
import { EngineError } from '../../engine/errors.js';
import type { PciChoice } from '../host/pci-function.js';
import type { PciArguments } from '../usage/options.js';

/** The functions that the command may touch. */
export function pciChoiceOf(args: PciArguments): PciChoice {
  return { pciAllowed: args['pci-allowed'], pciBlocked: args['pci-blocked'] };
}

/** Percent as given to an option, as a share. Throws EngineError BAD_ARGUMENTS outside `least` to `most` percent. */
export function shareOf(option: string, percent: number, least: number, most: number): number {
  if (percent >= least && percent <= most) return percent / 100;
  throw new EngineError({
    code: 'BAD_ARGUMENTS',
    op: `read --${option}`,
    target: String(percent),
    reason: 'it is out of range',
    hint: `give percent from ${least} to ${most}`,
    kind: 'input',
  });
}
