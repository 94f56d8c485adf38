/** The command line of `nvbench show`. */
import { VIEW_FORMATS, type ViewFormat } from '../../reports/views/formats.js';
import { percentilesOption } from './options.js';
import type { Usage } from './usage.js';

/** Parts of the document that are shown as they are. */
const PARTS = ['config', 'host', 'devices', 'warnings'] as const;
export type Part = (typeof PARTS)[number];
export type View = ViewFormat | Part;

export interface ShowArguments {
  result: string;
  view: View;
  percentiles: string | undefined;
}

export const showUsage: Usage<ShowArguments> = {
  command: 'show <result>',
  describe: 'Print a result: its report, another view of it, or a part of the document',
  builder: (yargs) =>
    percentilesOption(yargs)
      .positional('result', {
        type: 'string',
        demandOption: true,
        describe: 'file that nvbench run --output wrote',
      })
      .option('view', {
        alias: 'format',
        choices: [...VIEW_FORMATS, ...PARTS],
        default: 'text' as View,
        describe: 'A format of nvbench report, or a part of the document',
      })
      .example('$0 show result.json', 'the report of the run')
      .example('$0 show result.json --view warnings', 'what makes its figures doubtful'),
};
