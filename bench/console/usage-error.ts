/** What yargs says of a command line it cannot take, made one line that ends with the next step. */
import { nearest } from '../config/wording.js';
import type { CommandModel, OptionModel } from './completion/model.js';

/** What is known of a command: its usage is for example `identify <target>`. */
export type KnownCommand = Pick<CommandModel, 'name' | 'usage'> & {
  readonly options: readonly Pick<OptionModel, 'name' | 'alsoCalled'>[];
};

/** What a word that is no option was meant to be. */
function nearestOption(word: string, { options }: KnownCommand): string | undefined {
  const otherNames = options.flatMap(({ name, alsoCalled }) => alsoCalled.map((other) => [other, name]));
  const names = options.map(({ name }) => name);
  return nearest(word, names, Object.fromEntries(otherNames));
}

/** The first argument that the command does not know, and what was meant. */
function unknownText(word: string, command: KnownCommand, args: readonly string[]): string {
  const written = args.find((arg) => arg.startsWith('-') && arg.replace(/^--?/, '').split('=')[0] === word);
  if (written === undefined) return `it takes no further argument, got ${word}`;
  const meant = nearestOption(word, command);
  const text = `unknown option ${written.split('=')[0]}`;
  return meant === undefined ? text : `${text}; did you mean --${meant}?`;
}

/** A value that is none of the choices, and what was meant. */
function choiceText(text: string, isPlace: (name: string) => boolean): string | undefined {
  const [, name, given, list] =
    /^Invalid values: Argument: ([\w-]+), Given: "([^"]*)", Choices: ([^:]*)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const choices = [...list.matchAll(/"([^"]*)"/g)].map(([, choice]) => choice);
  const meant = nearest(given, choices);
  const guess = meant === undefined ? '' : `; did you mean ${meant}?`;
  const place = isPlace(name) ? name : `--${name}`;
  return `${place} ${given}: it is none of ${choices.join(', ')}${guess}`;
}

/** `message` as yargs words it, for the arguments after the program's name. */
export function usageErrorText(
  message: string,
  commands: readonly KnownCommand[],
  args: readonly string[],
): string {
  const command = commands.find(({ name }) => name === args[0]);
  const help = command === undefined ? 'nvbench --help' : `nvbench ${command.name} --help`;
  const text = message.replace(/\s+/g, ' ').trim();
  if (command !== undefined && text.startsWith('Not enough non-option arguments'))
    return `an argument is missing: nvbench ${command.usage}; see ${help}`;
  const missing = /^Missing required arguments?: (.*)$/.exec(text)?.[1].split(', ');
  if (missing !== undefined)
    return `an option is missing: ${missing.map((name) => `--${name}`).join(', ')}; see ${help}`;
  const argument = /^Unknown (?:arguments?|commands?): ([^\s,]+)/.exec(text)?.[1];
  if (command !== undefined && argument !== undefined)
    return `${unknownText(argument, command, args)}; see ${help}`;
  const choice = choiceText(text, (name) => command?.options.every((option) => option.name !== name) ?? true);
  if (choice !== undefined) return `${choice}; see ${help}`;
  // yargs lists the arguments of a command that it does not know as further commands.
  const unknown = /^Unknown commands?: ([^\s,]+)/.exec(text)?.[1];
  if (unknown === undefined) return `${text}; see ${help}`;
  const names = commands.map(({ name }) => name);
  const meant = nearest(unknown, names);
  return `Unknown command: ${unknown}; ${meant === undefined ? `see ${help}` : `did you mean ${meant}?`}`;
}
