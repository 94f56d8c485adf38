/** Rounds until a steady state, for people: whether it was reached, how the rounds went, and what was measured in it. */
import { combineFigures } from '../document/build.js';
import type { OperationFacts } from '../document/figures.js';
import type { HistogramReader } from '../document/histograms.js';
import type { BenchResult, JobRecord, OperationRecord } from '../document/result.js';
import type { RoundsRecord } from '../document/rounds-record.js';
import { countsIn, roundsByJob, windowOf } from '../document/rounds-window.js';
import { operationsOf } from '../document/rows.js';
import { steadyWindow } from '../statistics/steady-window.js';
import { meanCellOf, type Shown } from './figures.js';
import { plural } from './format.js';
import type { KeyedTable } from './keyed-table.js';
import { QUANTITIES } from './quantity.js';
import { parameterText } from './sweeps.js';

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
  readonly convergence: KeyedTable;
  /** Means over the rounds of the measurement window. */
  readonly measured: readonly KeyedTable[];
}

type ShownFigure = Shown<OperationFacts> & { readonly head: string };

const latency = (head: string, key: 'mean' | 'p99' | 'max'): ShownFigure => ({
  head,
  quantity: 'time',
  value: ({ ios, latencyNs }) => (ios === 0 ? undefined : latencyNs?.[key]),
});
const IOPS: ShownFigure = { head: 'IOPS', quantity: 'iops', value: ({ iops }) => iops };
const BANDWIDTH: ShownFigure = {
  head: 'MiB/s',
  quantity: 'bandwidth',
  value: ({ bandwidthBytesPerSecond }) => bandwidthBytesPerSecond,
};
const MEAN = latency('mean latency', 'mean');
const P99 = latency('p99 latency', 'p99');
const LONGEST = latency('longest latency', 'max');

/** The figures that go with the metric that was looked at, the one of its kind first. */
function shownOf({ of }: RoundsRecord): readonly ShownFigure[] {
  if (of.endsWith('iops')) return [IOPS, BANDWIDTH, MEAN];
  if (of.endsWith('bandwidth')) return [BANDWIDTH, IOPS, MEAN];
  return isPercentile(of) ? [P99, MEAN, LONGEST, IOPS] : [MEAN, P99, LONGEST, IOPS];
}

const isPercentile = (of: string): boolean => /p\d/.test(of);

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

function convergenceOf(record: RoundsRecord, head: string, format: (value: number) => string): KeyedTable {
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

const valueText = (key: string, value: Value): string =>
  key === 'rwmixread' && typeof value === 'number' ? `${value}/${100 - value}` : parameterText(key, value);

const keyText = (key: string): string => (key === 'rwmixread' ? 'reads/writes' : key);

/** The figure of a job in a round, over all of its operations. */
function totalOf(job: JobRecord, reader: HistogramReader): OperationRecord | undefined {
  const parts = operationsOf(job).map(([, record]) => record);
  if (parts.length === 0) return undefined;
  return parts.length === 1 ? parts[0] : combineFigures(parts, reader);
}

interface Point {
  readonly name: string;
  readonly parameters: Readonly<Record<string, Value>>;
  readonly totals: readonly OperationFacts[];
}

type Varied = readonly [key: string, values: readonly Value[]];

/** Values of each key that has several, in their order. */
function variedOf(points: readonly Point[]): Varied[] {
  const keys = [...new Set(points.flatMap(({ parameters }) => Object.keys(parameters)))];
  return keys
    .map((key): Varied => [key, [...new Set(points.flatMap(({ parameters }) => parameters[key] ?? []))]])
    .filter(([, { length }]) => length > 1);
}

/** The two keys that have several values, where these tell all jobs apart. */
function crossedBy(points: readonly Point[]): readonly [down: Varied, across: Varied] | undefined {
  const [down, across, ...others] = variedOf(points);
  if (down === undefined || across === undefined || others.length > 0) return undefined;
  const keys = [down[0], across[0]];
  const haveBoth = points.every(({ parameters }) => keys.every((key) => key in parameters));
  const places = new Set(points.map(({ parameters }) => JSON.stringify(keys.map((key) => parameters[key]))));
  return haveBoth && places.size === points.length ? [down, across] : undefined;
}

/** Crossed where two keys tell all jobs apart, else a row for each job. */
function measuredOf(points: readonly Point[], shown: readonly ShownFigure[], window: string): KeyedTable[] {
  const crossed = crossedBy(points);
  if (crossed === undefined)
    return [
      {
        title: `Means over ${window}`,
        keys: ['job'],
        heads: shown.map(({ head }) => head),
        rows: points.map(({ name, totals }) => ({
          values: [name],
          cells: shown.map((figure) => meanCellOf(figure, totals)),
        })),
      },
    ];
  const [down, across] = crossed;
  const at = (row: Value, column: Value): readonly OperationFacts[] =>
    points.find(({ parameters }) => parameters[down[0]] === row && parameters[across[0]] === column)
      ?.totals ?? [];
  return shown.map((figure) => ({
    title: `${figure.head} by ${keyText(down[0])} and ${keyText(across[0])}, means over ${window}`,
    keys: [keyText(down[0])],
    heads: across[1].map((value) => valueText(across[0], value)),
    rows: down[1].map((row) => ({
      values: [valueText(down[0], row)],
      cells: across[1].map((column) => meanCellOf(figure, at(row, column))),
    })),
  }));
}

function viewOf(result: BenchResult, record: RoundsRecord, reader: HistogramReader): RoundsView {
  const shown = shownOf(record);
  const [metric] = shown;
  const format = QUANTITIES[metric.quantity].cell;
  const head = isPercentile(record.of) ? record.of : metric.head;
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
    verdict: verdictOf(record, format),
    isSteady: record.reached !== undefined,
    format,
    head,
    convergence: convergenceOf(record, head, format),
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
