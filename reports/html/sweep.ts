/** Depth, latency and throughput of a sweep, one line for each combination of its other values. */

import { grouped } from '../document/grouped.js';
import type { BenchResult, JobRecord, OperationRecord } from '../document/result.js';
import { operationsOf, placeKey } from '../document/rows.js';
import { formatCount, formatIops, formatLatency } from '../render/format.js';
import { tableHtml } from '../render/html.js';
import { ALL_IN_CSV, firstOf } from '../render/left-out.js';
import { parameterText, type Sweep, sweepsOf } from '../render/sweeps.js';
import { clipped } from '../render/terminal.js';
import { highestOf, lowestOf } from '../statistics/extremes.js';
import { leftOutHtml } from './facts.js';
import { figureHtml, type Variant } from './figure.js';
import { linearScale, logScale, valueScale } from './scale.js';

interface SweepPoint {
  readonly line: string;
  /** What tells lines apart: two values may have one text. */
  readonly key: string;
  /** Value of the parameter that is varied along a line. */
  readonly value: number;
  readonly direction: OperationRecord;
}

/** What one page draws. */
const MOST_GROUPS = 8;
/** Twice the colours that there are. */
const MOST_LINES = 16;
/** Of a line. */
const MOST_POINTS = 32;
const MOST_NAME = 200;

const METRICS = [
  ['p50', 'p50'],
  ['p99', 'p99'],
  ['p99.9', 'p99_9'],
  ['mean', 'mean'],
] as const;

/** The numeric parameter with more than one value, that all of them have: depth first. Undefined where none has. */
function variedKey(jobs: readonly JobRecord[]): string | undefined {
  // One that all have is one of the first.
  const varied = Object.keys(jobs[0].parameters ?? {}).filter((key) => {
    const values = new Set<unknown>();
    for (const { parameters } of jobs) {
      const value = parameters?.[key];
      if (typeof value !== 'number') return false;
      values.add(value);
    }
    return values.size > 1;
  });
  return varied.includes('iodepth') ? 'iodepth' : varied[0];
}

function pointsOf({ jobs, placeOf }: Sweep, along: string): SweepPoint[] {
  return jobs.flatMap((job) => {
    const others = Object.entries(job.parameters ?? {}).filter(([key]) => key !== along);
    const place = placeOf(job);
    const parts = [
      ...(place === undefined ? [] : [place]),
      ...others.map(([key, value]) => `${key} ${parameterText(key, value)}`),
    ];
    const repeat = job.repeat === undefined ? [] : [`repeat ${job.repeat.index + 1}`];
    return operationsOf(job)
      .filter(([, { ios }]) => ios > 0)
      .map(([name, direction]) => ({
        line: [...parts, name, ...repeat].join(', '),
        key: JSON.stringify([placeKey(job), others, name, job.repeat?.index]),
        value: Number(job.parameters?.[along]),
        direction,
      }));
  });
}

interface SweepLine {
  readonly name: string;
  /** In the order of their values. */
  readonly points: readonly SweepPoint[];
}

function linesOf(points: readonly SweepPoint[]): SweepLine[] {
  return grouped(points, ({ key }) => key).map((own) => ({
    name: clipped(own[0].line, MOST_NAME),
    points: own.sort((a, b) => a.value - b.value),
  }));
}

/** Of each stretch of neighbours the points of least and most IOPS, where there are more than a line may have. */
function thinned({ name, points }: SweepLine): SweepLine {
  if (points.length <= MOST_POINTS) return { name, points };
  const each = Math.ceil((2 * points.length) / MOST_POINTS);
  const kept: SweepPoint[] = [];
  for (let from = 0; from < points.length; from += each) {
    const stretch = points.slice(from, from + each);
    const byIops = stretch.toSorted((a, b) => a.direction.iops - b.direction.iops);
    kept.push(...new Set([byIops[0], byIops[byIops.length - 1]]));
  }
  return { name, points: kept.sort((a, b) => a.value - b.value) };
}

type Pairs = readonly { name: string; points: readonly (readonly [number, number])[] }[];

function pairsOf(lines: readonly SweepLine[], of: (point: SweepPoint) => [number, number]): Pairs {
  return lines
    .map(({ name, points }) => ({ name, points: points.map(of) }))
    .filter(({ points }) => points.length > 0);
}

function sweepTable(title: string, along: string, lines: readonly SweepLine[]): string {
  const rows = lines.flatMap(({ name, points }) =>
    points.map(({ value, direction }) => [
      name,
      String(value),
      formatIops(direction.iops),
      ...METRICS.map(([, key]) => {
        const latencyNs = direction.latencyNs[key];
        return latencyNs === undefined ? '-' : formatLatency(latencyNs);
      }),
    ]),
  );
  return tableHtml(title, ['line', along, 'IOPS', ...METRICS.map(([name]) => name)], rows);
}

/** Sizes in their units, as the names of lines have them. */
const axisText = (along: string, value: number): string =>
  along === 'iodepth' || value < 1 ? String(Number(value.toPrecision(6))) : parameterText(along, value);

const iopsOf = ({ direction }: SweepPoint): number => direction.iops;

function groupFigures(sweep: Sweep): string {
  const along = variedKey(sweep.jobs);
  if (along === undefined) return '';
  const points = pointsOf(sweep, along);
  if (points.length === 0) return '';
  const title = clipped(sweep.group, MOST_NAME);
  const { kept, leftOut } = firstOf(linesOf(points), MOST_LINES, 'lines', ALL_IN_CSV);
  const lines = kept.map(thinned);
  const shown = lines.flatMap((line) => line.points);
  const all = kept.reduce((sum, line) => sum + line.points.length, 0);
  const thin =
    shown.length === all
      ? undefined
      : `${shown.length} of ${formatCount(all)} points are drawn, of neighbours those of least and most IOPS: ${ALL_IN_CSV}`;
  const maxIops = highestOf(shown.map(iopsOf));
  const table = sweepTable(`Sweep ${title}`, along, lines);
  const values = shown.map(({ value }) => value);
  const byDepth: Variant = {
    label: '',
    plot: {
      title: `${title}: IOPS by ${along}`,
      description: 'Each line is one combination of the other values.',
      x: valueScale(along, values, (value) => axisText(along, value)),
      y: linearScale('IOPS', maxIops, formatIops),
      lines: pairsOf(lines, (point) => [point.value, iopsOf(point)]),
      symbols: true,
    },
    table,
  };
  const variants = METRICS.flatMap(([label, key]): Variant[] => {
    const latencyOf = ({ direction }: SweepPoint): number => direction.latencyNs[key] ?? 0;
    const known = lines.map(({ name, points: own }) => ({
      name,
      points: own.filter((point) => latencyOf(point) > 0),
    }));
    const latencies = known.flatMap((line) => line.points.map(latencyOf));
    if (latencies.length === 0) return [];
    const plot = {
      title: `${title}: latency against throughput`,
      description: `Along each line ${along} grows; where it turns upwards the device is saturated.`,
      x: linearScale('IOPS', maxIops, formatIops),
      y: logScale(`latency ${label}`, lowestOf(latencies), highestOf(latencies), formatLatency),
      lines: pairsOf(known, (point) => [iopsOf(point), latencyOf(point)]),
      symbols: true,
    };
    return [{ label, plot, table, isAgain: true }];
  });
  const notes = leftOutHtml(leftOut) + leftOutHtml(thin);
  return `${figureHtml(variants)}\n${figureHtml([byDepth])}${notes}`;
}

/** Figures of the sweeps of a result; '' where it has none. */
export function sweepFigures(result: BenchResult): string {
  const { kept, leftOut } = firstOf(sweepsOf(result), MOST_GROUPS, 'sweeps', ALL_IN_CSV);
  const figures = kept.map(groupFigures).filter((html) => html !== '');
  return figures.length === 0 ? '' : `${figures.join('\n')}${leftOutHtml(leftOut)}`;
}
