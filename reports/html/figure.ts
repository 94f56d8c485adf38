/** A figure: chart, legend, values for hovering, and the table behind it. */

import { escapeHtml, jsonForScript, nameHtml } from '../render/html.js';
import { COLORS, MARGINS, type Plot, renderPlot, SIZES } from './chart.js';

export interface Variant {
  /** What the button that shows it says; '' where there is only one. */
  readonly label: string;
  readonly plot: Plot;
  /** HTML of its table. */
  readonly table: string;
  /** HTML of a legend of its own. */
  readonly legend?: string;
  /** The table is shown at once, not only when asked for. */
  readonly isOpen?: boolean;
  /** The table is so small that it stands beside the chart on paper. */
  readonly isBrief?: boolean;
  /** Another figure has the same table, which is enough on paper. */
  readonly isAgain?: boolean;
}

const short = (value: number): number => Number(value.toFixed(4));

function hoverData({ x, y, lines, cells, marks = [] }: Plot): unknown {
  const size = [SIZES.wide, SIZES.narrow];
  const series = lines.map(({ name, points }) => ({
    n: name,
    p: points.map(([px, py]) => [short(x.at(px)), short(y.at(py)), x.format(px), y.format(py)]),
  }));
  for (const { name, at, texts } of marks)
    series.push({ n: name, p: [[short(at[0]), short(at[1]), ...texts]] });
  const heat = cells && { x: cells.columns.map(x.format), y: cells.rows, c: cells.counts };
  return { margins: MARGINS, size, series, heat };
}

function lineLegend({ lines, cells }: Plot): string {
  if (cells !== undefined || lines.length < 2) return '';
  const items = lines.map(
    ({ name }, i) =>
      `<li><svg class="key" viewBox="0 0 24 8" aria-hidden="true"><path d="M0 4h24" stroke="var(--s${i % COLORS})" stroke-width="3"${i < COLORS ? '' : ' stroke-dasharray="6 3"'}/></svg>${escapeHtml(name)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function variantHtml({
  label,
  plot,
  table,
  legend = lineLegend(plot),
  isOpen = false,
  isBrief = false,
  isAgain = false,
}: Variant): string {
  const title = label === '' ? plot.title : `${plot.title}: ${label}`;
  const aria = escapeHtml(
    `${title}. ${plot.description} Arrow keys read the values; the table below has them all.`,
  );
  return `<figure class="chart${isBrief ? ' brief' : ''}" data-label="${escapeHtml(label)}">
<figcaption><strong>${nameHtml(title)}</strong> <span>${escapeHtml(plot.description)}</span></figcaption>
${legend}<p class="axis-name">${escapeHtml(plot.y.name)}</p>
<div class="plot" tabindex="0" role="group" aria-label="${aria}">${renderPlot(plot, 'wide')}${renderPlot(plot, 'narrow')}<span class="dot" hidden></span><output class="tip" hidden></output></div>
<script type="application/json">${jsonForScript(hoverData(plot))}</script>
<details${isAgain ? ' class="again"' : ''}${isOpen ? ' open' : ''}><summary>Table of ${escapeHtml(title)}</summary>${table}</details>
</figure>`;
}

/** All variants; where there are several the page's script shows one at a time and buttons for all. */
export function figureHtml(variants: readonly Variant[]): string {
  const body = variants.map(variantHtml).join('\n');
  return variants.length < 2 ? body : `<div class="variants">${body}</div>`;
}
