/** Static SVG by Apache ECharts, drawn here and not in the browser; colours are CSS variables of the page. */
import { lazyLibrary } from '../render/lazy-library.js';
import type { Scale } from './scale.js';

const echarts = lazyLibrary<typeof import('echarts')>('echarts');

/** Number of series colours; after these the same ones come dashed. */
export const COLORS = 8;
/** Number of shades of the heat map. */
export const SHADES = 6;
/** Space around the plot area in px: left, top, right, bottom. */
export const MARGINS = [78, 12, 36, 46] as const;
export const SIZES = { wide: [820, 320], narrow: [360, 280] } as const;

export type Size = keyof typeof SIZES;

export interface Line {
  readonly name: string;
  /** Values of the scales. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Cells {
  readonly columns: readonly number[];
  readonly rows: readonly string[];
  /** Column, row, how many; all with at least 1. */
  readonly counts: readonly (readonly [column: number, row: number, count: number])[];
}

/** The plot area in px: from a place on an axis, 0 to 1, to where it is. */
export interface Area {
  readonly x: (at: number) => number;
  readonly y: (at: number) => number;
}

/** A place or length in px, as exact as a path needs it. */
export const shortPx = (px: number): number => Number(px.toFixed(1));

/** What is drawn as it is. */
export interface Shape {
  /** The `d` of an SVG path. */
  readonly path: (area: Area) => string;
  /** Colours as CSS has them, or `none`. */
  readonly fill: string;
  readonly stroke?: string;
}

/** What pointer and arrow keys read, beside the points of lines. */
export interface Mark {
  readonly name: string;
  /** Place in the plot area, 0 to 1. */
  readonly at: readonly [x: number, y: number];
  readonly texts: readonly [what: string, value: string];
}

export interface Plot {
  readonly title: string;
  readonly description: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly lines: readonly Line[];
  /** Points are shown, not only the line between them. */
  readonly symbols?: boolean;
  readonly cells?: Cells;
  /** Drawn in order, below lines. */
  readonly shapes?: readonly Shape[];
  readonly marks?: readonly Mark[];
}

function axis(scale: Scale, isNarrow: boolean, isX: boolean): object {
  const every = isX && isNarrow ? Math.ceil(scale.ticks.length / 5) : 1;
  const ticks = scale.ticks.filter((_, i) => i % every === 0);
  const customValues = ticks.map(({ at }) => at);
  const label = new Map(ticks.map((tick) => [tick.at.toFixed(9), tick.label]));
  return {
    type: 'value',
    min: 0,
    max: 1,
    name: isX ? scale.name : undefined,
    nameLocation: 'middle',
    nameGap: 30,
    nameTextStyle: { color: 'var(--muted)', fontSize: 12 },
    axisLine: { lineStyle: { color: 'var(--axis)' } },
    axisTick: { customValues, lineStyle: { color: 'var(--axis)' } },
    splitLine: { customValues, lineStyle: { color: 'var(--grid)' } },
    axisLabel: {
      customValues,
      color: 'var(--muted)',
      fontSize: 12,
      formatter: (value: number) => label.get(value.toFixed(9)) ?? '',
    },
  };
}

function lineSeries({ x, y, lines, symbols }: Plot): object[] {
  return lines.map(({ points }, i) => {
    const color = `var(--s${i % COLORS})`;
    const alone = points.length < 2;
    return {
      type: 'line',
      silent: true,
      clip: false,
      showSymbol: symbols === true || alone,
      symbol: 'circle',
      symbolSize: 6,
      emphasis: { disabled: true },
      itemStyle: { color },
      lineStyle: { color, width: 2, type: i < COLORS ? 'solid' : 'dashed' },
      data: points.map((point) => [x.at(point[0]), y.at(point[1])]),
    };
  });
}

/** The shade of a count, 0 to SHADES - 1, by logarithm. */
export function shadeOf(count: number, most: number): number {
  return most <= 1
    ? SHADES - 1
    : Math.min(SHADES - 1, Math.floor((Math.log(count) / Math.log(most)) * SHADES));
}

interface Run {
  readonly shade: number;
  readonly row: number;
  readonly from: number;
  to: number;
}

/** Cells of one row and shade side by side as one, which keeps the page small. */
function runsOf({ counts }: Cells): Run[] {
  const most = Math.max(...counts.map(([, , count]) => count));
  const runs: Run[] = [];
  for (const [column, row, count] of counts.toSorted((a, b) => a[1] - b[1] || a[0] - b[0])) {
    const shade = shadeOf(count, most);
    const last = runs.at(-1);
    if (last?.row === row && last.shade === shade && last.to === column) last.to = column + 1;
    else runs.push({ shade, row, from: column, to: column + 1 });
  }
  return runs;
}

/** One path for all cells of a shade: a rectangle of its own for each would be ten times as long. */
function cellSeries(cells: Cells, size: Size): object[] {
  const [left, top, right, bottom] = MARGINS;
  const width = (SIZES[size][0] - left - right) / Math.max(1, cells.columns.length);
  const height = (SIZES[size][1] - top - bottom) / Math.max(1, cells.rows.length);
  const paths = Array.from({ length: SHADES }, () => '');
  for (const { shade, row, from, to } of runsOf(cells)) {
    const x = (left + from * width).toFixed(1);
    const y = (SIZES[size][1] - bottom - (row + 1) * height).toFixed(1);
    const span = ((to - from) * width).toFixed(1);
    paths[shade] += `M${x} ${y}h${span}v${height.toFixed(1)}h-${span}z`;
  }
  return paths.flatMap((pathData, shade) => {
    if (pathData === '') return [];
    const style = { fill: `var(--h${shade})` };
    const renderItem = () => ({ type: 'path', shape: { pathData }, style });
    return [{ type: 'custom', silent: true, data: [[0, 0]], renderItem }];
  });
}

function areaOf(size: Size): Area {
  const [left, top, right, bottom] = MARGINS;
  const [width, height] = SIZES[size];
  return {
    x: (at) => left + at * (width - left - right),
    y: (at) => height - bottom - at * (height - top - bottom),
  };
}

function shapeSeries(shapes: readonly Shape[], size: Size): object[] {
  return shapes.map(({ path, fill, stroke }) => {
    const shape = { pathData: path(areaOf(size)) };
    const style = { fill, ...(stroke === undefined ? {} : { stroke, lineWidth: 2 }) };
    const renderItem = () => ({ type: 'path', shape, style });
    return { type: 'custom', silent: true, data: [[0, 0]], renderItem };
  });
}

/** What ECharts repeats at every element and the style sheet of the page says once. */
const REPEATED =
  / (?:class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="visible"|xmlns(?::xlink)?="[^"]*"|version="1.1"|baseProfile="full"|style="font-size:12px;font-family:inherit;"|xml:space="preserve"|dominant-baseline="central"|fill="var\(--muted\)")/g;

/** The SVG that ECharts wrote, without what this page has no use for; ids get a prefix of their own. */
function compact(svg: string, size: Size, prefix: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(REPEATED, '')
    .replace(/M(\S+) (\S+)L(\S+) \2L\3 (\S+)L\1 \4Z/g, 'M$1 $2H$3V$4H$1Z')
    .replace(/zr\d+-/g, prefix)
    .replace(/^<svg width="\d+" height="\d+"/, `<svg class="${size}" aria-hidden="true" focusable="false"`)
    .replace(/\n/g, '');
}

let drawn = 0;

/** The SVG of a plot, without title: the figure around it has that. */
export function renderPlot(plot: Plot, size: Size): string {
  const [width, height] = SIZES[size];
  const [left, top, right, bottom] = MARGINS;
  const chart = echarts().init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: 'inherit' },
      grid: { left, top, right, bottom, containLabel: false, outerBoundsMode: 'none' },
      xAxis: axis(plot.x, size === 'narrow', true),
      yAxis: axis(plot.y, size === 'narrow', false),
      series: [
        ...(plot.cells === undefined ? [] : cellSeries(plot.cells, size)),
        ...shapeSeries(plot.shapes ?? [], size),
        ...lineSeries(plot),
      ],
    });
    return compact(chart.renderToSVGString(), size, `c${drawn++}-`);
  } finally {
    chart.dispose();
  }
}
