/** What options say that several commands have. */
import { EngineError } from '../../engine/errors.js';
import type { PciChoice } from '../host/pci-function.js';
import type { AttachArguments, PciArguments } from '../usage/options.js';

/** The functions that the command may touch. */
export function pciChoiceOf(args: PciArguments): PciChoice {
  return { pciAllowed: args['pci-allowed'], pciBlocked: args['pci-blocked'] };
}

/** How devices are reached; undefined where the option is not given. */
export function attachChoiceOf(args: AttachArguments) {
  return { attach: args.attach, allowUnsafeDma: args['allow-unsafe-dma'], quirks: args.quirks };
}

/** What is said of a value that an option does not take. */
export function badOption(option: string, value: string | number, reason: string, hint: string): EngineError {
  const [op, target] = [`read --${option}`, String(value)];
  return new EngineError({ code: 'BAD_ARGUMENTS', op, target, reason, hint, kind: 'input' });
}

/** Percent as given to an option, as a share. Throws EngineError BAD_ARGUMENTS outside `least` to `most` percent. */
export function shareOf(option: string, percent: number, least: number, most: number): number {
  if (percent >= least && percent <= most) return percent / 100;
  throw badOption(option, percent, 'it is out of range', `give percent from ${least} to ${most}`);
}
