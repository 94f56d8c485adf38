/** A comparison as one self-contained page: verdicts, intervals, what differs, and a ranking of more than two. */
import { type Difference, differenceText } from '../compare/comparability.js';
import type { ComparedJob, Comparison } from '../compare/compare.js';
import type { Matrix } from '../compare/ranking.js';
import {
  basisText,
  changeCells,
  changeText,
  countsText,
  figureText,
  methodText,
  reasonTexts,
  seriesText,
  TABLE_HEADS,
} from '../compare/table.js';
import { escapeHtml, tableHtml } from '../render/html.js';
import { figureHtml } from './figure.js';
import { forestLegend, forestPlot } from './forest.js';
import { pageHtml, pickerHtml, sectionHtml } from './page.js';

const listHtml = (items: readonly string[], name = 'warnings'): string =>
  items.length === 0 ? '' : `<ul class="${name}">${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`;

const namesText = (names: readonly string[]): string => names.join(', ');

/** A clear word on each job that changed, the worse ones first. */
function foundHtml({ jobs }: Comparison): string {
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
  return found.length === 0 ? '<p>Nothing is better or worse.</p>' : listHtml(found, 'verdicts');
}

function jobHtml(job: ComparedJob, margin: number): string {
  const title = seriesText(job);
  const table = tableHtml(
    title,
    TABLE_HEADS,
    job.metrics.map(changeCells),
    job.metrics.map(({ verdict }) => verdict),
  );
  const plot = forestPlot(`${title}: changes`, job, margin);
  const body =
    plot === undefined
      ? table
      : figureHtml([{ label: '', plot, table, legend: forestLegend(), isOpen: true }]);
  const reasons = listHtml(reasonTexts(job).map(escapeHtml));
  return `<section class="job"><h3>${escapeHtml(title)}</h3><p class="sub">${escapeHtml(basisText(job))}</p>\n${body}\n${reasons}</section>`;
}

function differencesHtml(differences: readonly Difference[]): string {
  return listHtml(
    differences.map((difference) => {
      const text = escapeHtml(differenceText(difference));
      return difference.blocks ? `<strong class="bad">not comparable: ${text}</strong>` : text;
    }),
  );
}

function notesHtml({ notes, unmatched }: Pick<Comparison, 'notes' | 'unmatched'>): string {
  const alone = unmatched.map((key) => `${seriesText(key)} is in the ${key.side} results only`);
  return listHtml([...notes, ...alone].map(escapeHtml));
}

function noticeHtml(comparisons: readonly Comparison[]): string {
  const notices = [...new Set(comparisons.flatMap((comparison) => comparison.notices))].map(
    (text) => `<p class="notice" role="note">${escapeHtml(text)}</p>`,
  );
  const blocks = comparisons.some(({ differences }) => differences.some((difference) => difference.blocks));
  if (blocks)
    notices.push(
      '<p class="notice" role="note">NOT COMPARABLE: the results differ in more than their figures; see Differences</p>',
    );
  return notices.join('\n');
}

/** The sections of one comparison; `suffix` tells it from others of the page. */
function comparisonHtml(comparison: Comparison, suffix: string): string {
  const { jobs, differences, margin } = comparison;
  const counts = `<p class="big">${escapeHtml(countsText(comparison) || 'nothing to compare')}</p>`;
  const picker = pickerHtml(jobs.map(seriesText));
  const sections = jobs.map((job) => jobHtml(job, margin)).join('\n');
  return [
    sectionHtml(`Summary${suffix}`, `${counts}\n${foundHtml(comparison)}`),
    sectionHtml(`Differences${suffix}`, differencesHtml(differences)),
    sectionHtml(`Jobs${suffix}`, sections === '' ? '' : `${picker}\n${sections}`),
    sectionHtml(`Notes${suffix}`, notesHtml(comparison)),
  ].join('\n');
}

function page(comparisons: readonly Comparison[], heads: readonly string[], main: string): string {
  return pageHtml({
    title: 'nvbench comparison',
    header: [
      '<h1>nvbench comparison</h1>',
      ...heads.map((head) => `<p class="sub">${escapeHtml(head)}</p>`),
      noticeHtml(comparisons),
    ].join('\n'),
    main,
    footer: `<p>${escapeHtml(methodText(comparisons[0]))}</p>`,
  });
}

/** The page of two sides. */
export function htmlComparison(comparison: Comparison): string {
  const { base, next } = comparison;
  const heads = [`base ${namesText(base)}`, `new ${namesText(next)}`];
  return page([comparison], heads, comparisonHtml(comparison, ''));
}

function matrixTable({ names, comparisons }: Matrix): string {
  const rows = comparisons[0].jobs.flatMap((job) =>
    job.metrics.map((first) => [
      `${seriesText(job)} ${first.metric}`,
      figureText(first.metric, first.base),
      ...comparisons.map((comparison) => {
        const other = comparison.jobs.find((each) => seriesText(each) === seriesText(job));
        const change = other?.metrics.find(({ metric }) => metric === first.metric);
        return change === undefined ? '-' : `${changeText(change.ratio)} ${change.verdict}`;
      }),
    ]),
  );
  return tableHtml(`Each against ${names[0]}`, ['metric', ...names], rows);
}

function rankingTable({ rankings }: Matrix): string {
  const rows = rankings.map(({ metric, results, ...key }) => [
    `${seriesText(key)} ${metric}`,
    results.map(({ place, name, value }) => `${place}. ${name} ${figureText(metric, value)}`).join(', '),
  ]);
  return `<p>What cannot be told apart shares a place.</p>\n${tableHtml('Ranking', ['metric', 'results'], rows)}`;
}

/** The page of more than two: ranking and matrix, then each against the first. */
export function htmlMatrix(matrix: Matrix): string {
  const { names, comparisons } = matrix;
  const main = [
    sectionHtml('Ranking', rankingTable(matrix)),
    sectionHtml('All results', matrixTable(matrix)),
    ...comparisons.map((comparison, i) =>
      comparisonHtml(comparison, `: ${names[i + 1]} against ${names[0]}`),
    ),
  ];
  return page(comparisons, [`base ${names[0]}`, `against it ${namesText(names.slice(1))}`], main.join('\n'));
}
