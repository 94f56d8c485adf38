/** One self-contained HTML page: no network, no script but its own, readable without it. */
import { countsOfOperation } from '../document/build.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import type { BenchResult, JobRecord } from '../document/result.js';
import { operationRows, operationsOf } from '../document/rows.js';
import { driveTexts } from '../render/drives.js';
import { plural } from '../render/format.js';
import { GATE_HEADS } from '../render/gate-table.js';
import { escapeHtml, nameHtml, tableHtml } from '../render/html.js';
import { firstOf, leftOutText, ONE_JOB } from '../render/left-out.js';
import { withoutRounds } from '../render/rounds.js';
import { COLORS } from './chart.js';
import { type Distribution, distributionFigure } from './distribution.js';
import {
  cardsHtml,
  figuresTable,
  highlightsOf,
  jobFacts,
  jobLabel,
  leftOutHtml,
  monitorsHtml,
  noticesHtml,
  slowestHtml,
  warningsHtml,
  whereHtml,
  wholesTable,
} from './facts.js';
import { overTimeFigures } from './over-time.js';
import { overlaidHtml } from './overlaid.js';
import { drivesHtml, pageHtml, pickerHtml, sectionHtml } from './page.js';
import { resultNames } from './result-names.js';
import { roundsHtml } from './rounds.js';
import { sweepFigures } from './sweep.js';

/** Points in time that all charts together may have, and bounds for one: the page stays small. */
const TIME_POINTS = 750;
const MIN_TIME_POINTS = 8;
const MAX_TIME_POINTS = 60;
/** Operations of jobs that have charts: more make a page that no browser likes, and take minutes to draw. */
const CHARTED_ROWS = 100;
const MOST_NOTES = 20;

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
    `<h3>${nameHtml(label)}</h3><p class="sub">${jobFacts(job)}</p>`,
    distributionFigure(`${label}: latency distribution`, distributionsOf(result, [job], false, reader)),
    ...operationsOf(job).map(([name]) => overTimeFigures(job, name, timePoints, reader)),
    slowestHtml(label, job),
  ];
  return `<section class="job">${blocks.filter((block) => block !== '').join('\n')}</section>`;
}

/** Those that the cards speak of and then the first ones, as many as have `mostRows` operations; in their order. */
function chartedJobs(result: BenchResult, mostRows: number): JobRecord[] {
  const chosen = new Set<JobRecord>();
  let rows = 0;
  for (const job of [...highlightsOf(result).map(({ row }) => row.job), ...result.jobs]) {
    if (chosen.has(job)) continue;
    rows += Math.max(1, operationsOf(job).length);
    if (rows > mostRows && chosen.size > 0) break;
    chosen.add(job);
  }
  return result.jobs.filter((job) => chosen.has(job));
}

/** What each result may have of the page. */
interface Share {
  readonly rows: number;
  /** Of each chart over time. */
  readonly timePoints: number;
}

function jobsHtml(result: BenchResult, { rows, timePoints }: Share, reader: HistogramReader): string {
  const charted = chartedJobs(result, rows);
  const sections = charted.map((job) => jobSection(result, job, timePoints, reader)).join('\n');
  const more = result.jobs.length - charted.length;
  const where = `the page has those of the cards and the first ones; ${ONE_JOB}`;
  const leftOut = more === 0 ? undefined : leftOutText(more, 'jobs with their charts', where);
  return `${leftOutHtml(leftOut)}${pickerHtml(charted.map((job) => jobLabel(result, job)))}\n${sections}`;
}

function gatesHtml({ gates = [] }: BenchResult): string {
  if (gates.length === 0) return '';
  const rows = gates.map(({ gate, verdict, checks }) => [
    verdict,
    gate,
    checks.map(({ found }) => found).join('; '),
  ]);
  const colors = { pass: 'better', fail: 'worse', inconclusive: 'inconclusive', invalid: 'worse' } as const;
  const table = tableHtml(
    'As they were judged when the run ended',
    GATE_HEADS,
    rows,
    gates.map(({ verdict }) => colors[verdict]),
  );
  return `<div class="words">${table}</div>`;
}

function resultHtml(whole: BenchResult, share: Share, suffix: string, reader: HistogramReader): string {
  const result = withoutRounds(whole);
  const isFew = result.jobs.length > 1 && operationRows([result]).length <= COLORS;
  const together = isFew ? distributionsOf(result, result.jobs, true, reader) : [];
  // Where all jobs are rounds there is nothing to say of others.
  const hasOthers = result.jobs.length > 0 || whole.jobs.length === 0;
  const summary = `${cardsHtml(result)}\n${figuresTable(result)}\n${wholesTable(result)}`;
  return [
    sectionHtml(`Steady state${suffix}`, roundsHtml(whole, reader)),
    sectionHtml(`Summary${suffix}`, hasOthers ? summary : ''),
    sectionHtml(`Gates${suffix}`, gatesHtml(result)),
    sectionHtml(`Warnings and errors${suffix}`, warningsHtml(whole)),
    sectionHtml(`Sweeps${suffix}`, sweepFigures(result)),
    sectionHtml(`Latency of all jobs${suffix}`, distributionFigure('Latency distributions', together)),
    sectionHtml(`Jobs${suffix}`, hasOthers ? jobsHtml(result, share, reader) : ''),
    sectionHtml(`What drives counted${suffix}`, monitorsHtml(whole, reader)),
    sectionHtml(`Devices and hosts${suffix}`, whereHtml(result)),
  ].join('\n');
}

function titleOf(results: readonly BenchResult[]): string {
  const models = [
    ...new Set(results.flatMap(({ devices }) => devices.map(({ modelNumber }) => modelNumber))),
  ];
  const drives = models.slice(0, 2).join(', ') + (models.length > 2 ? ', ...' : '');
  return ['nvbench report', ...(drives === '' ? [] : [drives]), results[0].startedAt].join(' - ');
}

/**
 * The page of one or more results; `files` are the names of those that they were read from. Throws ReportError where a
 * histogram cannot be read.
 */
export function formatHtml(results: readonly BenchResult[], files?: readonly string[]): string {
  const documents = results.map((result) => ({ result }));
  return readingHistograms(documents, (reader) => htmlOf(results, resultNames(results, files), reader));
}

function htmlOf(results: readonly BenchResult[], names: readonly string[], reader: HistogramReader): string {
  const charted = Math.min(CHARTED_ROWS, Math.max(1, operationRows(results).length));
  const timePoints = Math.max(MIN_TIME_POINTS, Math.min(MAX_TIME_POINTS, Math.floor(TIME_POINTS / charted)));
  const share = { rows: Math.max(1, Math.floor(CHARTED_ROWS / results.length)), timePoints };
  const several = results.length > 1;
  const bodies = results.map((result, i) =>
    resultHtml(result, share, several ? ` (${names[i]})` : '', reader),
  );
  const runs = results.map(({ startedAt, tool, host, jobs }, i) =>
    escapeHtml(
      `${several && !names[i].includes(startedAt) ? `${names[i]}, ` : ''}${startedAt}, ${plural(jobs.length, 'job')}${host.hostname === '' ? '' : ` on ${host.hostname}`}, nvbench ${tool.version}`,
    ),
  );
  const [{ description }] = results;
  const notes = new Set(results.flatMap(({ jobs }) => jobs.map((job) => job.timestampNote)));
  const { kept, leftOut } = firstOf([...notes], MOST_NOTES, 'notes', 'nvbench show --view json has all');
  return pageHtml({
    title: titleOf(results),
    header: [
      `<h1>${escapeHtml(description ?? 'nvbench report')}</h1>`,
      ...drivesHtml(driveTexts(results)),
      ...runs.map((run) => `<p class="sub">${run}</p>`),
      noticesHtml(results),
    ].join('\n'),
    main: [
      sectionHtml('All results', overlaidHtml(results.map(withoutRounds), names, reader)),
      ...bodies,
    ].join('\n'),
    footer: `${kept.map((note) => `<p>Latencies: ${escapeHtml(note)}.</p>`).join('')}${leftOutHtml(leftOut)}`,
  });
}
