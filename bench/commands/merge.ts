import type { CommandModule } from 'yargs';
import { EngineError } from '../../engine/errors.js';
import { formatJson, mergeResults } from '../../reports/index.js';
import { writeOut } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { asInput, readResultFile } from '../files/result-file.js';
import { toolVersion } from '../files/tool-version.js';
import { jsonOption } from './options.js';

interface MergeArguments {
  results: string[];
  output: string | undefined;
  sum: boolean;
}

async function merge({ results: paths, sum }: MergeArguments, output: OutputFile | undefined): Promise<void> {
  if (paths.length < 2)
    throw new EngineError({
      code: 'BAD_ARGUMENTS',
      op: 'merge',
      target: paths.join(', '),
      reason: 'there is only one result',
      hint: 'name two or more',
      kind: 'input',
    });
  const results = paths.map(readResultFile);
  const merged = asInput('merge', paths.join(', '), () =>
    mergeResults(results, { toolVersion: toolVersion(), sum, names: paths }),
  );
  await writeOut(output, formatJson(merged));
}

export const mergeCommand: CommandModule<object, MergeArguments> = {
  command: 'merge <results..>',
  describe: 'Join results of several hosts or runs into one document',
  builder: (yargs) =>
    jsonOption(yargs)
      .positional('results', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'files that nvbench run --output wrote',
      })
      .option('output', { type: 'string', describe: 'Write to this file instead of stdout' })
      .option('sum', {
        type: 'boolean',
        default: false,
        describe: 'Add up jobs of the same name, target and settings',
      })
      .example('$0 merge host1.json host2.json --output both.json', 'every job stays')
      .example('$0 merge host1.json host2.json --sum --output sum.json', 'what both did together'),
  handler: (args) => withOutput(args.output, args.results, (output) => merge(args, output)),
};
