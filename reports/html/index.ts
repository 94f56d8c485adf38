/** One self-contained HTML page: no network, no script but its own, readable without it. */
import { countsOfOperation } from '../document/build.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import type { BenchResult, JobRecord } from '../document/result.js';
import { operationRows, operationsOf } from '../document/rows.js';
import { plural } from '../render/format.js';
import { escapeHtml } from '../render/html.js';
import { COLORS } from './chart.js';
import { type Distribution, distributionFigure } from './distribution.js';
import {
  cardsHtml,
  figuresTable,
  jobFacts,
  jobLabel,
  noticesHtml,
  warningsHtml,
  whereHtml,
  wholesTable,
} from './facts.js';
import { overTimeFigures } from './over-time.js';
import { pageHtml, pickerHtml, sectionHtml } from './page.js';
import { sweepFigures } from './sweep.js';

/** Points in time that all charts together may have, and bounds for one: the page stays small. */
const TIME_POINTS = 900;
const MIN_TIME_POINTS = 8;
const MAX_TIME_POINTS = 60;

function distributionsOf(
  result: BenchResult,
  jobs: readonly JobRecord[],
  named: boolean,
  reader: HistogramReader,
): Distribution[] {
  return jobs.flatMap((job) =>
    operationsOf(job).flatMap(([name, direction]) => {
      const counts = countsOfOperation(direction, reader);
      return counts === undefined
        ? []
        : [{ name: named ? `${jobLabel(result, job)} ${name}` : name, counts }];
    }),
  );
}

function jobSection(
  result: BenchResult,
  job: JobRecord,
  timePoints: number,
  reader: HistogramReader,
): string {
  const label = jobLabel(result, job);
  const blocks = [
    `<h3>${escapeHtml(label)}</h3><p class="sub">${jobFacts(job)}</p>`,
    distributionFigure(`${label}: latency distribution`, distributionsOf(result, [job], false, reader)),
    ...operationsOf(job).map(([name]) => overTimeFigures(job, name, timePoints, reader)),
  ];
  return `<section class="job">${blocks.filter((block) => block !== '').join('\n')}</section>`;
}

function resultHtml(
  result: BenchResult,
  timePoints: number,
  suffix: string,
  reader: HistogramReader,
): string {
  const isFew = result.jobs.length > 1 && operationRows([result]).length <= COLORS;
  const together = isFew ? distributionsOf(result, result.jobs, true, reader) : [];
  const jobs = result.jobs.map((job) => jobSection(result, job, timePoints, reader)).join('\n');
  const picker = pickerHtml(result.jobs.map((job) => jobLabel(result, job)));
  return [
    sectionHtml(`Summary${suffix}`, `${cardsHtml(result)}\n${figuresTable(result)}\n${wholesTable(result)}`),
    sectionHtml(`Warnings and errors${suffix}`, warningsHtml(result)),
    sectionHtml(`Sweeps${suffix}`, sweepFigures(result)),
    sectionHtml(`Latency of all jobs${suffix}`, distributionFigure('Latency distributions', together)),
    sectionHtml(`Jobs${suffix}`, `${picker}\n${jobs}`),
    sectionHtml(`Devices and hosts${suffix}`, whereHtml(result)),
  ].join('\n');
}

/** The page of one or more results. Throws ReportError where a histogram cannot be read. */
export function formatHtml(results: readonly BenchResult[]): string {
  const documents = results.map((result) => ({ result }));
  return readingHistograms(documents, (reader) => htmlOf(results, reader));
}

function htmlOf(results: readonly BenchResult[], reader: HistogramReader): string {
  const rows = Math.max(1, operationRows(results).length);
  const timePoints = Math.max(MIN_TIME_POINTS, Math.min(MAX_TIME_POINTS, Math.floor(TIME_POINTS / rows)));
  const several = results.length > 1;
  const bodies = results.map((result, i) =>
    resultHtml(result, timePoints, several ? ` (${i + 1}: ${result.startedAt})` : '', reader),
  );
  const runs = results.map(({ startedAt, tool, host, jobs }) =>
    escapeHtml(
      `${startedAt}, ${plural(jobs.length, 'job')}${host.hostname === '' ? '' : ` on ${host.hostname}`}, nvbench ${tool.version}`,
    ),
  );
  const notes = new Set(results.flatMap(({ jobs }) => jobs.map((job) => job.timestampNote)));
  return pageHtml({
    title: `nvbench report ${results[0]?.startedAt ?? ''}`,
    header: [
      '<h1>nvbench report</h1>',
      ...runs.map((run) => `<p class="sub">${run}</p>`),
      noticesHtml(results),
    ].join('\n'),
    main: bodies.join('\n'),
    footer: [...notes].map((note) => `<p>Latencies: ${escapeHtml(note)}.</p>`).join(''),
  });
}
