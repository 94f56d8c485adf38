/** Rounds until a steady state: how the metric went from round to round, and what was measured. */
import type { HistogramReader } from '../document/histograms.js';
import type { BenchResult } from '../document/result.js';
import { escapeHtml, tableHtml } from '../render/html.js';
import type { KeyedTable } from '../render/keyed-table.js';
import { type RoundsView, roundsViews } from '../render/rounds.js';
import { highestOf } from '../statistics/extremes.js';
import { riseOf } from '../statistics/steady-window.js';
import type { Line } from './chart.js';
import { figureHtml } from './figure.js';
import { linearScale } from './scale.js';

const table = ({ title, keys, heads, rows }: KeyedTable): string =>
  tableHtml(
    title,
    [...keys, ...heads],
    rows.map(({ values, cells }) => [...values, ...cells]),
  );

/** The window: its average, the range allowed around that, and the line of least squares through it. */
function windowLines({ record }: RoundsView): Line[] {
  const { reached, values, rangePercent } = record;
  if (reached === undefined) return [];
  const { fromRound, toRound, average } = reached;
  const level = (name: string, value: number): Line => ({
    name,
    points: [
      [fromRound, value],
      [toRound, value],
    ],
  });
  const rise = (riseOf(values.slice(fromRound - 1, toRound)) * (toRound - fromRound)) / 2;
  const half = (average * rangePercent) / 200;
  return [
    level('average', average),
    level(`average + ${rangePercent / 2} %`, average + half),
    level(`average - ${rangePercent / 2} %`, average - half),
    {
      name: 'slope',
      points: [
        [fromRound, average - rise],
        [toRound, average + rise],
      ],
    },
  ];
}

function viewHtml(view: RoundsView): string {
  const { title, verdict, isSteady, record, head, format, convergence, measured } = view;
  const said = `<h3>${escapeHtml(title)}</h3><p${isSteady ? '' : ' class="bad"'}>${escapeHtml(verdict)}</p>`;
  if (record.values.length === 0) return said;
  const lines = [
    { name: head, points: record.values.map((value, i) => [i + 1, value] as const) },
    ...windowLines(view),
  ];
  const highest = highestOf(lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const figure = figureHtml([
    {
      label: '',
      plot: {
        title: `${head} of ${record.job} by round`,
        description: 'The measurement window has its average, the range allowed around it and its slope.',
        x: linearScale('round', record.values.length, (value) => String(Number(value.toFixed(2)))),
        y: linearScale(head, highest, format),
        lines,
        symbols: true,
      },
      table: table(convergence),
      isOpen: true,
    },
  ]);
  return [said, ...measured.map(table), figure].join('\n');
}

/** All rounds of a result; '' where it has none. Throws ReportError where a histogram cannot be read. */
export function roundsHtml(result: BenchResult, reader: HistogramReader): string {
  return roundsViews(result, reader).map(viewHtml).join('\n');
}
