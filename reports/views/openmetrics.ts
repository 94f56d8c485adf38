/**
 * OpenMetrics 1.0 text, for the textfile collector of a node exporter or a push gateway. Bucket bounds lie on bounds
 * of the histogram's own buckets, so the counts are exact; they are the same in every document.
 */
import { highestLatencyOfIndex, latencyIndex } from '../../engine/stats/histogram.js';
import { countsOfOperation } from '../document/build.js';
import { knownValue } from '../document/figure.js';
import {
  DEVICE_FIGURES,
  type Figure,
  JOB_FIGURES,
  OPERATION_FIGURES,
  type OperationFacts,
} from '../document/figures.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import type {
  BenchResult,
  DeviceRecord,
  JobRecord,
  OperationRecord,
  SmartRecord,
} from '../document/result.js';
import { deviceOf, hostOf, type OperationRow, operationRows } from '../document/rows.js';
import { sanitize } from '../render/terminal.js';
import { type TextSink, textSink } from '../render/text-sink.js';

type JobRow = Pick<OperationRow, 'result' | 'job'>;

interface DeviceRow {
  readonly result: BenchResult;
  readonly device: DeviceRecord;
}

type Labels = readonly (readonly [name: string, value: string])[];

/** What a family has a sample of, with the labels that tell it from every other, as text. */
interface Series<Row> {
  readonly row: Row;
  readonly labels: string;
}

const NS_PER_SECOND = 1e9;
const LOWEST_BOUND_BITS = 8;
const HIGHEST_BOUND_BITS = 35;

/** Highest latency of each bucket: 2^k - 1 and 1.5 × 2^k - 1 ns, from 255 ns to 51 s. */
const BOUNDS_NS: readonly number[] = Array.from(
  { length: HIGHEST_BOUND_BITS - LOWEST_BOUND_BITS + 1 },
  (_, i) => 2 ** (LOWEST_BOUND_BITS + i),
).flatMap((power) => [power - 1, power * 1.5 - 1]);

/** The percentiles of the table of figures. */
const QUANTILES = OPERATION_FIGURES.flatMap(({ value, ...figure }) =>
  'percentile' in figure ? [[String(Number((figure.percentile / 100).toFixed(8))), value] as const] : [],
);

/** Base units of OpenMetrics by the end of a column that has another, or the same. */
const UNITS: readonly (readonly [suffix: string, unit: string, factor: number])[] = [
  ['_ns', 'seconds', 1 / NS_PER_SECOND],
  ['_percent', 'ratio', 0.01],
  ['_celsius', 'celsius', 1],
  ['_bytes_per_second', 'bytes_per_second', 1],
];

/** A label value between its quotes. */
export function escapeLabelValue(value: string): string {
  return sanitize(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

/** A number as the specification writes it canonically: exponents of two digits, and infinity as +Inf. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : `${value > 0 ? '+' : '-'}Inf`;
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

const seconds = (ns: number): string => numberText(Number((ns / NS_PER_SECOND).toPrecision(12)));

const labelsText = (labels: Labels): string =>
  labels.map(([label, of]) => `${label}="${escapeLabelValue(of)}"`).join(',');

const sample = (name: string, labels: string, value: string): string => `${name}{${labels}} ${value}`;

/** Labels of a job, or with its `name` of one of its operations. */
function labelsOf({ result, job, name }: JobRow & Partial<OperationRow>): [string, string][] {
  return [
    // Not `job`: Prometheus and its push gateway put the name of what they scrape or group there.
    ['nvbench_job', job.name],
    ...(name === undefined ? [] : [['direction', name] as [string, string]]),
    ['device', job.target],
    ['serial', deviceOf(result, job)?.serialNumber ?? ''],
    ['host', hostOf(result, job)?.hostname ?? ''],
    ...(job.repeat === undefined ? [] : [['repeat', String(job.repeat.index)] as [string, string]]),
  ];
}

function deviceLabels({ result, device }: DeviceRow): [string, string][] {
  const host = device.hostIndex === undefined ? result.host : result.hosts?.[device.hostIndex];
  return [
    ['device', device.target],
    ['serial', device.serialNumber],
    ['host', host?.hostname ?? ''],
  ];
}

/** With the run where there are several; rows whose labels are the same get their place among these as a label more. */
function seriesOf<Row extends { readonly result: BenchResult }>(
  rows: readonly Row[],
  severalRuns: boolean,
  labelsOfRow: (row: Row) => Labels,
): Series<Row>[] {
  const labelled = rows.map((row) => {
    const run: Labels = severalRuns ? [['run', row.result.startedAt]] : [];
    return { row, labels: labelsText([...labelsOfRow(row), ...run]) };
  });
  const totals = new Map<string, number>();
  for (const { labels } of labelled) totals.set(labels, (totals.get(labels) ?? 0) + 1);
  const seen = new Map<string, number>();
  return labelled.map(({ row, labels }) => {
    if (totals.get(labels) === 1) return { row, labels };
    const place = (seen.get(labels) ?? 0) + 1;
    seen.set(labels, place);
    return { row, labels: `${labels},place="${place}"` };
  });
}

function sumLines(
  { latencyNs: { mean } }: OperationRecord,
  count: number,
  name: string,
  labels: string,
): string[] {
  return mean === undefined ? [] : [sample(`${name}_sum`, labels, seconds(mean * count))];
}

/** Cumulative counts up to each bound. */
function bucketLines({ row, labels }: Series<OperationRow>, name: string, reader: HistogramReader): string[] {
  const counts = countsOfOperation(row.record, reader);
  if (counts === undefined) return [];
  const lines: string[] = [];
  let index = 0;
  let total = 0;
  for (const bound of BOUNDS_NS) {
    const last = latencyIndex(bound);
    for (; index <= last; index++) total += counts[index];
    const bucket = `${labels},le="${seconds(highestLatencyOfIndex(last))}"`;
    lines.push(sample(`${name}_bucket`, bucket, String(total)));
  }
  for (; index < counts.length; index++) total += counts[index];
  lines.push(sample(`${name}_bucket`, `${labels},le="+Inf"`, String(total)));
  lines.push(sample(`${name}_count`, labels, String(total)));
  return [...lines, ...sumLines(row.record, total, name, labels)];
}

function quantileLines({ row, labels }: Series<OperationRow>, name: string): string[] {
  const { latencyNs, ios } = row.record;
  if (Object.keys(latencyNs).length === 0) return [];
  const lines = QUANTILES.flatMap(([quantile, of]) => {
    const ns = of(row.record);
    return ns === undefined ? [] : [sample(name, `${labels},quantile="${quantile}"`, seconds(ns))];
  });
  return [...lines, sample(`${name}_count`, labels, String(ios)), ...sumLines(row.record, ios, name, labels)];
}

interface Family<Row> {
  readonly name: string;
  readonly type: string;
  readonly unit?: string | undefined;
  readonly help: string;
  readonly lines: (series: Series<Row>, name: string, reader: HistogramReader) => string[];
}

/** Made of whole distributions. */
const DISTRIBUTIONS: readonly Family<OperationRow>[] = [
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
];

/** Facts of the run and the device that every operation comes with. */
const FACTS: readonly Family<OperationRow>[] = [
  {
    name: 'nvbench_run_complete',
    type: 'gauge',
    help: 'Whether every job of the run ran to its own end: 1 or 0.',
    lines: ({ row, labels }, name) => [sample(name, labels, row.result.complete ? '1' : '0')],
  },
  {
    name: 'nvbench_software_controller',
    type: 'gauge',
    help: 'Whether the device is a software controller, whose figures describe no drive: 1 or 0.',
    lines: ({ row, labels }, name) => [
      sample(name, labels, deviceOf(row.result, row.job)?.software ? '1' : '0'),
    ],
  },
];

/** The family of each figure that is exposed; `valueIn` reads it from a row, undefined where it was not measured. */
function familiesOf<Row, Source>(
  figures: readonly Figure<Source>[],
  valueIn: (figure: Figure<Source>, row: Row) => number | undefined,
): Family<Row>[] {
  return figures.flatMap((figure): Family<Row>[] => {
    const { column, exposed, what } = figure;
    if (exposed === undefined) return [];
    const [suffix, unit, factor] = UNITS.find(([end]) => column.endsWith(end)) ?? ['', undefined, 1];
    const base = suffix === '' ? column : column.slice(0, -suffix.length);
    const help = `${what[0].toUpperCase()}${what.slice(1)}.`;
    const text = (value: number): string =>
      numberText(factor === 1 ? value : Number((value * factor).toPrecision(12)));
    return [
      {
        name: ['nvbench', base, ...(unit === undefined ? [] : [unit])].join('_'),
        type: exposed,
        unit,
        help,
        lines: ({ row, labels }, name) => {
          const value = valueIn(figure, row);
          if (value === undefined) return [];
          return [sample(exposed === 'counter' ? `${name}_total` : name, labels, text(value))];
        },
      },
    ];
  });
}

function writeFamilies<Row>(
  out: TextSink,
  families: readonly Family<Row>[],
  series: readonly Series<Row>[],
  reader: HistogramReader,
): void {
  for (const { name, type, unit, help, lines } of families) {
    let told = false;
    for (const each of series) {
      const samples = lines(each, name, reader);
      if (samples.length === 0) continue;
      if (!told)
        out.line(
          `# TYPE ${name} ${type}${unit === undefined ? '' : `\n# UNIT ${name} ${unit}`}\n# HELP ${name} ${help}`,
        );
      told = true;
      for (const text of samples) out.line(text);
    }
  }
}

const OF_OPERATIONS = familiesOf<OperationRow, OperationFacts>(OPERATION_FIGURES, (figure, { record, job }) =>
  knownValue(figure, record, job),
);
const OF_JOBS = familiesOf<JobRow, JobRecord>(JOB_FIGURES, ({ value }, { job }) => value(job));
const OF_DEVICES = familiesOf<DeviceRow, SmartRecord>(DEVICE_FIGURES, ({ value }, { device }) => {
  const health = device.smartAfter ?? device.smartBefore;
  return health === undefined ? undefined : value(health);
});

/** One exposition of all results. Throws ReportError where a histogram cannot be read, or the text would be too long. */
export function formatOpenMetrics(results: readonly BenchResult[]): string {
  const several = results.length > 1;
  const operations = seriesOf(operationRows(results), several, labelsOf);
  const jobs = results.flatMap((result) => result.jobs.map((job) => ({ result, job })));
  const devices = results.flatMap((result) => result.devices.map((device) => ({ result, device })));
  const out = textSink('openmetrics');
  readingHistograms(
    results.map((result) => ({ result })),
    (reader) => {
      writeFamilies(out, [...DISTRIBUTIONS, ...OF_OPERATIONS, ...FACTS], operations, reader);
      writeFamilies(out, OF_JOBS, seriesOf(jobs, several, labelsOf), reader);
      writeFamilies(out, OF_DEVICES, seriesOf(devices, several, deviceLabels), reader);
    },
  );
  out.line('# EOF');
  return out.text();
}
