/**
 * From the words before the cursor to what the last of them may become. Pure: where targets and keys come from is told with
 * the call, and asked only where they are due.
 */
import { type CommandModel, GLOBAL_OPTIONS, type OptionModel, type PositionalModel } from './model.js';

export interface Candidate {
  readonly value: string;
  readonly describe?: string;
}

/** `files`: the names of files, which the shell knows best. `none`: something of which there is no list. */
export type Completions =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'none' };

export interface CompletionContext {
  /** All commands, or at least the one that the words name. */
  readonly commands: readonly CommandModel[];
  /** Targets that can be named, or only those that have a kernel driver. */
  targets(bindable: boolean): Promise<readonly Candidate[]>;
  /** What the beginning of a `KEY=VALUE` may become. */
  settings(current: string): Promise<readonly Candidate[]>;
}

export const FILE_OPTIONS = [
  'output',
  'save',
  'metrics',
  'baseline',
  'baseline-dir',
  'history',
  'accept',
  'rules',
  'junit',
  'socket',
  'dir',
  'base',
  'new',
  'reanalyse',
  'session',
  'config',
  'before',
  'after',
  'at',
];
const FILE_PLACES = ['config', 'configs', 'result', 'results', 'file', 'files', 'name'];
const TARGET_NAMES = ['device', 'target'];
/** Options that change a value of the configuration. */
const SETTING_OPTIONS = ['set', 'a', 'b'];
/** Commands that change a driver. */
const DRIVER_COMMANDS = ['bind', 'unbind'];
/** What `import --target` notes down need not be there. */
const NOTED_TARGET_COMMANDS = ['import'];

const NONE: Completions = { kind: 'none' };

function words(candidates: readonly Candidate[], current: string): Completions {
  return { kind: 'words', words: candidates.filter(({ value }) => value.startsWith(current)) };
}

async function targetsFor(
  { name }: CommandModel,
  context: CompletionContext,
  current: string,
): Promise<Completions> {
  if (NOTED_TARGET_COMMANDS.includes(name)) return NONE;
  return words(await context.targets(DRIVER_COMMANDS.includes(name)), current);
}

async function valuesFor(
  command: CommandModel,
  { name, choices }: Pick<OptionModel, 'name' | 'choices'>,
  current: string,
  context: CompletionContext,
): Promise<Completions> {
  if (choices.length > 0)
    return words(
      choices.map((value) => ({ value })),
      current,
    );
  if (TARGET_NAMES.includes(name)) return targetsFor(command, context, current);
  if (SETTING_OPTIONS.includes(name)) return words(await context.settings(current), current);
  return FILE_OPTIONS.includes(name) || FILE_PLACES.includes(name) ? { kind: 'files' } : NONE;
}

const dashes = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** The option that a word names, and whether its value comes as the next word. */
function optionIn(
  { options }: CommandModel,
  word: string,
): { option: OptionModel; awaitsValue: boolean } | undefined {
  const [, name, equals] = /^--?([\w-]+)(=)?/.exec(word) ?? [];
  const option = options.find((each) => each.name === name || `no-${each.name}` === name);
  if (option === undefined) return undefined;
  return { option, awaitsValue: option.kind !== 'boolean' && equals === undefined };
}

interface Walked {
  readonly given: ReadonlySet<string>;
  readonly positionals: number;
  /** The option whose value the current word is. */
  readonly awaiting: OptionModel | undefined;
}

function walk(command: CommandModel, before: readonly string[]): Walked {
  const given = new Set<string>();
  let positionals = 0;
  let awaiting: OptionModel | undefined;
  for (const word of before) {
    const found = optionIn(command, word);
    if (awaiting !== undefined) awaiting = undefined;
    else if (found !== undefined) {
      given.add(found.option.name);
      if (found.awaitsValue) awaiting = found.option;
    } else if (!word.startsWith('-')) positionals++;
  }
  return { given, positionals, awaiting };
}

function optionWords(options: readonly OptionModel[], given: ReadonlySet<string>): Candidate[] {
  return options
    .filter(({ name, repeatable }) => repeatable || !given.has(name))
    .map(({ name, describe, negatable }) => ({ value: dashes(negatable ? `no-${name}` : name), describe }));
}

/** The positional that comes next; a variadic one is never used up. */
function placeAt({ positionals }: CommandModel, index: number): PositionalModel | undefined {
  const last = positionals.at(-1);
  return positionals[index] ?? (last?.variadic ? last : undefined);
}

async function completeIn(
  command: CommandModel,
  before: readonly string[],
  current: string,
  context: CompletionContext,
): Promise<Completions> {
  const { given, positionals, awaiting } = walk(command, before);
  if (awaiting !== undefined) return valuesFor(command, awaiting, current, context);
  const [, name, value] = /^--([\w-]+)=(.*)$/s.exec(current) ?? [];
  const named = command.options.find((option) => option.name === name);
  if (named !== undefined) {
    const found = await valuesFor(command, named, value, context);
    if (found.kind !== 'words') return found;
    return {
      kind: 'words',
      words: found.words.map((word) => ({ ...word, value: `--${name}=${word.value}` })),
    };
  }
  if (current.startsWith('-')) return words(optionWords(command.options, given), current);
  const place = placeAt(command, positionals);
  return place === undefined
    ? words(optionWords(command.options, given), current)
    : valuesFor(command, place, current, context);
}

/** Completes the last word of a command line; `line` are its words after the program's name, the last maybe empty. */
export async function complete(line: readonly string[], context: CompletionContext): Promise<Completions> {
  const current = line.at(-1) ?? '';
  const [first, ...before] = line.slice(0, -1);
  if (first === undefined) {
    const commands = context.commands.map(({ name, describe }) => ({ value: name, describe }));
    const options = optionWords(GLOBAL_OPTIONS, new Set());
    return words(current.startsWith('-') ? options : commands, current);
  }
  const command = context.commands.find(({ name }) => name === first);
  return command === undefined ? NONE : completeIn(command, before, current, context);
}

/** As the shells' scripts read it: the kind, then a line for each word with its description after a tab. */
export function completionText(completions: Completions): string {
  if (completions.kind !== 'words') return `${completions.kind}\n`;
  const lines = completions.words.map(({ value, describe }) =>
    describe === undefined || describe === '' ? value : `${value}\t${describe}`,
  );
  return `${['words', ...lines].join('\n')}\n`;
}
