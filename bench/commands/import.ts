import { EngineError } from '../../engine/errors.js';
import { fioSizeBytes, fioTimeMs, formatJson, importResult } from '../../reports/index.js';
import { writeOut } from '../console/stdout.js';
import { readInputText } from '../files/input-file.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { asInput } from '../files/result-file.js';
import { toolVersion } from '../files/tool-version.js';
import type { ImportArguments } from '../usage/import.js';

const KIND = {
  code: 'IMPORT_UNREADABLE',
  op: 'import',
  hint: 'name what fio --output-format=json+ --output=FILE wrote, or a file of another tool; nvbench help reports lists them',
} as const;

function badOption(option: string, value: string, hint: string): EngineError {
  const reason = `${value} is not understood`;
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

async function importFile(args: ImportArguments, output: OutputFile | undefined): Promise<void> {
  const { file, target, job, rw, iodepth } = args;
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
  return withOutput(args.output, [args.file], (output) => importFile(args, output));
}
