import type { CommandModule } from 'yargs';
import {
  formatView,
  HGRM_UNITS,
  type HgrmUnit,
  OPERATIONS,
  type OperationName,
  selectJobs,
  VIEW_FORMATS,
  type ViewFormat,
} from '../../reports/index.js';
import { stdoutStyle, writeOut } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { asInput, readResultFile } from '../files/result-file.js';

interface ReportArguments {
  results: string[];
  format: ViewFormat;
  output: string | undefined;
  job: string | undefined;
  direction: OperationName | undefined;
  unit: HgrmUnit;
}

async function report(args: ReportArguments, output: OutputFile | undefined): Promise<void> {
  const { format, results: paths, job, direction, unit } = args;
  const target = paths.join(', ');
  const results = paths.map((path) => {
    const result = readResultFile(path);
    return asInput('choose from the result', path, () => selectJobs(result, { job, direction }));
  });
  const text = output === undefined ? stdoutStyle() : { color: false, width: 100 };
  const view = asInput(`report as ${format}`, target, () => formatView(format, results, { text, unit }));
  await writeOut(output, view);
}

export const reportCommand: CommandModule<object, ReportArguments> = {
  command: 'report <results..>',
  describe: 'Show results in another format: text, HTML, Markdown, CSV, JSON, OpenMetrics, HdrHistogram, fio',
  builder: (yargs) =>
    yargs
      .positional('results', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'files that nvbench run --output wrote',
      })
      .option('format', {
        choices: VIEW_FORMATS,
        default: 'text' as ViewFormat,
        describe: 'See docs/reports.md',
      })
      .option('output', { type: 'string', describe: 'Write to this file instead of stdout' })
      .option('job', { type: 'string', describe: "Only this job: its name, or '#N' for the N-th" })
      .option('direction', { choices: OPERATIONS, describe: 'Only this operation' })
      .option('unit', {
        choices: Object.keys(HGRM_UNITS) as HgrmUnit[],
        default: 'us' as HgrmUnit,
        describe: 'hgrm: unit of the values',
      })
      .example('$0 report result.json --format html --output report.html', 'for a browser')
      .example('$0 report result.json --format markdown', 'for a pull request')
      .example('$0 report *.json --format csv --output all.csv', 'several in one table')
      .example('$0 report r.json --format hgrm --job reads --output reads.hgrm', 'for the plotter'),
  handler: (args) => withOutput(args.output, args.results, (output) => report(args, output)),
};
