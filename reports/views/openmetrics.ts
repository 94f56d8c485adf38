/**
 * OpenMetrics 1.0 text, for the textfile collector of a node exporter or a push gateway. Bucket bounds lie on bounds
 * of the histogram's own buckets, so the counts are exact; they are the same in every document.
 */
import { highestLatencyOfIndex, latencyIndex } from '../../engine/stats/histogram.js';
import { countsOfOperation } from '../document/build.js';
import type { BenchResult, LatencyNs } from '../document/result.js';
import { deviceOf, hostOf, type OperationRow, operationRows } from '../document/rows.js';
import { sanitize } from '../render/terminal.js';

type Labels = readonly (readonly [name: string, value: string])[];

/** A row with the labels that tell it from every other. */
interface Series {
  readonly row: OperationRow;
  readonly labels: Labels;
}

const NS_PER_SECOND = 1e9;
const LOWEST_BOUND_BITS = 8;
const HIGHEST_BOUND_BITS = 35;

/** Highest latency of each bucket: 2^k - 1 and 1.5 × 2^k - 1 ns, from 255 ns to 51 s. */
const BOUNDS_NS: readonly number[] = Array.from(
  { length: HIGHEST_BOUND_BITS - LOWEST_BOUND_BITS + 1 },
  (_, i) => 2 ** (LOWEST_BOUND_BITS + i),
).flatMap((power) => [power - 1, power * 1.5 - 1]);

const QUANTILES: readonly (readonly [quantile: string, name: keyof LatencyNs])[] = [
  ['0.5', 'p50'],
  ['0.9', 'p90'],
  ['0.95', 'p95'],
  ['0.99', 'p99'],
  ['0.999', 'p99_9'],
  ['0.9999', 'p99_99'],
  ['0.99999', 'p99_999'],
];

/** A label value between its quotes. */
export function escapeLabelValue(value: string): string {
  return sanitize(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

/** A number as the specification writes it canonically: exponents of two digits. */
function numberText(value: number): string {
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

const seconds = (ns: number): string => numberText(Number((ns / NS_PER_SECOND).toPrecision(12)));

function sample(name: string, labels: Labels, value: string): string {
  const text = labels.map(([label, of]) => `${label}="${escapeLabelValue(of)}"`).join(',');
  return `${name}{${text}} ${value}`;
}

function labelsOf({ result, job, name }: OperationRow, severalRuns: boolean): Labels {
  const labels: [string, string][] = [
    // Not `job`: Prometheus and its push gateway put the name of what they scrape or group there.
    ['nvbench_job', job.name],
    ['direction', name],
    ['device', job.target],
    ['serial', deviceOf(result, job)?.serialNumber ?? ''],
    ['host', hostOf(result, job)?.hostname ?? ''],
  ];
  if (job.repeat !== undefined) labels.push(['repeat', String(job.repeat.index)]);
  if (severalRuns) labels.push(['run', result.startedAt]);
  return labels;
}

const keyOf = (labels: Labels): string => JSON.stringify(labels.map(([, value]) => sanitize(value)));

/** Gives rows whose labels are the same their place among these as a label more. */
function seriesOf(results: readonly BenchResult[]): Series[] {
  const rows = operationRows(results).map((row) => ({ row, labels: labelsOf(row, results.length > 1) }));
  const totals = new Map<string, number>();
  for (const { labels } of rows) totals.set(keyOf(labels), (totals.get(keyOf(labels)) ?? 0) + 1);
  const seen = new Map<string, number>();
  return rows.map(({ row, labels }) => {
    const key = keyOf(labels);
    if (totals.get(key) === 1) return { row, labels };
    const place = (seen.get(key) ?? 0) + 1;
    seen.set(key, place);
    return { row, labels: [...labels, ['place', String(place)] as const] };
  });
}

/** Cumulative counts up to each bound. */
function bucketLines({ row, labels }: Series, name: string): string[] {
  const counts = countsOfOperation(row.record);
  if (counts === undefined) return [];
  const lines: string[] = [];
  let index = 0;
  let total = 0;
  for (const bound of BOUNDS_NS) {
    const last = latencyIndex(bound);
    for (; index <= last; index++) total += counts[index];
    lines.push(
      sample(`${name}_bucket`, [...labels, ['le', seconds(highestLatencyOfIndex(last))]], String(total)),
    );
  }
  for (; index < counts.length; index++) total += counts[index];
  lines.push(sample(`${name}_bucket`, [...labels, ['le', '+Inf']], String(total)));
  lines.push(sample(`${name}_count`, labels, String(total)));
  lines.push(sample(`${name}_sum`, labels, seconds(row.record.latencyNs.mean * total)));
  return lines;
}

function quantileLines({ row, labels }: Series, name: string): string[] {
  const { latencyNs, ios } = row.record;
  const lines = QUANTILES.flatMap(([quantile, of]) => {
    const ns = latencyNs[of];
    return ns === undefined || ios === 0
      ? []
      : [sample(name, [...labels, ['quantile', quantile]], seconds(ns))];
  });
  return [
    ...lines,
    sample(`${name}_count`, labels, String(ios)),
    sample(`${name}_sum`, labels, seconds(latencyNs.mean * ios)),
  ];
}

type Lines = (series: Series, name: string) => string[];

const gauge =
  (of: (row: OperationRow) => number): Lines =>
  ({ row, labels }, name) => [sample(name, labels, numberText(of(row)))];

const counter =
  (of: (row: OperationRow) => number): Lines =>
  ({ row, labels }, name) => [sample(`${name}_total`, labels, numberText(of(row)))];

interface Family {
  readonly name: string;
  readonly type: string;
  readonly unit?: string;
  readonly help: string;
  readonly lines: Lines;
}

const FAMILIES: readonly Family[] = [
  {
    name: 'nvbench_latency_seconds',
    type: 'histogram',
    unit: 'seconds',
    help: 'Latency of I/Os that completed with success.',
    lines: bucketLines,
  },
  {
    name: 'nvbench_latency_quantile_seconds',
    type: 'summary',
    unit: 'seconds',
    help: 'Latency percentiles, from the whole histogram.',
    lines: quantileLines,
  },
  {
    name: 'nvbench_latency_max_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Highest latency.',
    lines: ({ row, labels }, name) => [sample(name, labels, seconds(row.record.latencyNs.max))],
  },
  {
    name: 'nvbench_iops',
    type: 'gauge',
    help: 'I/Os per second over the measured time.',
    lines: gauge(({ record }) => record.iops),
  },
  {
    name: 'nvbench_bandwidth_bytes_per_second',
    type: 'gauge',
    unit: 'bytes_per_second',
    help: 'Bytes moved per second over the measured time.',
    lines: gauge(({ record }) => record.bandwidthBytesPerSecond),
  },
  {
    name: 'nvbench_ios',
    type: 'counter',
    help: 'I/Os that completed with success.',
    lines: counter(({ record }) => record.ios),
  },
  {
    name: 'nvbench_errors',
    type: 'counter',
    help: 'I/Os that completed with an error status.',
    lines: counter(({ record }) => record.errors),
  },
  {
    name: 'nvbench_run_complete',
    type: 'gauge',
    help: 'Whether every job of the run ran to its own end: 1 or 0.',
    lines: gauge(({ result }) => (result.complete ? 1 : 0)),
  },
  {
    name: 'nvbench_software_controller',
    type: 'gauge',
    help: 'Whether the device is a software controller, whose figures describe no drive: 1 or 0.',
    lines: gauge(({ result, job }) => (deviceOf(result, job)?.software ? 1 : 0)),
  },
];

function familyText({ name, type, unit, help, lines }: Family, series: readonly Series[]): string[] {
  const samples = series.flatMap((each) => lines(each, name));
  if (samples.length === 0) return [];
  const head = [`# TYPE ${name} ${type}`, ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`])];
  return [...head, `# HELP ${name} ${help}`, ...samples];
}

/** One exposition of all results. Throws EngineError where a histogram cannot be read. */
export function formatOpenMetrics(results: readonly BenchResult[]): string {
  const series = seriesOf(results);
  const lines = FAMILIES.flatMap((family) => familyText(family, series));
  return `${[...lines, '# EOF'].join('\n')}\n`;
}
