/** Rounds until a steady state, for people: whether it was reached, how the rounds went, and what was measured in it. */
import { combineFigures } from '../document/build.js';
import type { HistogramReader } from '../document/histograms.js';
import type { BenchResult, JobRecord, OperationRecord } from '../document/result.js';
import type { RoundsRecord } from '../document/rounds-record.js';
import { countsIn, roundsByJob, windowOf } from '../document/rounds-window.js';
import { operationsOf } from '../document/rows.js';
import { steadyWindow } from '../statistics/steady-window.js';
import { formatBytes, formatIops, formatLatency, formatMibPerSecond, plural } from './format.js';

export interface RoundsTable {
  readonly title: string;
  /** Heads of the columns that say what a row is; then those of the cells. */
  readonly keys: readonly string[];
  readonly heads: readonly string[];
  readonly rows: readonly { readonly values: readonly string[]; readonly cells: readonly string[] }[];
}

export interface RoundsView {
  readonly record: RoundsRecord;
  /** What was looked at, and of which device where there are several. */
  readonly title: string;
  /** Whether it was steady, when and at what. */
  readonly verdict: string;
  readonly isSteady: boolean;
  /** A value of the metric. */
  readonly format: (value: number) => string;
  /** Head of the metric, with its unit. */
  readonly head: string;
  readonly convergence: RoundsTable;
  /** Means over the rounds of the measurement window. */
  readonly measured: readonly RoundsTable[];
}

type Total = Pick<OperationRecord, 'iops' | 'bandwidthBytesPerSecond' | 'latencyNs'>;

interface Shown {
  readonly head: string;
  readonly value: (total: Total) => number | undefined;
  readonly format: (value: number) => string;
}

const latency = (head: string, key: 'mean' | 'p99' | 'max'): Shown => ({
  head,
  value: ({ latencyNs }) => latencyNs[key],
  format: formatLatency,
});
const IOPS: Shown = { head: 'IOPS', value: ({ iops }) => iops, format: formatIops };
const BANDWIDTH: Shown = {
  head: 'MiB/s',
  value: ({ bandwidthBytesPerSecond }) => bandwidthBytesPerSecond,
  format: formatMibPerSecond,
};
const LATENCIES = [
  latency('mean latency', 'mean'),
  latency('p99 latency', 'p99'),
  latency('longest latency', 'max'),
];

/** The figures that go with the metric that was looked at, itself first. */
function shownOf({ of }: RoundsRecord): readonly Shown[] {
  if (of.endsWith('iops')) return [IOPS, BANDWIDTH, ...LATENCIES.slice(0, 1)];
  if (of.endsWith('bandwidth')) return [BANDWIDTH, IOPS, ...LATENCIES.slice(0, 1)];
  return [...LATENCIES, IOPS];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function verdictOf(record: RoundsRecord, format: (value: number) => string): string {
  const { reached, values, window, most, rangePercent, slopePercent } = record;
  const rule = `${window} rounds within ${rangePercent} % of their average and on a slope of ${slopePercent} %`;
  if (reached !== undefined) {
    const { fromRound, toRound, average, range, slope } = reached;
    return `STEADY in rounds ${fromRound} to ${toRound}: ${format(average)} on average, range ${percent(range)}, slope ${percent(slope)} (rule: ${rule})`;
  }
  const after = values.length < most ? `${plural(values.length, 'round')} that were done` : `${most} rounds`;
  return `NOT STEADY within the ${after} (rule: ${rule})`;
}

function convergenceOf(record: RoundsRecord, head: string, format: (value: number) => string): RoundsTable {
  const { values, window, rangePercent, slopePercent } = record;
  const rows = values.map((value, i) => {
    const round = [String(i + 1)];
    if (i + 1 < window) return { values: round, cells: [format(value), '-', '-', '-', '-'] };
    const last = steadyWindow(values.slice(i + 1 - window, i + 1));
    const holds = last.range <= rangePercent / 100 && last.slope <= slopePercent / 100;
    const cells = [value, last.average].map(format);
    return {
      values: round,
      cells: [...cells, percent(last.range), percent(last.slope), holds ? 'yes' : 'no'],
    };
  });
  return {
    title: `${head} of ${record.job} by round; average, range and slope of the ${window} rounds to there`,
    keys: ['round'],
    heads: [head, 'average', 'range', 'slope', 'steady'],
    rows,
  };
}

type Value = number | string;

const valueText = (key: string, value: Value): string => {
  if (key === 'rwmixread' && typeof value === 'number') return `${value}/${100 - value}`;
  return key === 'bs' && typeof value === 'number' ? formatBytes(value) : String(value);
};

const keyText = (key: string): string => (key === 'rwmixread' ? 'reads/writes' : key);

/** The figure of a job in a round, over all of its operations. */
function totalOf(job: JobRecord, reader: HistogramReader): Total | undefined {
  const parts = operationsOf(job).map(([, record]) => record);
  if (parts.length === 0) return undefined;
  return parts.length === 1 ? parts[0] : combineFigures(parts, reader);
}

function mean(totals: readonly Total[], { value, format }: Shown): string {
  const values = totals.flatMap((total) => value(total) ?? []);
  return values.length === 0 ? '-' : format(values.reduce((sum, each) => sum + each, 0) / values.length);
}

interface Point {
  readonly name: string;
  readonly parameters: Readonly<Record<string, Value>>;
  readonly totals: readonly Total[];
}

/** Values of each key that has several, in their order. */
function variedOf(points: readonly Point[]): [key: string, values: Value[]][] {
  const keys = [...new Set(points.flatMap(({ parameters }) => Object.keys(parameters)))];
  return keys
    .map((key): [string, Value[]] => [
      key,
      [...new Set(points.flatMap(({ parameters }) => parameters[key] ?? []))],
    ])
    .filter(([, { length }]) => length > 1);
}

/** Crossed where two keys have several values, else a row for each job. */
function measuredOf(points: readonly Point[], shown: readonly Shown[], window: string): RoundsTable[] {
  const [down, across, ...others] = variedOf(points);
  if (down === undefined || across === undefined || others.length > 0)
    return [
      {
        title: `Means over ${window}`,
        keys: ['job'],
        heads: shown.map(({ head }) => head),
        rows: points.map(({ name, totals }) => ({
          values: [name],
          cells: shown.map((figure) => mean(totals, figure)),
        })),
      },
    ];
  const at = (row: Value, column: Value): readonly Total[] =>
    points.find(({ parameters }) => parameters[down[0]] === row && parameters[across[0]] === column)
      ?.totals ?? [];
  return shown.map((figure) => ({
    title: `${figure.head} by ${keyText(down[0])} and ${across[0]}, means over ${window}`,
    keys: [keyText(down[0])],
    heads: across[1].map((value) => valueText(across[0], value)),
    rows: down[1].map((row) => ({
      values: [valueText(down[0], row)],
      cells: across[1].map((column) => mean(at(row, column), figure)),
    })),
  }));
}

function viewOf(result: BenchResult, record: RoundsRecord, reader: HistogramReader): RoundsView {
  const [metric] = shownOf(record);
  const isPercentile = /p\d/.test(record.of);
  const shown = shownOf(record).map((each, i) => (i === 0 && isPercentile ? LATENCIES[1] : each));
  const head = isPercentile ? record.of : metric.head;
  const [from, to] = windowOf(record);
  const points = record.jobs.map((name): Point => {
    const own = result.jobs.filter((job) => job.name === name && job.target === record.target);
    const totals = own.filter((job) => countsIn(record, job)).flatMap((job) => totalOf(job, reader) ?? []);
    return { name, parameters: own[0]?.parameters ?? {}, totals };
  });
  const where = result.devices.length > 1 ? ` on ${record.target}` : '';
  return {
    record,
    title: `Steady state of ${record.job}${where} by ${record.of}`,
    verdict: verdictOf(record, metric.format),
    isSteady: record.reached !== undefined,
    format: metric.format,
    head,
    convergence: convergenceOf(record, head, metric.format),
    measured: record.values.length === 0 ? [] : measuredOf(points, shown, `rounds ${from} to ${to}`),
  };
}

/** All rounds of a result. Throws ReportError where a histogram cannot be read. */
export function roundsViews(result: BenchResult, reader: HistogramReader): RoundsView[] {
  return (result.rounds ?? []).map((record) => viewOf(result, record, reader));
}

/** The result without the jobs that are told of as rounds. */
export function withoutRounds(result: BenchResult): BenchResult {
  if (result.rounds === undefined) return result;
  const roundsOf = roundsByJob(result);
  return { ...result, jobs: result.jobs.filter((job) => roundsOf(job) === undefined) };
}
