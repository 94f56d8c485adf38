import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT } from '../console/exit-code.js';
import { printNotice } from '../console/stderr.js';
import { writeOut } from '../console/stdout.js';
import { convertFio, nothingCarried } from '../convert/convert.js';
import { findingText, isLost } from '../convert/finding.js';
import { readInputText } from '../files/input-file.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
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

async function convert({ file }: ConvertArguments, output: OutputFile | undefined): Promise<void> {
  const { yaml, findings } = convertFio(readInputText(file, KIND), file, { env: process.env, include });
  const lost = findings.filter(isLost);
  if (yaml === undefined) throw nothingCarried(file, findings);
  await writeOut(output, yaml);
  const differs = findings.filter(({ kind }) => kind === 'differs');
  for (const finding of lost) printNotice(`not carried: ${findingText(finding)}`);
  for (const finding of differs) printNotice(`differs: ${findingText(finding)}`);
  if (lost.length > 0) process.exitCode = EXIT.NOT_CARRIED;
}

/** `nvbench convert`: a job file of fio as a configuration. */
export function convertCommand(args: ConvertArguments): void | Promise<void> {
  return withOutput(args.output, [args.file], (output) => convert(args, output));
}
