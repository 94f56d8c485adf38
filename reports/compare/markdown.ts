/** A comparison as GitHub-flavoured Markdown. */
import { escapeMarkdown, markdownTable } from '../render/markdown.js';
import { differenceText } from './comparability.js';
import type { ComparedJob, Comparison } from './compare.js';
import type { Matrix } from './ranking.js';
import {
  aloneTexts,
  basisText,
  changeCells,
  countsText,
  figureText,
  judgedText,
  matrixRows,
  methodText,
  noticesOf,
  reasonTexts,
  seriesText,
  TABLE_HEADS,
} from './table.js';

function jobLines(job: ComparedJob): string[] {
  const rows = job.metrics.map((change) => {
    const cells = changeCells(change);
    const verdict = cells[cells.length - 1];
    const loud = verdict === 'worse' || verdict === 'better';
    return [...cells.slice(0, -1).map(escapeMarkdown), loud ? `**${verdict}**` : verdict];
  });
  return [
    `### ${escapeMarkdown(seriesText(job))}`,
    '',
    `${basisText(job)}.`,
    '',
    ...markdownTable(TABLE_HEADS, 1, rows),
    '',
    ...reasonTexts(job).map((reason) => `- ${escapeMarkdown(reason)}`),
  ];
}

function notesOf(comparison: Comparison): string[] {
  return [
    ...comparison.differences.map(
      (difference) =>
        `- ${difference.blocks ? '**not comparable**' : 'note'}: ${escapeMarkdown(differenceText(difference))}`,
    ),
    ...comparison.notes.map((note) => `- note: ${escapeMarkdown(note)}`),
    ...aloneTexts(comparison).map((text) => `- ${escapeMarkdown(text)}`),
  ];
}

const noticeLines = (comparisons: readonly Comparison[]): string[] =>
  noticesOf(comparisons).flatMap((notice) => [`**${escapeMarkdown(notice)}**`, '']);

const names = (list: readonly string[]): string => list.map(escapeMarkdown).join(', ');

/** Two sides, a table for each job. */
export function markdownComparison(comparison: Comparison): string {
  const lines = [
    '## Comparison',
    '',
    ...noticeLines([comparison]),
    `Base ${names(comparison.base)}; new ${names(comparison.next)}: **${countsText(comparison) || 'nothing to compare'}**.`,
    '',
    ...notesOf(comparison),
    '',
    ...comparison.jobs.flatMap((job) => [...jobLines(job), '']),
    methodText(comparison),
  ];
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

/** More than two: each against the first, then the ranking. */
export function markdownMatrix(matrix: Matrix): string {
  const { comparisons } = matrix;
  const rows = matrixRows(matrix).map(({ series, metric, base, changes }) => [
    escapeMarkdown(series),
    metric,
    base,
    ...changes.map(judgedText),
  ]);
  const ranking = matrix.rankings.map(({ metric, results, ...key }) => [
    escapeMarkdown(seriesText(key)),
    metric,
    results
      .map(({ place, name, value }) => `${place}. ${escapeMarkdown(name)} ${figureText(metric, value)}`)
      .join(', '),
  ]);
  const lines = [
    '## Comparison',
    '',
    ...noticeLines(comparisons),
    ...[...new Set(comparisons.flatMap(notesOf))],
    '',
    ...markdownTable(['job', 'metric', ...matrix.names.map(escapeMarkdown)], 2, rows),
    '',
    '### Ranking',
    '',
    'What cannot be told apart shares a place.',
    '',
    ...markdownTable(['job', 'metric', 'results'], 3, ranking),
    '',
    methodText(comparisons[0]),
  ];
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}
