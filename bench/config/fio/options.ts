/** Every option of fio that is known here, by each of its names. */
import { CHECKING, DATA, DURABILITY, PROTECTION, REPLAY } from './data-options.js';
import { FILE_OPTIONS, KERNEL_OPTIONS, NAMES, OUTPUT_OPTIONS, PROCESS_OPTIONS } from './host-options.js';
import type { FioOption, FioOptions } from './option.js';
import { DEPTH, LENGTH, ORDER, PATTERN, RATE, REGION, SIZES } from './work-options.js';

/** By the headings of the documentation. */
export const FIO_GROUPS: Readonly<Record<string, FioOptions>> = {
  Pattern: PATTERN,
  Region: REGION,
  Length: LENGTH,
  'Depth and workers': DEPTH,
  Rate: RATE,
  'Order of jobs': ORDER,
  Zones: SIZES,
  'What is written': DATA,
  Durability: DURABILITY,
  Checking: CHECKING,
  'Protection and placement': PROTECTION,
  'Replay and programs': REPLAY,
  'Names and units': NAMES,
  Files: FILE_OPTIONS,
  'The kernel and engines': KERNEL_OPTIONS,
  'Processes and clocks': PROCESS_OPTIONS,
  Output: OUTPUT_OPTIONS,
};

/** An option under the name that fio has for it first. */
export interface NamedFioOption extends FioOption {
  readonly name: string;
}

const byName = new Map<string, NamedFioOption>();
for (const group of Object.values(FIO_GROUPS))
  for (const [name, option] of Object.entries(group))
    for (const each of [name, ...(option.also ?? [])]) byName.set(each, { ...option, name });

/** fio's first name of an option; the name itself where it is not known here. */
export function firstName(name: string): string {
  return byName.get(name)?.name ?? name;
}

/** What is known of an option by any of its names; undefined where fio has none of this name that is known here. */
export function fioOption(name: string): NamedFioOption | undefined {
  return byName.get(name);
}
