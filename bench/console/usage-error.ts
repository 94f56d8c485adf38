/** What yargs says of a command line it cannot take, made one line that ends with the next step. */
import { nearest } from '../config/wording.js';

/** The command's usage, for example `run <config>`; its name is the first word. */
export type CommandUsage = string;

const nameOf = (usage: CommandUsage): string => usage.split(' ')[0];

/** `message` as yargs words it, for the arguments after the program's name. */
export function usageErrorText(
  message: string,
  usages: readonly CommandUsage[],
  args: readonly string[],
): string {
  const usage = usages.find((each) => nameOf(each) === args[0]);
  const help = usage === undefined ? 'nvbench --help' : `nvbench ${nameOf(usage)} --help`;
  const text = message.replace(/\s+/g, ' ').trim();
  if (usage !== undefined && text.startsWith('Not enough non-option arguments'))
    return `an argument is missing: nvbench ${usage}; see ${help}`;
  const unknown = /^Unknown commands?: (\S+)/.exec(text)?.[1];
  const meant = unknown === undefined ? undefined : nearest(unknown, usages.map(nameOf));
  return meant === undefined ? `${text}; see ${help}` : `${text}; did you mean ${meant}?`;
}
