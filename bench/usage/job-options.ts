/** The keys of a job as options of a command. Plain data: the build puts it in place of this file, without the schema. */
import { JOB_KEYS } from '../config/job-keys.js';
import { describeKey, type KeyRow } from '../config/key-table.js';

export interface JobOption {
  /** As the key. */
  readonly name: string;
  readonly describe: string;
  /** Values for completion; there may be others. */
  readonly values: readonly string[];
  readonly isFlag: boolean;
  /** Several values make a sweep; a flag is given or not. */
  readonly isSwept: boolean;
  /** What other tools call it. */
  readonly alsoCalled: readonly string[];
}

function optionOf([name, row]: [string, KeyRow]): JobOption {
  const { choices = [] } = row.kind;
  const [first] = describeKey(row).split(/(?<=[.;])\s/);
  const sentence = first.replace(/[.;]$/, '');
  const isFlag = choices.length === 2 && choices.includes('true');
  return {
    name,
    describe: row.default === undefined ? sentence : `${sentence} (default ${row.default})`,
    values: choices,
    isFlag,
    isSwept: row.sweep === true && !isFlag,
    alsoCalled: row.alsoCalled ?? [],
  };
}

/** All but `device`: where there is one job, that is the device of the run. */
export const JOB_OPTIONS: readonly JobOption[] = Object.entries<KeyRow>(JOB_KEYS)
  .filter(([name]) => name !== 'device')
  .map(optionOf);
