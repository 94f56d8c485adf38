/** What options say that several commands have. */
import { EngineError } from '../../engine/errors.js';
import type { ProgressMode } from '../console/progress.js';
import type { PciChoice } from '../host/pci-function.js';
import type { AttachArguments, PciArguments, ProgressArguments } from '../usage/options.js';

/** The functions that the command may touch. */
export function pciChoiceOf(args: PciArguments): PciChoice {
  return { pciAllowed: args['pci-allowed'], pciBlocked: args['pci-blocked'] };
}

/** How devices are reached; undefined where the option is not given. */
export function attachChoiceOf(args: AttachArguments) {
  return { attach: args.attach, allowUnsafeDma: args['allow-unsafe-dma'], quirks: args.quirks };
}

/** How progress is told of. */
export function progressModeOf({ quiet, progress }: ProgressArguments): ProgressMode {
  return quiet ? 'none' : progress;
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

const MOST_PERCENTILES = 12;

/** Formats with tables for people, of which `--percentiles` are the columns. */
const WITH_TABLES: readonly string[] = ['text', 'markdown'];

/**
 * Those of `--percentiles 50,p99,99.95`, ascending. Throws EngineError BAD_ARGUMENTS, also for a format that has no tables for
 * people.
 */
export function percentilesOf(list: string | undefined, format: string): readonly number[] | undefined {
  if (list === undefined) return undefined;
  const refused = (reason: string, hint: string): EngineError => badOption('percentiles', list, reason, hint);
  const words = list.split(',').map((word) => word.trim());
  const wrong = words.find((word) => !/^p?(?=.*[1-9])\d{1,2}(\.\d{1,6})?$/.test(word));
  if (wrong !== undefined)
    throw refused(`'${wrong}' is not above 0 and below 100`, 'give numbers such as 50,99,99.95');
  const percentiles = [...new Set(words.map((word) => Number(word.replace('p', ''))))].sort((a, b) => a - b);
  if (percentiles.length > MOST_PERCENTILES)
    throw refused(
      `more than ${MOST_PERCENTILES} are no table`,
      'leave some out; nvbench report --format hgrm has all',
    );
  if (!WITH_TABLES.includes(format))
    throw refused(`${format} has those it always has`, 'choose --format text or markdown');
  return percentiles;
}
