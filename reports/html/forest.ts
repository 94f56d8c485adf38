/** Intervals of ratios, a row for each metric: what a comparison found at a glance. */
import { changeText, intervalText } from '../compare/table.js';
import type { JudgedChange, Verdict } from '../compare/verdict.js';
import { type Area, type Mark, type Plot, type Shape, shortPx } from './chart.js';
import { changeScale, rowScale, type Scale } from './scale.js';

const COLOR: Readonly<Record<Verdict, string>> = {
  better: 'var(--better)',
  worse: 'var(--worse)',
  same: 'var(--same)',
  inconclusive: 'var(--unsure)',
};

/** Marks around a centre in px, told apart by their form as well as by colour. */
const SYMBOL: Readonly<Record<Verdict, (x: number, y: number) => string>> = {
  better: (x, y) => `M${x} ${y - 6}l6 10h-12z`,
  worse: (x, y) => `M${x} ${y + 6}l6 -10h-12z`,
  same: (x, y) => `M${x - 5} ${y - 5}h10v10h-10z`,
  inconclusive: (x, y) => `M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z`,
};

type Shown = JudgedChange & Required<Pick<JudgedChange, 'ratio'>>;

const isShown = (change: JudgedChange): change is Shown => change.ratio !== undefined && change.ratio > 0;

function bandShape({ at }: Scale, margin: number): Shape {
  const [from, to] = [at(1 - margin), at(1 + margin)];
  const path = ({ x, y }: Area): string =>
    `M${shortPx(x(from))} ${y(1)}H${shortPx(x(to))}V${y(0)}H${shortPx(x(from))}z`;
  return { path, fill: 'var(--grid)' };
}

function zeroShape({ at }: Scale): Shape {
  return { path: ({ x, y }) => `M${shortPx(x(at(1)))} ${y(1)}V${y(0)}`, fill: 'none', stroke: 'var(--axis)' };
}

/** The line of an interval, with an upright at each end that lies within the scale. */
function intervalShape(x: Scale, y: number, [low, high]: readonly [number, number], color: string): Shape {
  const ends = [x.at(low), x.at(high)];
  const path = (area: Area): string => {
    const [from, to] = ends.map((end) => shortPx(area.x(end)));
    const row = shortPx(area.y(y));
    const caps = [from, to].filter((_, i) => ends[i] > 0 && ends[i] < 1);
    return `M${from} ${row}H${to}${caps.map((end) => `M${end} ${row - 4}v8`).join('')}`;
  };
  return { path, fill: 'none', stroke: color };
}

function symbolShape(x: number, y: number, verdict: Verdict): Shape {
  const path = (area: Area): string => SYMBOL[verdict](shortPx(area.x(x)), shortPx(area.y(y)));
  const isCertain = verdict !== 'inconclusive';
  return { path, fill: isCertain ? COLOR[verdict] : 'var(--bg)', stroke: COLOR[verdict] };
}

function markOf({ metric, ratio, interval, verdict }: Shown, x: Scale, y: number): Mark {
  const range = interval === undefined ? '' : ` (${intervalText(interval)})`;
  return { name: metric, at: [x.at(ratio), y], texts: [changeText(ratio) + range, verdict] };
}

/** The largest |ln ratio| that is to be seen: ends of intervals, the margin, and the estimates themselves. */
function deviationOf(shown: readonly Shown[], margin: number): number {
  const ratios = shown.flatMap(({ ratio, interval = [ratio, ratio] }) => [ratio, ...interval]);
  const finite = ratios.filter((ratio) => ratio > 0 && Number.isFinite(ratio));
  return Math.max(Math.log(1 + margin), ...finite.map((ratio) => Math.abs(Math.log(ratio))));
}

/** The plot of one job; undefined where no metric has a ratio. */
export function forestPlot(
  title: string,
  { metrics }: { readonly metrics: readonly JudgedChange[] },
  margin: number,
  axis: string,
): Plot | undefined {
  const shown = metrics.filter(isShown);
  if (shown.length === 0) return undefined;
  const x = changeScale(axis, deviationOf(shown, margin));
  const y = rowScale(
    'metric',
    shown.map(({ metric }) => metric),
  );
  const rows = shown.flatMap(({ ratio, interval, verdict }, row): Shape[] => [
    ...(interval === undefined ? [] : [intervalShape(x, y.at(row), interval, COLOR[verdict])]),
    symbolShape(x.at(ratio), y.at(row), verdict),
  ]);
  return {
    title,
    description:
      'Mark: estimate; line: interval; shaded: changes within the margin. Of IOPS and bandwidth more is better, of all else less.',
    x,
    y,
    lines: [],
    shapes: [bandShape(x, margin), zeroShape(x), ...rows],
    marks: shown.map((change, row) => markOf(change, x, y.at(row))),
  };
}

/** What the marks mean. */
export function forestLegend(): string {
  const items = (Object.keys(SYMBOL) as Verdict[]).map((verdict) => {
    const fill = verdict === 'inconclusive' ? 'var(--bg)' : COLOR[verdict];
    const path = `<path d="${SYMBOL[verdict](12, 8)}" fill="${fill}" stroke="${COLOR[verdict]}" stroke-width="2"/>`;
    return `<li><svg class="mark" viewBox="0 0 24 16" aria-hidden="true">${path}</svg>${verdict}</li>`;
  });
  return `<ul class="legend">${items.join('')}</ul>`;
}
