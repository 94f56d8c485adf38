/** The command line: which command it names, and what it is told. */
import yargs from 'yargs';
import { EngineError } from '../engine/errors.js';
import { isCommand, loadAction, loadUsages } from './commands/index.js';
import { type CommandModel, modelOf } from './console/completion/model.js';
import { EXIT } from './console/exit-code.js';
import { usageErrorText } from './console/usage-error.js';
import { STDIO } from './files/stdio.js';
import { toolVersion } from './files/tool-version.js';
import { TOPICS } from './manual/topic-names.js';

const EPILOGUE =
  `Topics of nvbench help: ${Object.keys(TOPICS).join(', ')}.\n\n` +
  'Exit codes: 0 done, 1 done with I/O errors, 2 bad input, 3 device or environment, 4 device lost during a run, ' +
  '5 --fail-on worse found something worse, 6 convert left something out, 7 wrong data was read, 10 gate failed, 11 gate inconclusive, 12 gate invalid, 130 interrupted, 143 terminated.';

/** The arguments that may be given several times; `_` are words that yargs has no name for. */
function listsOf(models: readonly CommandModel[]): string[] {
  const lists = models.flatMap(({ options, positionals }) => [
    ...options.filter(({ repeatable }) => repeatable),
    ...positionals.filter(({ variadic }) => variadic),
  ]);
  return ['_', ...lists.map(({ name }) => name)];
}

/** An option's words are joined by hyphens or, in keys of a job, by underscores: either is taken for the other. */
function asNamed(arg: string, models: readonly CommandModel[]): string {
  const [, name, rest] = /^--([\w-]+)(=.*)?$/s.exec(arg) ?? [];
  const names = models.flatMap(({ options }) => options.map((option) => option.name));
  if (name === undefined || names.includes(name)) return arg;
  const folded = name.replaceAll('-', '_');
  const meant = names.find((each) => each.replaceAll('-', '_') === folded);
  return meant === undefined ? arg : `--${meant}${rest ?? ''}`;
}

/** An option that takes one value is given once; yargs would make a list of it. */
function checkGivenOnce(argv: Record<string, unknown>, lists: readonly string[]): true {
  for (const [name, value] of Object.entries(argv)) {
    if (Array.isArray(value) && !lists.includes(name.replaceAll(/[A-Z]/g, '-$&').toLowerCase()))
      throw new EngineError({
        code: 'OPTION_REPEATED',
        op: 'read the command line',
        target: `--${name}`,
        reason: 'it is given more than once',
        hint: 'give it once',
        kind: 'input',
      });
  }
  return true;
}

/** yargs takes `-` for the beginning of an option and drops it. No argument has this character. */
const HIDDEN = '\0';
const hidden = (arg: string): string => (arg === STDIO ? HIDDEN + arg : arg.replace(/=-$/, `=${HIDDEN}-`));

/** HIDDEN as yargs shows it within the choices of an argument. */
const HIDDEN_IN_JSON = JSON.stringify(HIDDEN).slice(1, -1);

function shown<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll(HIDDEN, '') as T;
  return Array.isArray(value) ? (value.map(shown) as T) : value;
}

/** yargs answers these wherever they are, but of the command `help` itself it would show nothing else. */
const HELP_WORDS = ['help', '--help', '-h'];

/** `help` and the help of a command are what `--help` shows; a topic is told of by the command itself. */
function withoutHelp(args: readonly string[]): readonly string[] {
  if (args[0] !== 'help') return args;
  const [name, ...rest] = args.filter((arg) => !HELP_WORDS.includes(arg));
  if (name === undefined) return ['--help'];
  const isOfCommand = rest.length === 0 && isCommand(name) && !Object.hasOwn(TOPICS, name);
  return isOfCommand ? [name, '--help'] : ['help', name, ...rest];
}

/** Does what the arguments after the program's name ask for. Ends the process where they only ask for help or are wrong. */
export async function runCommandLine(given: readonly string[]): Promise<void> {
  const args = withoutHelp(given);
  const usages = await loadUsages(args);
  const models = usages.map(modelOf);
  const lists = listsOf(models);
  const asked: { name?: string; argv?: unknown } = {};
  const commands = usages.map((usage) => ({
    ...usage,
    handler: (argv: unknown) => {
      const values = Object.entries(argv as object).map(([name, value]) => [name, shown(value)]);
      Object.assign(asked, { name: String(usage.command).split(' ')[0], argv: Object.fromEntries(values) });
      throw asked;
    },
  }));
  const parser = yargs(args.map((arg) => hidden(asNamed(arg, models))))
    .scriptName('nvbench')
    // All else that the program says is English, and its files of other languages are not in the bundle.
    .locale('en')
    .usage('$0 <command>\n\nBenchmarks NVMe drives from user space, past the kernel.')
    .command(commands)
    .demandCommand(1, 'No command is given')
    .strict()
    .strictCommands()
    .check((argv) => checkGivenOnce(argv, lists))
    .example('$0 run --sample quickstart', 'try it without a drive')
    .example('$0 list', 'which drives there are')
    .epilogue(EPILOGUE)
    .version(toolVersion())
    .alias('version', ['V', 'v'])
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .fail((message, error) => {
      if (error) throw error;
      process.stderr.write(
        `nvbench: ${usageErrorText(shown(message).replaceAll(HIDDEN_IN_JSON, ''), models, args)}\n`,
      );
      process.exit(EXIT.INPUT);
    });
  try {
    await parser.parseAsync();
  } catch (ended) {
    // The handler ends the parse so: yargs would go on to render a help text that nobody sees.
    if (ended !== asked) throw ended;
  }
  if (asked.name !== undefined) await (await loadAction(asked.name))(asked.argv);
}
