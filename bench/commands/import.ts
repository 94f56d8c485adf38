import { EngineError } from '../../engine/errors.js';
import {
  type BenchResult,
  fioSizeBytes,
  fioTimeMs,
  formatJson,
  importResult,
  layBeside,
  type Reading,
  readLatencyMonitor,
} from '../../reports/index.js';
import { writeOut } from '../console/stdout.js';
import { readInputText } from '../files/input-file.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { asInput, readResultFile } from '../files/result-file.js';
import { toolVersion } from '../files/tool-version.js';
import type { ImportArguments } from '../usage/import.js';
import { refuseOtherThanJson } from './output-format.js';

const KIND = {
  code: 'IMPORT_UNREADABLE',
  op: 'import',
  hint: 'name what fio --output-format=json+ --output=FILE wrote, or a file of another tool; nvbench help reports lists them',
} as const;

function badOption(
  option: string,
  value: string,
  hint: string,
  reason = `${value} is not understood`,
): EngineError {
  return new EngineError({
    code: 'BAD_ARGUMENTS',
    op: 'import',
    target: option,
    reason,
    hint,
    kind: 'input',
  });
}

/** The value of an option through its parser. Throws EngineError BAD_ARGUMENTS. */
function parsed(
  option: string,
  value: string | undefined,
  parse: (text: string) => number | undefined,
  hint: string,
): number | undefined {
  if (value === undefined) return undefined;
  const number = parse(value);
  if (number === undefined || number <= 0) throw badOption(option, value, hint);
  return number;
}

function readingIn(file: string): Reading {
  const text = readInputText(file, KIND);
  return asInput('import', file, () => readLatencyMonitor(text));
}

/** Options that a log laid beside a result has no use for. */
const OF_FIGURES = ['job', 'rw', 'bs', 'iodepth', 'runtime'] as const;

function besideResult(args: ImportArguments, beside: string): BenchResult {
  const { file, before, target } = args;
  for (const option of OF_FIGURES)
    if (args[option] !== undefined)
      throw badOption(
        `--${option}`,
        String(args[option]),
        'leave it out',
        'it says nothing of a log that is laid beside a result',
      );
  const result = readResultFile(beside);
  const [reading, earlier] = [readingIn(file), before === undefined ? undefined : readingIn(before)];
  return asInput('import', beside, () => layBeside(result, reading, { before: earlier, target }));
}

async function importFile(args: ImportArguments, output: OutputFile | undefined): Promise<void> {
  const { file, target, job, rw, iodepth, beside, before } = args;
  if (beside !== undefined) return writeOut(output, formatJson(besideResult(args, beside)));
  if (before !== undefined)
    throw badOption(
      '--before',
      before,
      'name the result of the run with --beside',
      'there is nothing that it was before of',
    );
  if (iodepth !== undefined && !(Number.isSafeInteger(iodepth) && iodepth > 0))
    throw badOption('--iodepth', String(iodepth), 'give a whole number from 1');
  const bsBytes = parsed('--bs', args.bs, fioSizeBytes, 'give a size such as 4k');
  const runtimeMs = parsed('--runtime', args.runtime, fioTimeMs, 'give a time such as 10s');
  const text = readInputText(file, KIND);
  const options = {
    toolVersion: toolVersion(),
    importedAt: new Date(),
    target,
    job,
    rw,
    bsBytes,
    iodepth,
    runtimeMs,
  };
  const document = formatJson(asInput('import', file, () => importResult(text, options)));
  await writeOut(output, document);
}

export function importCommand(args: ImportArguments): void | Promise<void> {
  refuseOtherThanJson(args.output);
  const inputs = [args.file, args.beside, args.before].filter((path) => path !== undefined);
  return withOutput(args, 'output', inputs, (output) => importFile(args, output));
}
