import { ESTIMATED_METRICS, isCounted, type Metric, metricOf } from '../../reports/compare/index.js';
import {
  type Confirmation,
  formatConfirmation,
  formatHistory,
  type History,
  type HistoryOptions,
  historyOf,
} from '../../reports/history/index.js';
import { htmlHistory } from '../../reports/html/history.js';
import { toJson } from '../../reports/index.js';
import { EXIT } from '../console/exit-code.js';
import { reportStream, type StdoutStyle, styleFor, writeOut } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { asInput, readNamedResults } from '../files/result-file.js';
import { STDIO } from '../files/stdio.js';
import { HISTORY_FORMATS, type HistoryArguments } from '../usage/history.js';
import { checkTrial, confirmed } from './history-confirm.js';
import { badOption, shareOf } from './option-values.js';
import { formatFor, sayUnknownEnding } from './output-format.js';

const DEFAULT_WIDTH = 110;
const MOST_WINDOW = 1000;
const WRITES = { formats: HISTORY_FORMATS, otherwise: 'text' } as const;

function metricsOf(names: readonly string[]): Metric[] {
  return names.map((name) => {
    const metric = metricOf(name);
    if (metric !== undefined && !isCounted(metric)) return metric;
    throw badOption('metric', name, 'there is no such metric', `name one of ${ESTIMATED_METRICS.join(', ')}`);
  });
}

/** Throws EngineError BAD_ARGUMENTS. */
function optionsOf({
  metric,
  window,
  p,
  margin,
  confidence,
  accept,
}: HistoryArguments): Partial<HistoryOptions> {
  if (window !== undefined && !(Number.isInteger(window) && window >= 4 && window <= MOST_WINDOW))
    throw badOption('window', window, 'it is out of range', `give a whole number from 4 to ${MOST_WINDOW}`);
  if (p !== undefined && !(p > 0 && p < 0.5))
    throw badOption('p', p, 'it is out of range', 'give a number above 0 and below 0.5');
  return {
    ...(metric === undefined ? {} : { metrics: [...new Set(metricsOf(metric))] }),
    ...(window === undefined ? {} : { window }),
    ...(p === undefined ? {} : { alpha: p }),
    ...(margin === undefined ? {} : { margin: shareOf('margin', margin, 0, 100) }),
    ...(confidence === undefined ? {} : { confidence: shareOf('confidence', confidence, 50, 99.999) }),
    ...(accept === undefined ? {} : { accepted: accept }),
  };
}

type Format = (typeof HISTORY_FORMATS)[number];

const formatOf = (args: HistoryArguments): Format => formatFor(args, WRITES);

/** Where the report goes without `--output`. Throws EngineError BAD_ARGUMENTS. */
function streamOf(args: HistoryArguments): NodeJS.WriteStream {
  const { output, session } = args;
  if (session !== STDIO) return process.stdout;
  const format = formatOf(args);
  const file = output ?? (format === 'text' ? undefined : STDIO);
  const option = output === undefined ? `--format ${format}` : '--output';
  return reportStream({ '--session': session, [option]: file });
}

function textOf(
  format: Format,
  history: History,
  confirmation: Confirmation | undefined,
  style: StdoutStyle,
): string {
  if (format === 'json') return toJson(confirmation === undefined ? history : { ...history, confirmation });
  if (format === 'html') return htmlHistory(history, confirmation);
  const trial = confirmation === undefined ? '' : formatConfirmation(confirmation, style);
  return `${formatHistory(history, style)}${trial}`;
}

async function history(
  args: HistoryArguments,
  output: OutputFile | undefined,
  session: OutputFile | undefined,
): Promise<void> {
  const options = optionsOf(args);
  const results = args.results.flatMap(readNamedResults);
  const unknown = options.accepted?.find((name) => results.every((result) => result.name !== name));
  if (unknown !== undefined)
    throw badOption('accept', unknown, 'it is none of the results', 'name it as the report does');
  const found = asInput('read the history', args.results.join(', '), () => historyOf(results, options));
  const trial = args.confirm ? await confirmed(args, results, found, session) : undefined;
  const stream = streamOf(args);
  const style = styleFor(output, DEFAULT_WIDTH, stream);
  await writeOut(output, textOf(formatOf(args), found, trial?.confirmation, style), stream);
  const isWorse = found.worse > 0 && trial?.confirmation.outcome !== 'refuted';
  process.exitCode = trial?.exitCode ?? (args['fail-on'] === 'worse' && isWorse ? EXIT.WORSE : EXIT.OK);
}

export function historyCommand(args: HistoryArguments): void | Promise<void> {
  checkTrial(args);
  streamOf(args);
  sayUnknownEnding(args, WRITES);
  const { before, after, config } = args;
  const inputs = [...args.results, before, after, config].filter((path) => path !== undefined);
  return withOutput(args, 'output', inputs, (output) =>
    withOutput(args, 'session', [...inputs, args.output], (session) => history(args, output, session)),
  );
}
