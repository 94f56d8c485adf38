import { EngineError } from '../../engine/errors.js';
import { formatJson, mergeResults } from '../../reports/index.js';
import { writeOut } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { asInput, readResultFile } from '../files/result-file.js';
import { toolVersion } from '../files/tool-version.js';
import type { MergeArguments } from '../usage/merge.js';
import { refuseOtherThanJson } from './output-format.js';

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

export function mergeCommand(args: MergeArguments): void | Promise<void> {
  refuseOtherThanJson(args.output);
  return withOutput(args, 'output', args.results, (output) => merge(args, output));
}
