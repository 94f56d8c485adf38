/** What a command takes, read off the same builder that yargs gets: completion knows no list of its own. */
import type { Argv } from 'yargs';
import type { Usage } from '../../usage/usage.js';

export interface OptionModel {
  readonly name: string;
  readonly describe: string;
  readonly choices: readonly string[];
  readonly kind: 'boolean' | 'number' | 'string';
  readonly repeatable: boolean;
  /** A boolean that is on unless `--no-NAME` is given. */
  readonly negatable: boolean;
  /** What other tools call it. */
  readonly alsoCalled: readonly string[];
}

export interface PositionalModel {
  readonly name: string;
  readonly choices: readonly string[];
  /** Takes every word that is left. */
  readonly variadic: boolean;
}

export interface CommandModel {
  readonly name: string;
  /** As it is written, for example `identify <target>`. */
  readonly usage: string;
  readonly describe: string;
  readonly options: readonly OptionModel[];
  readonly positionals: readonly PositionalModel[];
}

/** The part of a yargs description of an option or positional that matters here. */
interface Described {
  readonly describe?: string;
  readonly choices?: readonly unknown[];
  /** As choices, where others may be given too; yargs knows nothing of it. */
  readonly values?: readonly string[];
  readonly alsoCalled?: readonly string[];
  readonly type?: string;
  readonly array?: boolean;
  readonly default?: unknown;
  readonly alias?: string;
}

const choicesOf = ({ choices, values = [] }: Described): string[] => (choices ?? values).map(String);

function optionOf(name: string, described: Described): OptionModel {
  const { describe = '', type, array = false, alsoCalled = [] } = described;
  const kind = type === 'boolean' || type === 'number' ? type : 'string';
  const negatable = kind === 'boolean' && described.default === true;
  return { name, describe, choices: choicesOf(described), kind, repeatable: array, negatable, alsoCalled };
}

const HELP = optionOf('help', { type: 'boolean', describe: 'Show help' });
/** What the program itself takes. */
export const GLOBAL_OPTIONS: readonly OptionModel[] = [
  HELP,
  optionOf('version', { type: 'boolean', describe: 'Show version number' }),
];

/** Stands in for yargs while a builder describes its command; whatever else the builder calls is of no interest. */
function recorder(options: OptionModel[], positionals: Map<string, Described>): Argv {
  const methods: Record<string, (name: string, described: Described) => void> = {
    option: (name, described) => {
      for (const each of [name, described.alias ?? []].flat()) options.push(optionOf(each, described));
    },
    positional: (name, described) => positionals.set(name, described),
  };
  const recording: Argv = new Proxy({} as Argv, {
    get:
      (_target, method) =>
      (...args: [string, Described]) => {
        methods[String(method)]?.(...args);
        return recording;
      },
  });
  return recording;
}

/** The words in brackets of a usage such as `baseline <action> [name]`, in order. */
function placesOf(usage: string): { name: string; variadic: boolean }[] {
  const places = [...usage.matchAll(/[<[]([\w-]+)(\.\.)?[\]>]/g)];
  return places.map(([, name, dots]) => ({ name, variadic: dots !== undefined }));
}

/** Reads a command. */
export function modelOf({ command, describe, builder }: Usage): CommandModel {
  const usage = String(command);
  const options: OptionModel[] = [];
  const described = new Map<string, Described>();
  if (typeof builder === 'function') builder(recorder(options, described));
  return {
    name: usage.split(' ')[0],
    usage,
    describe: typeof describe === 'string' ? describe : '',
    options: [...options, HELP],
    positionals: placesOf(usage).map(({ name, variadic }) => ({
      name,
      variadic,
      choices: choicesOf(described.get(name) ?? {}),
    })),
  };
}
