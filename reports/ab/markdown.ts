/** The analysis of a paired experiment as GitHub-flavoured Markdown. */
import { countsText, reasonTexts } from '../compare/table.js';
import { escapeMarkdown, markdownTable } from '../render/markdown.js';
import { type AbAnalysis, type AbJob, isEffect } from './analyse.js';
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
} from './table.js';

const bold = (text: string): string => `**${escapeMarkdown(text)}**`;

function jobLines(job: AbJob): string[] {
  const alarm = controlAlarm(job);
  const rows = job.metrics.map((metric) => {
    const cells = abCells(metric);
    const verdict = isEffect(metric) ? bold(metric.verdict) : metric.verdict;
    return [...cells.slice(0, -1).map(escapeMarkdown), verdict];
  });
  return [
    `### ${escapeMarkdown(jobTitle(job))}`,
    '',
    ...(alarm === undefined ? [] : [bold(alarm), '']),
    ...markdownTable(AB_HEADS, 1, rows),
    '',
    ...reasonTexts(job).map((reason) => `- ${escapeMarkdown(reason)}`),
    '',
  ];
}

/** A section with a table for each job. */
export function markdownAb(analysis: AbAnalysis): string {
  const loud = [...abNotices(analysis), ...driftTexts(analysis)];
  const lines = [
    '## Paired experiment',
    '',
    ...loud.flatMap((text) => [bold(text), '']),
    ...designTexts(analysis).flatMap((text) => [`${escapeMarkdown(text)}.`, '']),
    `**${countsText(analysis) || 'nothing to compare'}**`,
    '',
    ...analysis.jobs.flatMap(jobLines),
    ...abNoteTexts(analysis).map((note) => `- note: ${escapeMarkdown(note)}`),
    '',
    abMethodText(analysis),
  ];
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}
