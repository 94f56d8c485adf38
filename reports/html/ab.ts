/** A paired experiment as one self-contained page: verdicts, intervals beside those of the control, what limits it. */
import type { AbAnalysis, AbJob } from '../ab/analyse.js';
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
import { countsText, reasonTexts, seriesText } from '../compare/table.js';
import { escapeHtml } from '../render/html.js';
import { changesHtml, foundHtml } from './changes.js';
import { drivesHtml, listHtml, noticeHtml, pageHtml, pickerHtml, sectionHtml } from './page.js';

function jobHtml(job: AbJob, margin: number): string {
  const body = changesHtml(job, {
    heads: AB_HEADS,
    rows: job.metrics.map(abCells),
    plotTitle: `${seriesText(job)}: B against A`,
    margin,
    axis: 'change from A to B',
  });
  const alarm = controlAlarm(job);
  return `<section class="job"><h3>${escapeHtml(jobTitle(job))}</h3>${alarm === undefined ? '' : noticeHtml(alarm)}\n${body}\n${listHtml(reasonTexts(job).map(escapeHtml))}</section>`;
}

/** The page of an experiment. */
export function htmlAb(analysis: AbAnalysis): string {
  const { jobs, margin } = analysis;
  const sections = jobs.map((job) => jobHtml(job, margin)).join('\n');
  const counts = `<p class="big">${escapeHtml(countsText(analysis) || 'nothing to compare')}</p>`;
  return pageHtml({
    title: ['nvbench paired experiment', ...designTexts(analysis).slice(0, 1)].join(' - '),
    header: [
      '<h1>nvbench paired experiment</h1>',
      ...drivesHtml(analysis.drives),
      ...designTexts(analysis).map((text) => `<p class="sub">${escapeHtml(text)}</p>`),
      ...[...abNotices(analysis), ...driftTexts(analysis)].map(noticeHtml),
    ].join('\n'),
    main: [
      sectionHtml('Summary', `${counts}\n${foundHtml(jobs, 'Nothing of B is better or worse than of A.')}`),
      sectionHtml('Jobs', sections === '' ? '' : `${pickerHtml(jobs.map(seriesText))}\n${sections}`),
      sectionHtml('Notes', listHtml(abNoteTexts(analysis).map(escapeHtml))),
    ].join('\n'),
    footer: `<p>${escapeHtml(abMethodText(analysis))}</p>`,
  });
}
