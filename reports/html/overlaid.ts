/** The same job of several results in one chart: what a page of more than one is opened for. */
import { countsOfOperation } from '../document/build.js';
import { grouped } from '../document/grouped.js';
import type { HistogramReader } from '../document/histograms.js';
import type { BenchResult } from '../document/result.js';
import { operationRows } from '../document/rows.js';
import { firstOf } from '../render/left-out.js';
import { distributionFigure } from './distribution.js';
import { jobLabel, leftOutHtml } from './facts.js';

/** Charts that a page has of this kind, and results that each of them shows: twice the colours that there are. */
const MOST_CHARTS = 12;
const MOST_LINES = 16;

/** A chart for each operation of a job that more than one result has, a line for each result by its name; '' where there is none. */
export function overlaidHtml(
  results: readonly BenchResult[],
  names: readonly string[],
  reader: HistogramReader,
): string {
  if (results.length < 2) return '';
  const rows = results.flatMap((result, place) =>
    operationRows([result]).map((row) => ({
      ...row,
      place,
      label: `${jobLabel(result, row.job)} ${row.name}`,
    })),
  );
  const common = grouped(rows, ({ label }) => label).filter(
    (same) => new Set(same.map(({ place }) => place)).size > 1,
  );
  const where = 'nvbench compare judges all of them';
  const { kept, leftOut } = firstOf(common, MOST_CHARTS, 'jobs', where);
  const figures = kept.map((same) => {
    const lines = firstOf(same, MOST_LINES, 'results', where);
    const distributions = lines.kept.flatMap(({ record, place }) => {
      const counts = countsOfOperation(record, reader);
      return counts === undefined ? [] : [{ name: names[place], counts }];
    });
    return `${distributionFigure(`${same[0].label}: latency in each result`, distributions)}${leftOutHtml(lines.leftOut)}`;
  });
  return `${figures.filter((figure) => figure !== '').join('\n')}${leftOutHtml(leftOut)}`;
}
