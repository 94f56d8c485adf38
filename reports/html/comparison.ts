/** A comparison as one self-contained page: verdicts, intervals, what differs, and a ranking of more than two. */
import { type Difference, differenceText } from '../compare/comparability.js';
import type { ComparedJob, Comparison } from '../compare/compare.js';
import type { Matrix } from '../compare/ranking.js';
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
} from '../compare/table.js';
import { escapeHtml, tableHtml } from '../render/html.js';
import { changesHtml, foundHtml } from './changes.js';
import { drivesHtml, listHtml, noticeHtml, pageHtml, pickerHtml, sectionHtml } from './page.js';

/** The first of several stands for them in a title. */
const firstText = ([first = '', ...more]: readonly string[]): string =>
  more.length === 0 ? first : `${first} and ${more.length} more`;

const againstText = (base: readonly string[], next: readonly string[]): string =>
  `${firstText(next)} against ${firstText(base)}`;

const namesText = (names: readonly string[]): string => names.join(', ');

function jobHtml(job: ComparedJob, margin: number): string {
  const title = seriesText(job);
  const body = changesHtml(job, {
    heads: TABLE_HEADS,
    rows: job.metrics.map(changeCells),
    plotTitle: `${title}: changes`,
    margin,
    axis: 'change from base to new',
  });
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

function noticesHtml(comparisons: readonly Comparison[]): string {
  const notices = noticesOf(comparisons);
  if (comparisons.some(({ differences }) => differences.some(({ blocks }) => blocks)))
    notices.push('NOT COMPARABLE: the results differ in more than their figures; see Differences');
  return notices.map(noticeHtml).join('\n');
}

/** The sections of one comparison; `suffix` tells it from others of the page. */
function comparisonHtml(comparison: Comparison, suffix: string): string {
  const { jobs, differences, margin } = comparison;
  const counts = `<p class="big">${escapeHtml(countsText(comparison) || 'nothing to compare')}</p>`;
  const picker = pickerHtml(jobs.map(seriesText));
  const sections = jobs.map((job) => jobHtml(job, margin)).join('\n');
  return [
    sectionHtml(`Summary${suffix}`, `${counts}\n${foundHtml(jobs, 'Nothing is better or worse.')}`),
    sectionHtml(`Differences${suffix}`, differencesHtml(differences)),
    sectionHtml(`Jobs${suffix}`, sections === '' ? '' : `${picker}\n${sections}`),
    sectionHtml(`Notes${suffix}`, listHtml([...comparison.notes, ...aloneTexts(comparison)].map(escapeHtml))),
  ].join('\n');
}

function page(
  comparisons: readonly Comparison[],
  title: string,
  heads: readonly string[],
  main: string,
): string {
  return pageHtml({
    title: `nvbench comparison - ${title}`,
    header: [
      '<h1>nvbench comparison</h1>',
      ...drivesHtml([...new Set(comparisons.flatMap(({ drives }) => drives))]),
      ...heads.map((head) => `<p class="sub">${escapeHtml(head)}</p>`),
      noticesHtml(comparisons),
    ].join('\n'),
    main,
    footer: `<p>${escapeHtml(methodText(comparisons[0]))}</p>`,
  });
}

/** The page of two sides. */
export function htmlComparison(comparison: Comparison): string {
  const { base, next } = comparison;
  const heads = [`base ${namesText(base)}`, `new ${namesText(next)}`];
  return page([comparison], againstText(base, next), heads, comparisonHtml(comparison, ''));
}

function matrixTable(matrix: Matrix): string {
  const { names } = matrix;
  const rows = matrixRows(matrix).map(({ series, metric, base, changes }) => [
    `${series} ${metric}`,
    base,
    ...changes.map(judgedText),
  ]);
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
  const title = againstText(names.slice(0, 1), names.slice(1));
  return page(
    comparisons,
    title,
    [`base ${names[0]}`, `against it ${namesText(names.slice(1))}`],
    main.join('\n'),
  );
}
