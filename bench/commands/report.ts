import { formatView, selectJobs } from '../../reports/index.js';
import { VIEW_FORMATS } from '../../reports/views/formats.js';
import { styleFor, writeOut } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { asInput, readResultFile } from '../files/result-file.js';
import { shownName } from '../files/stdio.js';
import type { ReportArguments } from '../usage/report.js';
import { percentilesOf } from './option-values.js';
import { formatFor, sayUnknownEnding } from './output-format.js';

const WRITES = { formats: VIEW_FORMATS, otherwise: 'text' } as const;

async function report(args: ReportArguments, output: OutputFile | undefined): Promise<void> {
  const { results: paths, job, direction, unit } = args;
  const format = formatFor(args, WRITES);
  const percentiles = percentilesOf(args.percentiles, format);
  sayUnknownEnding(args, WRITES);
  const target = paths.join(', ');
  const results = paths.map((path) => {
    const result = readResultFile(path);
    return asInput('choose from the result', path, () => selectJobs(result, { job, direction }));
  });
  const text = { ...styleFor(output), percentiles };
  const view = asInput(`report as ${format}`, target, () =>
    formatView(format, results, { text, unit, files: paths.map(shownName) }),
  );
  await writeOut(output, view);
}

export function reportCommand(args: ReportArguments): void | Promise<void> {
  return withOutput(args, 'output', args.results, (output) => report(args, output));
}
