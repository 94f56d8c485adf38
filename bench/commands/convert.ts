import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError } from '../../engine/errors.js';
import { EXIT } from '../console/exit-code.js';
import { printNotice } from '../console/stderr.js';
import { writeOut } from '../console/stdout.js';
import { type Conversion, convertFio, nothingCarried } from '../convert/convert.js';
import { findingText, isLost } from '../convert/finding.js';
import { type Converted, summaryOf, summaryText } from '../convert/summary.js';
import { readInputText } from '../files/input-file.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { shownName } from '../files/stdio.js';
import type { ConvertArguments } from '../usage/convert.js';

const KIND = {
  code: 'JOB_FILE_UNREADABLE',
  op: 'read the job file',
  hint: 'name a job file of fio, as in fio job.fio',
} as const;

/** As fio finds them: from where it was started, else beside the file that includes them. */
function include(path: string, from: string): { name: string; text: string } {
  const beside = join(dirname(from), path);
  const name = !existsSync(path) && existsSync(beside) ? beside : path;
  return { name, text: readInputText(name, KIND) };
}

function read(file: string): Conversion {
  return convertFio(readInputText(file, KIND), shownName(file), { env: process.env, include });
}

async function convert(file: string, output: OutputFile | undefined): Promise<void> {
  const { yaml, findings } = read(file);
  const lost = findings.filter(isLost);
  if (yaml === undefined) throw nothingCarried(file, findings);
  await writeOut(output, yaml);
  const differs = findings.filter(({ kind }) => kind === 'differs');
  for (const finding of lost) printNotice(`not carried: ${findingText(finding)}`);
  for (const finding of differs) printNotice(`differs: ${findingText(finding)}`);
  if (lost.length > 0) process.exitCode = EXIT.NOT_CARRIED;
}

/** Looks at each file; one that cannot be read does not hide what is in the others. */
function look(name: string): Converted {
  try {
    return { name, findings: read(name).findings };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { name, error: error.reason };
  }
}

async function summarize(files: readonly string[], output: OutputFile | undefined): Promise<void> {
  const summary = summaryOf(files.map(look));
  await writeOut(output, summaryText(summary));
  if (summary.carried.length < files.length) process.exitCode = EXIT.NOT_CARRIED;
}

/** `nvbench convert`: a job file of fio as a configuration. */
export function convertCommand(args: ConvertArguments): Promise<void> {
  const { files, summary } = args;
  const several = files.length > 1 && !summary;
  if (several)
    throw new EngineError({
      code: 'BAD_ARGUMENTS',
      op: 'convert',
      target: files.join(' '),
      reason: 'one configuration is made of one job file',
      hint: 'name one, or add --summary',
      kind: 'input',
    });
  return withOutput(args, 'output', files, (file) =>
    summary ? summarize(files, file) : convert(files[0], file),
  );
}
