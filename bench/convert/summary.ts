/** How many of several job files can be carried, and what keeps the rest. */
import { fioOption } from '../config/fio/options.js';
import { type ConvertFinding, isLost } from './finding.js';

/** A job file with what became of its lines; of one that could not be read, why. */
export interface Converted {
  readonly name: string;
  readonly findings?: readonly ConvertFinding[];
  readonly error?: string;
}

/** A reason, and the files that it keeps from being carried. */
export interface Obstacle {
  readonly option: string;
  readonly files: readonly string[];
}

export interface Summary {
  readonly carried: readonly string[];
  /** They ask for what is no NVMe device. */
  readonly outside: readonly string[];
  /** Not all of them is carried. */
  readonly rest: readonly string[];
  readonly unreadable: readonly Converted[];
  /** Of `rest`, those of most files first; an option that only goes with another which is lost is not one of its own. */
  readonly obstacles: readonly Obstacle[];
}

/** Sorts job files by what became of them. */
export function summaryOf(all: readonly Converted[]): Summary {
  const names = (some: readonly Converted[]): string[] => some.map(({ name }) => name);
  const readable = all.filter(({ findings }) => findings !== undefined);
  const isOutside = ({ findings = [] }: Converted) => findings.some(({ kind }) => kind === 'outside');
  const inside = readable.filter((each) => !isOutside(each));
  const rest = inside.filter(({ findings = [] }) => findings.some(isLost));
  const files = new Map<string, Set<string>>();
  for (const { name, findings = [] } of rest) {
    const lost = new Set(findings.filter(isLost).map(({ option }) => option));
    const goesAlong = (option: string): boolean => {
      const other = fioOption(option)?.with;
      return other !== undefined && lost.has(other);
    };
    for (const option of lost)
      if (option !== undefined && !goesAlong(option))
        files.set(option, (files.get(option) ?? new Set()).add(name));
  }
  const obstacles = [...files].map(([option, own]): Obstacle => ({ option, files: [...own] }));
  return {
    carried: names(inside.filter((each) => !rest.includes(each))),
    outside: names(readable.filter(isOutside)),
    rest: names(rest),
    unreadable: all.filter(({ findings }) => findings === undefined),
    obstacles: obstacles.sort((a, b) => b.files.length - a.files.length || (a.option < b.option ? -1 : 1)),
  };
}

/** The summary for people, in lines. */
export function summaryText({ carried, outside, rest, unreadable, obstacles }: Summary): string {
  const whole = carried.length + rest.length;
  const lines = [
    `${carried.length} of ${whole} job files are carried whole (${whole === 0 ? 0 : Math.round((100 * carried.length) / whole)} %)`,
    `${outside.length} more ask for what is no NVMe device`,
    ...unreadable.map(({ name, error }) => `${name}: ${error}`),
    ...(obstacles.length === 0 ? [] : ['', 'What keeps the rest, and in how many files:']),
    ...obstacles.map(
      ({ option, files }) => `  ${String(files.length).padStart(4)}  ${option}: ${files.join(', ')}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
