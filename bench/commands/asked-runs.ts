/** The configurations that a command line asks to run, read and checked, each with the file that its result goes to. */
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EngineError } from '../../engine/errors.js';
import { idleDefaults } from '../config/idle-defaults.js';
import { type ConfigChanges, type LoadedConfig, loadConfig, parseConfig } from '../config/load.js';
import { loadTypedJob, type TypedJob } from '../config/typed-job.js';
import type { HoldsData } from '../config/write-rules.js';
import { OutputFile } from '../files/output-file.js';
import { shownName } from '../files/stdio.js';
import type { SampleName } from '../manual/sample-names.js';
import { SAMPLE_TEXTS } from '../manual/sample-texts.js';
import { JOB_OPTIONS } from '../usage/job-options.js';
import type { RunArguments } from '../usage/run.js';
import { attachChoiceOf } from './option-values.js';
import { refuseOtherThanJson } from './output-format.js';

export interface AskedRun {
  /** Stands for it in messages. */
  readonly name: string;
  readonly config: LoadedConfig;
  readonly output: string | undefined;
}

export function badRun(target: string, reason: string, hint: string): EngineError {
  return new EngineError({ code: 'BAD_ARGUMENTS', op: 'run', target, reason, hint, kind: 'input' });
}

/** The job that the options are; undefined where none of them is given. */
function typedJobOf(args: RunArguments): TypedJob | undefined {
  const given = JOB_OPTIONS.flatMap(({ name }): [string, (string | boolean)[]][] => {
    const words = args[name as keyof typeof args];
    return words === undefined ? [] : [[name, [words as string | boolean | string[]].flat()]];
  });
  return given.length === 0 && args.name === undefined
    ? undefined
    : { name: args.name, keys: Object.fromEntries(given) };
}

function sampleOf(
  sample: SampleName,
  changes: ConfigChanges,
  holdsData: HoldsData,
): Omit<AskedRun, 'output'> {
  const name = `sample ${sample}`;
  return { name, config: parseConfig(SAMPLE_TEXTS[sample], name, changes, holdsData) };
}

function configsOf(args: RunArguments, holdsData: HoldsData): Omit<AskedRun, 'output'>[] {
  const { configs = [], sample, set, device } = args;
  const changes: ConfigChanges = { set, device, ...attachChoiceOf(args) };
  const typed = typedJobOf(args);
  const named = [
    ...configs.map((path) => ({
      name: shownName(path),
      config: loadConfig(path, changes, holdsData),
    })),
    ...(sample === undefined ? [] : [sampleOf(sample, changes, holdsData)]),
  ];
  if (named.length > 0 && typed !== undefined) {
    const [key = 'name'] = Object.keys(typed.keys);
    throw badRun(
      named[0].name,
      `--${key} is of a job without a file`,
      key === 'name' ? 'leave one of them out' : `change the file's with --set 'jobs[0].${key}=VALUE'`,
    );
  }
  if (named.length > 0) return named;
  if (typed === undefined && device === undefined)
    throw badRun(
      'arguments',
      'there is nothing to run',
      'name a YAML file (nvbench init writes one), or say a job: nvbench run --device sim --rw randread --runtime 10s',
    );
  const config = loadTypedJob(typed ?? { keys: {} }, changes, holdsData);
  return [{ name: 'the command line', config }];
}

/** The file of each result in the folder that `--output` names. Throws EngineError of kind `input`. */
function outputsIn(folder: string, names: readonly string[]): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw badRun(
      folder,
      'it is no folder, and there is a result of each file',
      `make it: mkdir ${folder}; or run one after the other`,
    );
  const outputs = names.map((name) => join(folder, `${basename(name).replace(/\.ya?ml$/, '')}.json`));
  const twice = outputs.find((output, i) => outputs.indexOf(output) < i);
  if (twice !== undefined)
    throw badRun(twice, 'it would be the result of two files', 'run one after the other');
  for (const output of outputs) OutputFile.prepare(output, { kept: names }).close();
  return outputs;
}

/** What of the configurations changes nothing, in sentences. */
export function idleValues(runs: readonly AskedRun[], { set }: RunArguments): string[] {
  return runs.flatMap(({ name, config }) =>
    idleDefaults(config, set).map((said) => (runs.length > 1 ? `${name}: ${said}` : said)),
  );
}

/** All of them, before anything is done; `holdsData` is asked where jobs write. Throws ConfigError, EngineError of kind `input`. */
export function askedRuns(args: RunArguments, holdsData: HoldsData): AskedRun[] {
  const configs = configsOf(args, holdsData);
  const refuse = (option: string, hint: string): EngineError =>
    badRun(`--${option}`, `it is for one configuration, and there are ${configs.length}`, hint);
  if (configs.length > 1) {
    if (args.save !== undefined) throw refuse('save', 'save one after the other');
    if (args.junit !== undefined) throw refuse('junit', 'judge the results: nvbench gate --junit');
    if (args.format === 'json') throw refuse('format json', 'write the results with --output FOLDER');
  }
  if (configs.length === 1) refuseOtherThanJson(args.output);
  const outputs =
    configs.length > 1 && args.output !== undefined
      ? outputsIn(
          args.output,
          configs.map(({ name }) => name),
        )
      : [args.output];
  return configs.map((asked, i) => ({ ...asked, output: outputs[i] }));
}
