/** The formats a result can be shown in: name to exporter. */
import { formatJson, toJson } from '../document/json.js';
import type { BenchResult } from '../document/result.js';
import { formatHtml } from '../html/index.js';
import type { TextOptions } from '../render/terminal.js';
import { ReportError } from '../report-error.js';
import { formatCsv } from './csv.js';
import { formatFioJson } from './fio-json.js';
import type { HgrmUnit, ManyFormat, OneFormat, ViewFormat } from './formats.js';
import { formatHgrm } from './hgrm.js';
import { formatHlog } from './hlog.js';
import { formatJunit } from './junit.js';
import { formatMarkdown } from './markdown.js';
import { formatOpenMetrics } from './openmetrics.js';
import { formatText } from './text.js';

export interface ViewOptions {
  readonly text: TextOptions;
  /** Unit of the values of hgrm. */
  readonly unit: HgrmUnit;
  /** What each result was read from, for pages of several. */
  readonly files?: readonly string[];
}

type ManyView = (results: readonly BenchResult[], options: ViewOptions) => string;
type OneView = (result: BenchResult, options: ViewOptions) => string;

const MANY: Readonly<Record<ManyFormat, ManyView>> = {
  text: (results, { text }) => results.map((result) => formatText(result, text)).join('\n'),
  html: (results, { files }) => formatHtml(results, files),
  markdown: (results, { text }) => formatMarkdown(results, text.percentiles),
  csv: formatCsv,
  openmetrics: formatOpenMetrics,
  json: (results) => (results.length === 1 ? formatJson(results[0]) : toJson(results)),
};

const ONE: Readonly<Record<OneFormat, OneView>> = {
  junit: formatJunit,
  hgrm: (result, { unit }) => formatHgrm(result, unit),
  hlog: formatHlog,
  'fio-json+': formatFioJson,
};

const manyViews: Readonly<Record<string, ManyView>> = MANY;
const oneViews: Readonly<Record<string, OneView>> = ONE;

/** Results (one at least) in a format. Throws ReportError where the format cannot hold them. */
export function formatView(
  format: ViewFormat,
  results: readonly BenchResult[],
  options: ViewOptions,
): string {
  const one = oneViews[format];
  if (one === undefined) return manyViews[format](results, options);
  if (results.length === 1) return one(results[0], options);
  throw new ReportError(
    'ONE_RESULT_ONLY',
    `${format} holds one result, ${results.length} were given`,
    `report them one at a time, join them with nvbench merge, or choose ${Object.keys(MANY).join(', ')}`,
  );
}
