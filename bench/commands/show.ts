import type { CommandModule } from 'yargs';
import { type BenchResult, formatView, toJson, VIEW_FORMATS, type ViewFormat } from '../../reports/index.js';
import { stdoutStyle } from '../console/stdout.js';
import { asInput, readResultFile } from '../files/result-file.js';

/** Parts of the document that are shown as they are. */
const PARTS = {
  config: (result) => result.config,
  host: (result) => result.hosts ?? result.host,
  devices: (result) => result.devices,
  warnings: (result) => [
    ...result.warnings,
    ...result.jobs.flatMap(({ name, warnings }) => warnings.map((warning) => ({ job: name, ...warning }))),
  ],
} as const satisfies Record<string, (result: BenchResult) => unknown>;

type Part = keyof typeof PARTS;
type View = ViewFormat | Part;

interface ShowArguments {
  result: string;
  view: View;
}

function isPart(view: View): view is Part {
  return Object.hasOwn(PARTS, view);
}

function show({ result: path, view }: ShowArguments): void {
  const result = readResultFile(path);
  if (isPart(view)) {
    process.stdout.write(toJson(PARTS[view](result)));
    return;
  }
  const text = stdoutStyle();
  process.stdout.write(
    asInput(`show as ${view}`, path, () => formatView(view, [result], { text, unit: 'us' })),
  );
}

export const showCommand: CommandModule<object, ShowArguments> = {
  command: 'show <result>',
  describe: 'Print a result: its report, another view of it, or a part of the document',
  builder: (yargs) =>
    yargs
      .positional('result', {
        type: 'string',
        demandOption: true,
        describe: 'file that nvbench run --output wrote',
      })
      .option('view', {
        alias: 'format',
        choices: [...VIEW_FORMATS, ...(Object.keys(PARTS) as Part[])],
        default: 'text' as View,
        describe: 'A format of nvbench report, or a part of the document',
      })
      .example('$0 show result.json', 'the report of the run')
      .example('$0 show result.json --view warnings', 'what makes its figures doubtful'),
  handler: show,
};
