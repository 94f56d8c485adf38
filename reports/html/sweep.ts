/** Depth, latency and throughput of a sweep, one line for each combination of its other values. */

import type { BenchResult, JobRecord, OperationRecord } from '../document/result.js';
import { operationsOf } from '../document/rows.js';
import { formatBytes, formatIops, formatLatency } from '../render/format.js';
import { tableHtml } from '../render/html.js';
import { figureHtml, type Variant } from './figure.js';
import { linearScale, logScale } from './scale.js';

interface SweepPoint {
  readonly line: string;
  /** Value of the parameter that is varied along a line. */
  readonly value: number;
  readonly direction: OperationRecord;
}

const METRICS = [
  ['p50', 'p50'],
  ['p99', 'p99'],
  ['p99.9', 'p99_9'],
  ['mean', 'mean'],
] as const;

function valueText(key: string, value: number | string): string {
  return `${key} ${key === 'bs' && typeof value === 'number' ? formatBytes(value) : value}`;
}

/** The numeric parameter with more than one value: depth first. Undefined where none has. */
function variedKey(jobs: readonly JobRecord[]): string | undefined {
  const keys = [...new Set(jobs.flatMap((job) => Object.keys(job.parameters ?? {})))];
  const varied = keys.filter((key) => {
    const values = jobs.map((job) => job.parameters?.[key]);
    return values.every((value) => typeof value === 'number') && new Set(values).size > 1;
  });
  return varied.includes('iodepth') ? 'iodepth' : varied[0];
}

function pointsOf(jobs: readonly JobRecord[], along: string, namesTarget: boolean): SweepPoint[] {
  return jobs.flatMap((job) => {
    const others = Object.entries(job.parameters ?? {}).filter(([key]) => key !== along);
    const parts = [
      ...(namesTarget ? [job.target] : []),
      ...others.map(([key, value]) => valueText(key, value)),
    ];
    const repeat = job.repeat === undefined ? [] : [`repeat ${job.repeat.index + 1}`];
    return operationsOf(job)
      .filter(([, { ios }]) => ios > 0)
      .map(([name, direction]) => ({
        line: [...parts, name, ...repeat].join(', '),
        value: Number(job.parameters?.[along]),
        direction,
      }));
  });
}

type Pairs = readonly { name: string; points: readonly (readonly [number, number])[] }[];

function linesOf(points: readonly SweepPoint[], of: (point: SweepPoint) => [number, number]): Pairs {
  const names = [...new Set(points.map(({ line }) => line))];
  return names.map((name) => ({
    name,
    points: points
      .filter(({ line }) => line === name)
      .sort((a, b) => a.value - b.value)
      .map(of),
  }));
}

function sweepTable(title: string, along: string, points: readonly SweepPoint[]): string {
  const rows = points.map(({ line, value, direction }) => [
    line,
    String(value),
    formatIops(direction.iops),
    ...METRICS.map(([, key]) => {
      const latencyNs = direction.latencyNs[key];
      return latencyNs === undefined ? '-' : formatLatency(latencyNs);
    }),
  ]);
  return tableHtml(title, ['line', along, 'IOPS', ...METRICS.map(([name]) => name)], rows);
}

function groupFigures(group: string, jobs: readonly JobRecord[]): string {
  const along = variedKey(jobs);
  if (along === undefined) return '';
  const points = pointsOf(jobs, along, new Set(jobs.map((job) => job.target)).size > 1);
  if (points.length === 0) return '';
  const maxIops = Math.max(...points.map(({ direction }) => direction.iops));
  const table = sweepTable(`Sweep ${group}`, along, points);
  const values = points.map(({ value }) => Math.max(1, value));
  const byDepth: Variant = {
    label: '',
    plot: {
      title: `${group}: IOPS by ${along}`,
      description: 'Each line is one combination of the other values.',
      x: logScale(along, Math.min(...values), Math.max(...values), (value) =>
        String(Number(value.toPrecision(6))),
      ),
      y: linearScale('IOPS', maxIops, formatIops),
      lines: linesOf(points, ({ value, direction }) => [Math.max(1, value), direction.iops]),
      symbols: true,
    },
    table,
  };
  const variants = METRICS.flatMap(([label, key]): Variant[] => {
    const known = points.filter(({ direction }) => (direction.latencyNs[key] ?? 0) > 0);
    if (known.length === 0) return [];
    const latencies = known.map(({ direction }) => direction.latencyNs[key] as number);
    const plot = {
      title: `${group}: latency against throughput`,
      description: `Along each line ${along} grows; where it turns upwards the device is saturated.`,
      x: linearScale('IOPS', maxIops, formatIops),
      y: logScale(`latency ${label}`, Math.min(...latencies), Math.max(...latencies), formatLatency),
      lines: linesOf(known, ({ direction }) => [direction.iops, direction.latencyNs[key] as number]),
      symbols: true,
    };
    return [{ label, plot, table }];
  });
  return `${figureHtml(variants)}\n${figureHtml([byDepth])}`;
}

/** Figures of all sweeps of a result; '' where it has none. */
export function sweepFigures(result: BenchResult): string {
  const swept = result.jobs.filter(
    ({ group, parameters }) => group !== undefined && parameters !== undefined,
  );
  const groups = [...new Set(swept.map(({ group }) => group as string))];
  return groups
    .map((group) =>
      groupFigures(
        group,
        swept.filter((job) => job.group === group),
      ),
    )
    .join('\n');
}
