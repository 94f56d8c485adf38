/** A paired experiment as one self-contained page: verdicts, intervals beside those of the control, what limits it. */
import { type AbAnalysis, type AbJob, isEffect } from '../ab/analyse.js';
import {
  AB_HEADS,
  abCells,
  abMethodText,
  abNoteTexts,
  abNotices,
  controlAlarm,
  designTexts,
  driftTexts,
  jobTitle,
} from '../ab/table.js';
import { changeText, countsText, reasonTexts, seriesText } from '../compare/table.js';
import { escapeHtml, tableHtml } from '../render/html.js';
import { figureHtml } from './figure.js';
import { forestLegend, forestPlot } from './forest.js';
import { pageHtml, pickerHtml, sectionHtml } from './page.js';

const listHtml = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`;

const noticeHtml = (text: string): string => `<p class="notice" role="note">${escapeHtml(text)}</p>`;

function foundHtml({ jobs }: AbAnalysis): string {
  const found = (['worse', 'better'] as const).flatMap((verdict) =>
    jobs.flatMap((job) => {
      const changed = job.metrics.filter((metric) => isEffect(metric) && metric.verdict === verdict);
      if (changed.length === 0) return [];
      const texts = changed.map(({ metric, ratio }) => `${metric} ${changeText(ratio)}`);
      return [
        `<b class="${verdict}">${verdict}</b> ${escapeHtml(`${seriesText(job)}: ${texts.join(', ')}`)}`,
      ];
    }),
  );
  return found.length === 0 ? '<p>Nothing of B is better or worse than of A.</p>' : listHtml(found);
}

function jobHtml(job: AbJob, margin: number): string {
  const title = seriesText(job);
  const verdicts = job.metrics.map(({ verdict }) => verdict);
  const table = tableHtml(title, AB_HEADS, job.metrics.map(abCells), verdicts);
  const plot = forestPlot(`${title}: B against A`, job, margin, 'change from A to B');
  const body =
    plot === undefined
      ? table
      : figureHtml([{ label: '', plot, table, legend: forestLegend(), isOpen: true }]);
  const alarm = controlAlarm(job);
  return `<section class="job"><h3>${escapeHtml(jobTitle(job))}</h3>${alarm === undefined ? '' : noticeHtml(alarm)}\n${body}\n${listHtml(reasonTexts(job).map(escapeHtml))}</section>`;
}

/** The page of an experiment. */
export function htmlAb(analysis: AbAnalysis): string {
  const { jobs, margin } = analysis;
  const sections = jobs.map((job) => jobHtml(job, margin)).join('\n');
  const counts = `<p class="big">${escapeHtml(countsText(analysis) || 'nothing to compare')}</p>`;
  return pageHtml({
    title: 'nvbench paired experiment',
    header: [
      '<h1>nvbench paired experiment</h1>',
      ...designTexts(analysis).map((text) => `<p class="sub">${escapeHtml(text)}</p>`),
      ...[...abNotices(analysis), ...driftTexts(analysis)].map(noticeHtml),
    ].join('\n'),
    main: [
      sectionHtml('Summary', `${counts}\n${foundHtml(analysis)}`),
      sectionHtml('Jobs', sections === '' ? '' : `${pickerHtml(jobs.map(seriesText))}\n${sections}`),
      sectionHtml('Notes', listHtml(abNoteTexts(analysis).map(escapeHtml))),
    ].join('\n'),
    footer: `<p>${escapeHtml(abMethodText(analysis))}</p>`,
  });
}
