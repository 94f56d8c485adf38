/** The command line of `nvbench report`. */
import { OPERATIONS, type OperationName } from '../../reports/document/operations.js';
import { HGRM_UNITS, type HgrmUnit, VIEW_FORMATS, type ViewFormat } from '../../reports/views/formats.js';
import { percentilesOption } from './options.js';
import type { Usage } from './usage.js';

export interface ReportArguments {
  results: string[];
  format: ViewFormat | undefined;
  output: string | undefined;
  job: string | undefined;
  direction: OperationName | undefined;
  unit: HgrmUnit;
  percentiles: string | undefined;
}

export const reportUsage: Usage<ReportArguments> = {
  command: 'report <results..>',
  describe: 'Show results in another format: text, HTML, Markdown, CSV, JSON, OpenMetrics, HdrHistogram, fio',
  builder: (yargs) =>
    percentilesOption(yargs)
      .positional('results', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'files that nvbench run --output wrote',
      })
      .option('format', {
        choices: VIEW_FORMATS,
        describe: 'After the name of --output, else text; see nvbench help reports',
      })
      .option('output', { type: 'string', describe: 'Write to this file instead of stdout' })
      .option('job', {
        type: 'string',
        describe: "Only this job: its name, that of its sweep, or '#N' for the N-th",
      })
      .option('direction', { choices: OPERATIONS, describe: 'Only this operation' })
      .option('unit', {
        choices: Object.keys(HGRM_UNITS) as HgrmUnit[],
        default: 'us' as HgrmUnit,
        describe: 'hgrm: unit of the values',
      })
      .example('$0 report result.json --output report.html', 'for a browser')
      .example('$0 report result.json --format markdown', 'for a pull request')
      .example('$0 report *.json --output all.csv', 'several in one table')
      .example('$0 report r.json --format hgrm --job reads --output reads.hgrm', 'for the plotter'),
};
