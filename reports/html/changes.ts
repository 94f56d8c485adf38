/** What pages of comparisons and of paired experiments have in common: what was found, and the changes of a job. */
import type { ComparedJob } from '../compare/compare.js';
import type { SeriesKey } from '../compare/series.js';
import { changeText, seriesText } from '../compare/table.js';
import { escapeHtml, tableHtml } from '../render/html.js';
import { figureHtml } from './figure.js';
import { forestLegend, forestPlot } from './forest.js';
import { listHtml } from './page.js';

type ChangedJob = SeriesKey & Pick<ComparedJob, 'metrics'>;

/** A clear word on each job that changed, the worse ones first; `none` where there is no such. */
export function foundHtml(jobs: readonly ChangedJob[], none: string): string {
  const found = (['worse', 'better'] as const).flatMap((verdict) =>
    jobs.flatMap((job) => {
      const changed = job.metrics.filter((change) => change.verdict === verdict);
      if (changed.length === 0) return [];
      const texts = changed.map(({ metric, ratio }) => `${metric} ${changeText(ratio)}`);
      return [
        `<b class="${verdict}">${verdict}</b> ${escapeHtml(`${seriesText(job)}: ${texts.join(', ')}`)}`,
      ];
    }),
  );
  return found.length === 0 ? `<p>${escapeHtml(none)}</p>` : listHtml(found, 'verdicts');
}

/** The table of a job's changes, below their plot where one can be drawn. */
export function changesHtml(
  job: ChangedJob,
  {
    heads,
    rows,
    plotTitle,
    margin,
    axis,
  }: {
    readonly heads: readonly string[];
    readonly rows: readonly (readonly string[])[];
    readonly plotTitle: string;
    readonly margin: number;
    /** Name of the axis of the plot. */
    readonly axis: string;
  },
): string {
  const verdicts = job.metrics.map(({ verdict }) => verdict);
  const table = tableHtml(seriesText(job), heads, rows, verdicts);
  const plot = forestPlot(plotTitle, job, margin, axis);
  if (plot === undefined) return table;
  return figureHtml([{ label: '', plot, table, legend: forestLegend(), isOpen: true }]);
}
